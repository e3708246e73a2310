"""The Celery app. Its settings are the CELERY_… ones of settings."""

import os
import signal
import sys
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun, worker_process_init
from django_structlog.celery.steps import DjangoStructLogInitStep

from digest_project import start
from subscriptions import stopping

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
sys.excepthook = start.excepthook  # the `celery` command reads the settings in its own code

_between_tasks: list[Any] = []  # what SIGTERM does then

app = Celery("morning-papers")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # the task's id in each of its events


@setup_logging.connect
def leave_it_to_django(**_: object) -> None:
    """Celery sets up no log where somebody else says that he does: LOG_LEVEL decides, not -l."""


@worker_process_init.connect
def end_after_the_mail_in_hand(**_: object) -> None:
    """Service managers tell every process of a group to end, which would break off its mail.

    The group's first process, told as well, waits for the others.
    """
    task_prerun.connect(_mind_the_task)
    task_postrun.connect(_end_at_once)


def _mind_the_task(**_: object) -> None:
    stopping.forget()
    _between_tasks.append(signal.signal(signal.SIGTERM, stopping.ask))


def _end_at_once(**_: object) -> None:
    signal.signal(signal.SIGTERM, _between_tasks.pop())

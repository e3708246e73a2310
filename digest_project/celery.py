"""The Celery app. Its settings are the CELERY_… ones of settings."""

import os
import sys

from celery import Celery

from digest_project import start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
sys.excepthook = start.excepthook  # the `celery` command reads the settings in its own code

app = Celery("morning-papers")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

"""Celery tasks are wake-ups: they carry nothing, and may run zero, one or seven times."""

from datetime import timedelta
from math import ceil

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone

from papers import editions
from papers.schedule.rows import is_waiting
from papers.tasks import ingest_due
from subscriptions import fence, notices
from subscriptions.digests import pipeline
from subscriptions.models import Notice, Tick
from subscriptions.tick import work_waiting
from subscriptions.upkeep import upkeep

WAKE_UPS_A_TICK = 256  # keep about 50 processes busy
WAKE_UP_EXPIRES = 55  # seconds: the next tick sends new ones
WORKING_TIME = timedelta(seconds=12)  # and one last mail of EMAIL_TIMEOUT: within the soft limit


@shared_task
def tick() -> None:
    """Wakes as many workers as there is work for."""
    now = timezone.now()
    fence.keep(now)
    editions.tend(now)
    upkeep(now)
    _wake(send_notices, max(1, Notice.objects.waiting(now).count()))
    _wake(send_digests, work_waiting(now))
    if is_waiting(now):
        ingest_due.apply_async(expires=WAKE_UP_EXPIRES)
    Tick.record(timezone.now())


def _wake(task: Task[[], None], mails: int) -> None:
    """A worker for each chunk of them."""
    chunks = ceil(mails / settings.DIGEST_CHUNK_SIZE)
    for _ in range(min(chunks, WAKE_UPS_A_TICK)):
        task.apply_async(expires=WAKE_UP_EXPIRES)


@shared_task
def send_notices() -> None:
    notices.send_notices(timezone.now, until=timezone.now() + WORKING_TIME)


@shared_task
def send_digests() -> None:
    """Whoever waits for an answer goes first: a wake-up for them may queue behind many of these."""
    until = timezone.now() + WORKING_TIME
    notices.send_notices(timezone.now, until)
    pipeline.run(timezone.now, until)
    if timezone.now() >= until:  # at a slow rate, a chunk takes longer than the time of one task
        send_digests.apply_async(expires=WAKE_UP_EXPIRES)

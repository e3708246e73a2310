"""Celery tasks are wake-ups: they carry nothing, and may run zero, one or seven times."""

from datetime import timedelta
from math import ceil

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from papers import editions
from subscriptions import notices
from subscriptions.digests import pipeline
from subscriptions.models import Tick
from subscriptions.tick import work_waits

WAKE_UPS_A_TICK = 32
WORKING_TIME = timedelta(seconds=35)  # well within the soft limit of 45 s


@shared_task
def tick() -> None:
    """Wakes as many workers as there is work for."""
    now = timezone.now()
    editions.refresh(now)
    send_notices.delay()
    chunks = ceil(work_waits(now) / settings.DIGEST_CHUNK_SIZE)
    for _ in range(min(chunks, WAKE_UPS_A_TICK)):
        send_digests.delay()
    Tick.record(timezone.now())


@shared_task
def send_notices() -> None:
    notices.send_notices(timezone.now)


@shared_task
def send_digests() -> None:
    pipeline.run(timezone.now, until=timezone.now() + WORKING_TIME)

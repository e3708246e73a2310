"""What is kept for a while only, and forgotten by itself.

Never digests and their papers: by them no paper comes twice to the same person, and readers can see
everything ever sent to them until they delete it. Nor votes, interests, papers opened here
and suppressions. Nor notices of corrections, by which nobody gets one twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from papers.models import PaperImport
from subscriptions import fence
from subscriptions.models import MailboxMessage, Notice, ProviderEvent
from subscriptions.models.states import OPEN

CHUNK = 500  # rows a statement


@dataclass(frozen=True, slots=True)
class Expired:
    """Rows that have been kept for so many days; None: for as long as they said themselves."""

    name: str
    days: int | None
    rows: QuerySet[Any]


def expired(now: datetime) -> list[Expired]:
    return [
        _older("provider_events", now, _used_events(), "received_at"),
        _older("notices", now, _ended_notices(), "asked_at"),
        _older("mailbox", now, MailboxMessage.objects.all(), "received_at"),
        _older("paper_imports", now, PaperImport.objects.all(), "made_at"),
        _older("sign_in_attempts", now, AccessAttempt.objects.all(), "attempt_time"),
        _older("audit_log", now, LogEntry.objects.all(), "timestamp"),
        Expired("hosts", fence.HOST_DAYS, fence.hosts_gone(now)),
        Expired("sessions", None, Session.objects.filter(expire_date__lt=now)),
    ]


def forget(old: Expired) -> Iterator[int]:
    """How many rows were deleted, chunk after chunk, until none is left."""
    while ids := list(old.rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        old.rows.model._base_manager.filter(pk__in=ids).delete()  # noqa: SLF001  # Django's own name
        yield len(ids)


def forget_some(now: datetime) -> int:
    """A chunk of each; how many rows."""
    return sum(next(forget(old), 0) for old in expired(now))


def _older(name: str, now: datetime, rows: QuerySet[Any], moment: str) -> Expired:
    days = settings.RETENTION_DAYS[name]
    return Expired(name, days, rows.filter(**{f"{moment}__lt": now - timedelta(days=days)}))


def _used_events() -> QuerySet[ProviderEvent]:
    return ProviderEvent.objects.exclude(state=ProviderEvent.State.WAITING)


def _ended_notices() -> QuerySet[Notice]:
    return Notice.objects.exclude(OPEN).exclude(kind=Notice.Kind.CORRECTION)

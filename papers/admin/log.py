"""What staff did to rows, where Django's forms are not there to write it down."""

from collections.abc import Iterable
from typing import Any

from auditlog.models import LogEntry as AuditEntry
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest

Action = AuditEntry.Action


def log_changes(request: HttpRequest, rows: Iterable[Any], told: str) -> None:
    """Into each row's history, as Django does for its forms, and into the audit log."""
    rows = list(rows)
    LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, told)  # type: ignore[arg-type]  # nobody is anonymous here
    record(request.user, rows, told)


def log_sight(request: HttpRequest, row: Any) -> None:
    """A member of staff saw an address in full."""
    record(request.user, [row], "Address seen", Action.ACCESS)


def record(actor: Any, rows: Iterable[Any], told: str, action: int = Action.UPDATE) -> None:
    """Into the audit log. `actor`: a user, or the command that somebody gave, as they typed it."""
    command = {"by": actor} if isinstance(actor, str) else {}
    AuditEntry.objects.bulk_create(
        AuditEntry(
            content_type=ContentType.objects.get_for_model(row),
            object_pk=str(row.pk),
            object_id=row.pk,
            object_repr=str(row),
            action=action,
            additional_data={"told": told, **command},
            actor_id=getattr(actor, "pk", None),
        )
        for row in rows
    )


def who(entry: AuditEntry) -> str:
    """A user's name, or the command; empty when the user is deleted."""
    return str(entry.actor or (entry.additional_data or {}).get("by", ""))

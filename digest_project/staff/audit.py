"""Every change of a row by staff is written down: who, what, when, from what to what.

Only within pages of the admin site. What ticks, ingests and readers change fills no log, and they
pay nothing for it: auditlog itself would read each row anew before it is saved.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from auditlog.models import LogEntry
from auditlog.receivers import log_create, log_delete, log_update, make_log_m2m_changes
from auditlog.registry import auditlog
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from digest_project.staff.acting import actor
from papers.admin.log import record
from papers.models import (
    Author,
    Correction,
    Edition,
    Paper,
    ScheduledIngest,
    Submission,
    Topic,
)
from papers.models.edition import Candidate
from subscriptions.models import Interest, Sending, Subscriber, Suppression

# Without what must not be kept here: addresses, what is made of them, and what people wrote to us.
WATCHED: dict[type[Model], set[str]] = {
    Author: set(),
    Candidate: {"card"},
    Correction: set(),
    Edition: set(),
    Group: set(),
    Paper: set(),
    ScheduledIngest: {"last_report"},
    Sending: set(),
    Submission: {"note"},
    Subscriber: {"email", "address_hash", "mailbox_hash"},
    Suppression: {"address_hash"},
    Topic: set(),
    User: {"email"},
}
LINKS = [(Paper, "topics"), (User, "groups"), (User, "user_permissions"), (Group, "permissions")]
# Rebuilding an edition deletes candidates by the hundred: a signal would load each of them first.
# And of an erased subscriber no more is told than that.
DELETED_UNTOLD = {Candidate, Subscriber}


def watch() -> None:
    """Called once, at the start."""
    auditlog._signals.clear()  # noqa: SLF001  # those below ask first who acts
    for model, private in WATCHED.items():
        fields = model._meta.concrete_fields  # noqa: SLF001  # Django's own name
        told = [field.name for field in fields if field.name not in private]
        auditlog.register(
            model, include_fields=told, mask_fields=["password"], mask_callable=f"{__name__}.hidden"
        )
        _connect(post_save, log_create, model)
        _connect(pre_save, log_update, model)
        if model not in DELETED_UNTOLD:
            _connect(post_delete, log_delete, model)
    for model, name in LINKS:
        _connect(m2m_changed, make_log_m2m_changes(name), getattr(model, name).through)
    _connect(post_save, _interest_saved, Interest)
    _connect(post_delete, _interest_deleted, Interest)
    pre_save.connect(_sign, sender=LogEntry)
    post_delete.connect(_forget, sender=Subscriber)


def hidden(_value: str) -> str:
    return "…"


def _connect(signal: Any, receiver: Callable[..., None], sender: type[Model]) -> None:
    @wraps(receiver)
    def only_staff(*args: Any, **kwargs: Any) -> None:
        if actor():
            receiver(*args, **kwargs)

    signal.connect(only_staff, sender=sender, weak=False)


def _sign(instance: Any, **_: Any) -> None:
    instance.actor = instance.actor or actor()


def _interest_saved(instance: Interest, created: bool, **_: Any) -> None:  # noqa: FBT001  # Django's call
    told = "Interest added" if created else "Interest changed"
    record(actor(), [instance.subscriber], f"{told}: {instance}")


def _interest_deleted(instance: Interest, **_: Any) -> None:
    record(actor(), [instance.subscriber], f"Interest deleted: {instance}")


def _forget(instance: Subscriber, **_: Any) -> None:
    """What is erased is erased here, too."""
    kind = ContentType.objects.get_for_model(Subscriber)
    LogEntry.objects.filter(content_type=kind, object_id=instance.pk).delete()
    if actor():
        record(actor(), [instance], "Deleted", LogEntry.Action.DELETE)

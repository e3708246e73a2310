"""Every address of the admin site, with the rows that it is about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import URLPattern, reverse

from papers.admin.log import record
from papers.models import Correction, ScheduledIngest, Submission
from papers.models.importing import PaperImport
from subscriptions.models import DayFigures, ProviderEvent, Sending, Suppression, Vote
from tests import factories

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GUESSED = 987_654


@dataclass(frozen=True)
class Address:
    """A named page of the site; `model` and `names` of arguments where it is about one row."""

    name: str
    model: type[Model] | None
    arguments: tuple[str, ...]

    def of(self, row: int | str) -> str:
        known = {
            "app_label": "papers",
            "url": "nowhere",
            "content_type_id": ContentType.objects.get_for_model(User).pk,
        }
        return reverse(
            f"admin:{self.name}", kwargs={name: known.get(name, row) for name in self.arguments}
        )


def addresses() -> Iterator[Address]:
    for part in admin.site.get_urls():
        if isinstance(part, URLPattern):
            yield from _named([part], None)
        else:
            app, model, _ = str(part.pattern).split("/")
            yield from _named(part.url_patterns, apps.get_model(app, model))


def _named(patterns: list[Any], model: type[Model] | None) -> Iterator[Address]:
    for pattern in patterns:
        if pattern.name:  # an old address of Django's has none, and redirects
            named = pattern.pattern.converters or pattern.pattern.regex.groupindex
            yield Address(pattern.name, model, tuple(named))


def _vote() -> Vote:
    return Vote.objects.create(
        subscriber=factories.SubscriberFactory.create(),
        paper=factories.PaperFactory.create(),
        given_at=NOW,
    )


def _event() -> ProviderEvent:
    return ProviderEvent.objects.create(
        provider="postmark", event_id="1", kind="delivered", happened_at=NOW
    )


def _entry() -> LogEntry:
    record(None, [factories.PaperFactory.create()], "Seen")
    return LogEntry.objects.latest("pk")


def _correction() -> Correction:
    edition = factories.EditionFactory.create(date=NOW.date() - timedelta(days=9))
    return Correction.objects.create(
        edition=edition, number=1, subject="Sorry", text="Sorry", made_at=NOW
    )


# for models without a factory of their name
MADE: dict[str, Callable[[], Model]] = {
    "auth.group": lambda: Group.objects.get(name="Editors"),
    "auth.user": lambda: User.objects.create(username="somebody"),
    "auditlog.logentry": _entry,
    "papers.correction": _correction,
    "papers.submission": lambda: Submission.objects.create(arxiv_id="2311.16973"),
    "subscriptions.dayfigures": lambda: DayFigures.objects.create(date=NOW.date()),
    "subscriptions.vote": _vote,
    "papers.paperimport": lambda: PaperImport.objects.create(made_at=NOW),
    "papers.scheduledingest": lambda: ScheduledIngest.objects.order_by("pk")[0],
    "subscriptions.providerevent": _event,
    "subscriptions.sending": lambda: Sending.objects.create(reason="the provider is down"),
    "subscriptions.suppression": lambda: Suppression.objects.create(address_hash="0" * 64),
}


def a_row_of(model: type[Model]) -> Any:
    label = model._meta.label_lower
    if label in MADE:
        return MADE[label]()
    return getattr(factories, f"{model.__name__}Factory").create()

"""Timeline: what happened to one subscriber and to one mail, for support; the newest first."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from auditlog.models import LogEntry
from django.db.models import Model, Q

from papers.admin.log import who
from subscriptions.models import (
    Digest,
    Notice,
    Outgoing,
    ProviderEvent,
    Subscriber,
    Suppression,
)
from subscriptions.models.states import IN_PROGRESS, State

KINDS = {
    "coming": "coming and going",
    "digests": "digests",
    "notices": "notices",
    "events": "provider",
    "votes": "votes",
    "staff": "staff",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened; `row` is what to look at for more, where there is more."""

    at: datetime
    kind: str
    told: str
    row: Model | None = None


def of_subscriber(subscriber: Subscriber, kinds: Collection[str], most: int) -> list[Entry]:
    """The last `most` entries of those KINDS, of all where none is named; a query or two for each.

    From every source at most as many as are wanted in all, so years of digests cost no more.
    """
    found = (
        entry
        for kind, source in SOURCES.items()
        if kind in kinds or not kinds
        for entry in source(subscriber, most)
    )
    return newest_first(found)[:most]


def of_mail(mail: Outgoing) -> list[Entry]:
    """One digest or notice: opened, due, tried, ended, corrected, and what the provider told."""
    told = mail.events.all()  # type: ignore[attr-defined]  # both kinds have some
    return newest_first([*_corrections(mail), *map(_event, told), *_stamps(mail)])


def of_address(address_hash: str, most: int) -> list[Entry]:
    """What providers told of an address, whoever it belongs to."""
    events = ProviderEvent.objects.filter(address_hash=address_hash).order_by("-happened_at")
    return [_event(event) for event in events[:most]]


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=attrgetter("at"), reverse=True)


def outcome(mail: Outgoing) -> str:
    """Where it stands and why."""
    return f"{State(mail.state).label}: {mail.reason}" if mail.reason else State(mail.state).label


def _stamps(mail: Outgoing) -> Iterable[Entry]:
    """The last first, for those of the same moment."""
    deferred = mail.state == State.DEFERRED
    # the database's clock may be a little ahead of the moment that a tick works with
    opened = min(filter(None, [mail.created_at, mail.sending_at]))
    stamps = {
        "too old from here on": mail.not_after if deferred or mail.state in IN_PROGRESS else None,
        "next attempt": mail.next_attempt_at if deferred else None,
        "handed over": mail.sent_at,
        f"began to leave (attempts so far: {mail.attempts})": mail.sending_at,
        "opened": opened,
        "due": getattr(mail, "due_at", None),
        "asked for": getattr(mail, "asked_at", None),
    }
    return (Entry(at, "digests", told) for told, at in stamps.items() if at)


def _coming_and_going(subscriber: Subscriber, most: int) -> Iterable[Entry]:  # noqa: ARG001  # as all SOURCES
    reason = subscriber.get_left_because_display()
    until = subscriber.paused_until
    stamps = {
        "asked to subscribe": subscriber.created_at,
        "confirmed": subscriber.confirmed_at,
        f"paused until {until:%Y-%m-%d %H:%M} UTC" if until else "paused": subscriber.missed_since,
        f"unsubscribed: {reason}" if reason else "unsubscribed": subscriber.unsubscribed_at,
    }
    yield from (Entry(at, "coming", told) for told, at in stamps.items() if at)
    for kept in Suppression.objects.filter(address_hash=subscriber.address_hash):
        told = f"suppressed: {kept.get_reason_display()}" + (f" ({kept.note})" if kept.note else "")
        yield Entry(kept.created_at, "coming", told, kept)


def _digests(subscriber: Subscriber, most: int) -> Iterable[Entry]:
    for digest in subscriber.digests.order_by("-due_at")[:most]:
        yield Entry(
            digest.due_at,
            "digests",
            f"digest of {digest.local_date}, {outcome(digest)}{_opinion(digest)}",
            digest,
        )


def _opinion(digest: Digest) -> str:
    if digest.worth_reading is None:
        return ""
    return f"; {'' if digest.worth_reading else 'not '}worth their time"


def _notices(subscriber: Subscriber, most: int) -> Iterable[Entry]:
    return map(_notice, subscriber.notices.order_by("-asked_at")[:most])


def _corrections(mail: Outgoing) -> Iterable[Entry]:
    """Notices to its reader of what its edition got wrong."""
    if not isinstance(mail, Digest):
        return []
    of_edition = {"subscriber": mail.subscriber_id, "correction__edition": mail.edition_id}
    return map(_notice, Notice.objects.filter(**of_edition))


def _notice(notice: Notice) -> Entry:
    told = f"notice “{notice.get_kind_display()}”, {outcome(notice)}"
    return Entry(notice.asked_at, "notices", told, notice)


def _events(subscriber: Subscriber, most: int) -> Iterable[Entry]:
    """By the mails that they are about, or by the address where they name none of ours."""
    unknown_mail = Q(address_hash=subscriber.address_hash, digest=None, notice=None)
    for theirs in (
        unknown_mail,
        Q(digest__subscriber=subscriber),
        Q(notice__subscriber=subscriber),
    ):
        events = ProviderEvent.objects.filter(theirs).order_by("-happened_at")
        yield from map(_event, events[:most])


def _event(event: ProviderEvent) -> Entry:
    told = f"{event.provider}: {event.get_kind_display()}"
    if event.outcome:
        told += f"; {event.outcome}"
    return Entry(event.happened_at, "events", told, event)


def _votes(subscriber: Subscriber, most: int) -> Iterable[Entry]:
    for vote in subscriber.votes.select_related("paper")[:most]:
        yield Entry(vote.given_at, "votes", f"voted for “{vote.paper}”", vote.paper)


def _staff(subscriber: Subscriber, most: int) -> Iterable[Entry]:
    """The audit log knows the acts of staff alone."""
    entries = LogEntry.objects.get_for_object(subscriber).select_related("actor")
    for entry in entries[:most]:
        told = (entry.additional_data or {}).get("told") or ", ".join(entry.changes_dict)
        yield Entry(entry.timestamp, "staff", f"{who(entry) or 'somebody'}: {told}")


Source = Callable[[Subscriber, int], Iterable[Entry]]
SOURCES: dict[str, Source] = {
    "coming": _coming_and_going,
    "digests": _digests,
    "notices": _notices,
    "events": _events,
    "votes": _votes,
    "staff": _staff,
}

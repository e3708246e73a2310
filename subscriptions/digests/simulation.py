"""Digests that nobody gets: what would be sent, or would have been. Nothing is written."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings

from papers import editions
from papers.models import Edition, Topic
from subscriptions.digests import composition, due, selection
from subscriptions.digests.kept_pools import kept_pool, kept_pools
from subscriptions.digests.pools import Pool, furnished
from subscriptions.digests.readers import load_readers
from subscriptions.digests.selection import Selection
from subscriptions.emails.digest import DigestContent
from subscriptions.models import Digest, Subscriber
from subscriptions.ranking import Reader, choose_all
from subscriptions.timing import DAY, Slot


class NoEdition(LookupError):  # noqa: N818  # a fact of the first hour, not a fault
    """There is none yet, so there is nothing to choose from."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """One day of a reader's schedule: what would have been sent, or the reason for nothing.

    Reasons are the ledger's, "empty" and "quiet day", and "no edition".
    """

    date: date
    kind: str = ""
    content: DigestContent | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a reader's choices come to: now, unless there is no edition yet, and day by day."""

    digest: DigestContent | None
    days: list[Forecast]


@dataclass(frozen=True, slots=True)
class _Occasion:
    """When a digest would be made, and of which edition."""

    slot: Slot
    edition: Edition
    pool: Pool


def preview(
    subscriber: Subscriber, now: datetime, *, edition: Edition | None = None
) -> DigestContent:
    """What this subscriber's digest would say if it were made now, of the current edition.

    Or of another one, such as the next. Raises NoEdition.
    """
    occasion = _now(subscriber, now, edition)
    readers = load_readers([subscriber], now)
    [pool] = furnished([occasion.pool], readers.values())
    content = _made_now(subscriber, readers, replace(occasion, pool=pool))
    return replace(content, corrections=tuple(occasion.edition.corrections.all()))


def sample(
    topics: Iterable[Topic],
    now: datetime,
    *,
    language: str = "en",
    paper_count: int = 10,
    edition: Edition | None = None,
) -> DigestContent:
    """The current edition's digest for nobody in particular: without personal addresses.

    Or another's. Raises NoEdition.
    """
    nobody = Subscriber(pk=0, language=language, paper_count=paper_count)
    occasion = _now(nobody, now, edition)
    reader = Reader({topic.code: topic.name for topic in topics}, paper_count)
    [choice] = choose_all(occasion.pool.papers, [reader], occasion.pool.learned)
    selected = selection.selection(choice, occasion.pool, language)
    content = _content(nobody, occasion, selected)
    return replace(content, to="", preferences_url="", pause_url="", unsubscribe_url="")


def forecast(subscriber: Subscriber, now: datetime, days: int = 14) -> list[Forecast]:
    """What today's choices would have sent on each of the last days, the latest first.

    Simulated day by day: what a simulated digest had is new in none of the later ones.
    """
    return outlook(subscriber, now, days).days


def outlook(subscriber: Subscriber, now: datetime, days: int = 14) -> Outlook:
    """Preview and forecast together, from what is read once for both."""
    since = now - days * DAY
    known = _editions(since - DAY, now)
    dated = {edition.date: edition for edition in known}
    slots = subscriber.schedule.slots_between(since + timedelta(microseconds=1), now)
    chosen = [(slot, _edition_for(slot, dated)) for slot in slots]
    current = [(_slot(subscriber, now), edition) for edition in known[-1:]]
    pools = kept_pools({one.pk: one for _, one in (*chosen, *current) if one}.values(), now)
    readers = load_readers([subscriber], now)
    complete = dict(zip(pools, furnished(pools.values(), readers.values()), strict=True))
    occasions = [
        (slot, _Occasion(slot, edition, complete[edition.pk]) if edition else None)
        for slot, edition in chosen
    ]
    today = [_Occasion(slot, edition, complete[edition.pk]) for slot, edition in current]
    return Outlook(
        next((_made_now(subscriber, readers, occasion) for occasion in today), None),
        list(_simulated(subscriber, readers[subscriber.pk], occasions))[::-1],
    )


def _editions(since: datetime, now: datetime) -> list[Edition]:
    """Of those days, by date; the current one though it may be older."""
    recent = Edition.objects.filter(date__gte=since.date(), date__lte=editions.last_day(now))
    current = None if (found := list(recent.order_by("date"))) else editions.current_edition(now)
    return [current] if current else found


def _made_now(
    subscriber: Subscriber, readers: Mapping[int, Reader], occasion: _Occasion
) -> DigestContent:
    """Of a pool that has its papers' authors."""
    slot, now = occasion.slot, occasion.slot.due_at
    digest = due.new_digest(subscriber, slot, occasion.edition, now)
    [selected] = selection.select_for([digest], readers, occasion.pool, now)
    content, promised = _content(subscriber, occasion, selected), subscriber.next_send_at
    return replace(content, next_send_at=promised) if promised and promised > now else content


def _simulated(
    subscriber: Subscriber, reader: Reader, occasions: Iterable[tuple[Slot, _Occasion | None]]
) -> Iterator[Forecast]:
    previous = ""
    for slot, occasion in occasions:
        if occasion is None:
            yield Forecast(slot.local_date, reason="no edition")
            continue
        [choice] = choose_all(occasion.pool.papers, [reader], occasion.pool.learned)
        if choice.skipped:
            yield Forecast(slot.local_date, reason=choice.skipped)
            continue
        reader = replace(reader, seen=reader.seen | {pick.paper for pick in choice.picks})
        selected = selection.selection(choice, occasion.pool, subscriber.language, previous)
        previous = selected.subject
        yield Forecast(slot.local_date, choice.kind, _content(subscriber, occasion, selected))


def _now(subscriber: Subscriber, now: datetime, edition: Edition | None) -> _Occasion:
    """Of the edition that readers see, unless another one is wanted."""
    edition = edition or editions.current_edition(now)
    if edition is None:
        raise NoEdition
    return _Occasion(_slot(subscriber, now), edition, kept_pool(edition, now))


def _slot(subscriber: Subscriber, now: datetime) -> Slot:
    return Slot(now.astimezone(subscriber.zone).date(), now)


def _edition_for(slot: Slot, dated: dict[date, Edition]) -> Edition | None:
    """The edition that digests of that moment are copies of: before EDITION_HOUR the last one."""
    today = slot.due_at.date()
    if slot.due_at.hour >= settings.EDITION_HOUR:
        return dated.get(today)
    return next((dated[day] for day in sorted(dated, reverse=True) if day < today), None)


def _content(subscriber: Subscriber, occasion: _Occasion, selected: Selection) -> DigestContent:
    digest = due.new_digest(subscriber, occasion.slot, occasion.edition, occasion.slot.due_at)
    return imagined(digest, selected)


def imagined(digest: Digest, selected: Selection) -> DigestContent:
    """What a digest would say that is not in the ledger."""
    digest.subject = selected.subject
    digest.frozen |= selected.frozen
    papers = (
        composition.Placed(pick.paper, pick.section, position, json.dumps(list(pick.reasons)))
        for position, pick in enumerate(selected.picks, start=1)
    )
    return composition.content(digest, papers, selected.cards)

"""Pauses: the first digest after one also shows the best of what came in meanwhile."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from papers.cards import Card
from subscriptions.digests.pools import furnished, missed_pool
from subscriptions.digests.readers import already_sent
from subscriptions.models import Digest
from subscriptions.ranking import Choice, Pick, Reader, missed


@dataclass(frozen=True, slots=True)
class CatchUp:
    """The papers of a pause that began at `since`, and their cards as last shown."""

    since: datetime
    picks: tuple[Pick, ...]
    cards: Mapping[int, Card]


def catch_ups(
    chunk: Sequence[Digest], readers: Sequence[Reader], choices: Sequence[Choice], now: datetime
) -> dict[int, CatchUp]:
    """By place in the chunk, for those who come back and get a digest at all."""
    found: dict[int, CatchUp] = {}
    for places in _by_start(chunk, choices).values():
        back = [(at, chunk[at], _after(readers[at], choices[at])) for at in places]
        found |= _caught_up(back, now)
    return found


def _by_start(chunk: Sequence[Digest], choices: Sequence[Choice]) -> dict[date, list[int]]:
    starts: dict[date, list[int]] = defaultdict(list)
    for at, (digest, choice) in enumerate(zip(chunk, choices, strict=True)):
        if choice.picks and digest.subscriber.missed_since:
            starts[digest.subscriber.missed_since.date()].append(at)
    return dict(sorted(starts.items()))


def _after(reader: Reader, choice: Choice) -> Reader:
    return replace(reader, seen=frozenset(pick.paper for pick in choice.picks))


def _caught_up(back: list[tuple[int, Digest, Reader]], now: datetime) -> dict[int, CatchUp]:
    """For readers whose pauses began on one day."""
    digests = [digest for _, digest, _ in back]
    starts = [digest.subscriber.missed_since or now for digest in digests]
    pool = missed_pool(min(starts), digests[0].edition, now)
    sent = already_sent(digests, [paper.paper for paper in pool.papers])
    readers = [
        replace(reader, seen=reader.seen | sent[digest.subscriber_id]) for _, digest, reader in back
    ]
    picks = missed(furnished([pool], readers)[0].papers, readers, pool.learned)
    return {
        at: CatchUp(since, chosen, {pick.paper: pool.cards[pick.paper] for pick in chosen})
        for (at, _, _), since, chosen in zip(back, starts, picks, strict=True)
    }

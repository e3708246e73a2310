"""Selection: which papers each digest of a chunk gets, and why; frozen from here on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import translation

from papers.cards import Card
from subscriptions.digests.pauses import CatchUp, catch_ups
from subscriptions.digests.pools import Pool, furnished
from subscriptions.digests.readers import already_sent, load_readers
from subscriptions.emails.subject import subject_line
from subscriptions.models import Digest, DigestPaper, Subscriber
from subscriptions.models.states import GIVEN_UP, State
from subscriptions.ranking import Choice, Pick, Reader, choose_all


@dataclass(frozen=True, slots=True)
class Selection:
    """What one digest gets and what is frozen with it, or why it is skipped."""

    picks: tuple[Pick, ...]
    cards: Mapping[int, Card]
    subject: str
    frozen: dict[str, Any]
    skipped: str


def select_papers(chunk: list[Digest], pool: Pool, now: datetime) -> list[Selection]:
    """One for each digest, in the order of the chunk; no query per digest."""
    known = load_readers([digest.subscriber for digest in chunk], now)
    [complete] = furnished([pool], known.values())
    return select_for(chunk, known, complete, now)


def select_for(
    chunk: Sequence[Digest], known: Mapping[int, Reader], pool: Pool, now: datetime
) -> list[Selection]:
    """The same for readers who are known already, by subscriber, from a pool with its authors."""
    sent = already_sent(chunk, [paper.paper for paper in pool.papers])
    readers = [
        replace(known[digest.subscriber_id], seen=sent[digest.subscriber_id]) for digest in chunk
    ]
    choices = choose_all(pool.papers, readers, pool.learned)
    missed = catch_ups(chunk, readers, choices, now)
    before = _previous_subjects(chunk)
    return [
        selection(
            choice,
            pool,
            _language(digest),
            before.get(digest.subscriber_id, ""),
            missed.get(at),
        )
        for at, (digest, choice) in enumerate(zip(chunk, choices, strict=True))
    ]


def selection(
    choice: Choice, pool: Pool, language: str, previous: str = "", missed: CatchUp | None = None
) -> Selection:
    """What was chosen, as a digest keeps it; `previous` is the subject of the digest before."""
    picks = _as_shown(choice, pool.cards) + (missed.picks if missed else ())
    cards = {**pool.cards, **(missed.cards if missed else {})}
    with translation.override(language):
        titles = [cards[pick.paper].title for pick in picks]
        subject = subject_line(titles, pool.subject, previous)
    return Selection(
        picks,
        {pick.paper: cards[pick.paper] for pick in picks},
        subject,
        {
            "candidates": len(pool.papers),
            "kind": choice.kind,
            "learned": pool.learned.used,
        }
        | _kept(missed),
        choice.skipped,
    )


def freeze(chunk: list[Digest], selections: list[Selection]) -> None:
    """Write them: ready, or skipped and why. Digests that another took over are left."""
    with transaction.atomic():
        mine = _still_mine(chunk)
        kept = [
            (digest, selected)
            for digest, selected in zip(chunk, selections, strict=True)
            if digest.pk in mine
        ]
        for digest, selected in kept:
            digest.subject = selected.subject
            digest.frozen |= selected.frozen
        DigestPaper.objects.bulk_create(row for one in kept for row in rows(*one))
        Digest.objects.bulk_update([digest for digest, _ in kept], ["subject", "frozen"])
        _settle(kept)
        _close_pauses(digest for digest, selected in kept if not selected.skipped)


def rows(digest: Digest, selected: Selection) -> Iterable[DigestPaper]:
    for position, pick in enumerate(selected.picks, start=1):
        yield DigestPaper(
            digest=digest,
            subscriber_id=digest.subscriber_id,
            paper_id=pick.paper,
            position=position,
            section=pick.section,
            reasons=list(pick.reasons),
        )


def _as_shown(choice: Choice, cards: Mapping[int, Card]) -> tuple[Pick, ...]:
    """A week's: the top pick, the others by the day they came in, the newest first; then apart."""
    if choice.kind != "weekly":
        return choice.picks
    top, *mine = (pick for pick in choice.picks if pick.section == "for_you")
    mine.sort(key=lambda pick: cards[pick.paper].came_in, reverse=True)
    return (top, *mine, *(pick for pick in choice.picks if pick.section != "for_you"))


def _language(digest: Digest) -> str:
    """The mail's, which was frozen when the digest was opened."""
    written: dict[str, str] = {"language": digest.subscriber.language} | digest.frozen
    return written["language"]


def _kept(missed: CatchUp | None) -> dict[str, Any]:
    if missed is None or not missed.picks:
        return {}
    cards = {str(paper): card.as_json() for paper, card in missed.cards.items()}
    return {"missed_since": missed.since.isoformat(), "cards": cards}


def _still_mine(chunk: list[Digest]) -> set[int]:
    claimed = Digest.objects.filter(
        pk__in=[digest.pk for digest in chunk],
        owner__in={digest.owner for digest in chunk},
        state=State.PENDING,
    )
    return set(claimed.order_by("pk").select_for_update().values_list("pk", flat=True))


def _settle(kept: Iterable[tuple[Digest, Selection]]) -> None:
    """One UPDATE for all that came to the same."""
    by_reason: dict[str, list[Digest]] = defaultdict(list)
    for digest, selected in kept:
        by_reason[selected.skipped].append(digest)
    for reason, digests in by_reason.items():
        state = State.SKIPPED if reason else State.READY
        settled = {"state": state, "reason": reason, "owner": "", "lease_until": None}
        Digest.objects.filter(pk__in=[digest.pk for digest in digests]).update(**settled)


def _close_pauses(chosen: Iterable[Digest]) -> None:
    """What they missed is told now; who has paused again meanwhile is told the next time."""
    back = [digest.subscriber_id for digest in chosen if digest.subscriber.missed_since]
    if back:
        active = Subscriber.objects.active().filter(pk__in=back)
        active.update(missed_since=None)


def _previous_subjects(chunk: Iterable[Digest]) -> dict[int, str]:
    """By subscriber: the subject of the last digest that was not given up."""
    theirs = Digest.objects.filter(subscriber=OuterRef("pk")).exclude(subject="")
    last = theirs.exclude(state__in=GIVEN_UP).order_by("-due_at", "-pk").values("subject")[:1]
    readers = Subscriber.objects.filter(pk__in=[digest.subscriber_id for digest in chunk])
    told = readers.order_by().annotate(previous=Subquery(last)).values_list("pk", "previous")
    return {reader: subject or "" for reader, subject in told}

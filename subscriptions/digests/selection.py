"""Selection: which papers each digest of a chunk gets, and why; frozen from here on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from papers import editions
from papers.cards import Card
from papers.models import Candidate, Edition, Paper
from subscriptions.emails.subject import subject_line
from subscriptions.models import Digest, DigestPaper, Interest
from subscriptions.models.outgoing import State
from subscriptions.ranking import Pick, PoolPaper, Reader, choose


@dataclass(frozen=True, slots=True)
class Pool:
    """An edition's candidates in ranking order, all its cards by paper, and its own subject."""

    papers: tuple[PoolPaper, ...]
    cards: Mapping[int, Card]
    subject: str


def load_pool(edition: Edition, now: datetime) -> Pool:
    """The candidates that may be sent: neither dropped by an editor nor hidden since."""
    kept = editions.edition_cards(edition, now)
    candidates = edition.candidates.exclude(placement=Candidate.Placement.DROPPED)
    rows = list(candidates.filter(paper__status=Paper.Status.VISIBLE).order_by("rank"))
    rows.sort(key=lambda row: row.placement != Candidate.Placement.PINNED)
    return Pool(tuple(_pool_paper(row, kept[row.paper_id]) for row in rows), kept, edition.subject)


def select_papers(chunk: list[Digest], pool: Pool) -> list[list[Pick]]:
    """The picks of each digest, in the order of the chunk; no query per digest."""
    topics = _followed_topics(chunk)
    seen = _already_sent(chunk, [paper.paper for paper in pool.papers])
    readers = (
        Reader(
            topics[digest.subscriber_id],
            digest.subscriber.paper_count,
            frozenset(seen[digest.subscriber_id]),
        )
        for digest in chunk
    )
    return [choose(pool.papers, reader) for reader in readers]


def freeze(chunk: list[Digest], picks: list[list[Pick]], pool: Pool) -> None:
    """Write the picks: ready, or skipped as empty. Digests that another took over are left."""
    with transaction.atomic():
        mine = _still_mine(chunk)
        kept = [
            (digest, chosen)
            for digest, chosen in zip(chunk, picks, strict=True)
            if digest.pk in mine
        ]
        for digest, chosen in kept:
            digest.state = State.READY if chosen else State.SKIPPED
            digest.reason = "" if chosen else "empty"
            digest.subject = subject_of(chosen, pool)
            digest.frozen |= {"candidates": len(pool.papers)}
            digest.owner, digest.lease_until = "", None
        DigestPaper.objects.bulk_create(row for one in kept for row in rows(*one))
        Digest.objects.bulk_update(
            [digest for digest, _ in kept],
            ["state", "reason", "subject", "frozen", "owner", "lease_until"],
        )


def subject_of(picks: list[Pick], pool: Pool) -> str:
    return subject_line([pool.cards[pick.paper].title for pick in picks], pool.subject)


def _still_mine(chunk: list[Digest]) -> set[int]:
    claimed = Digest.objects.filter(
        pk__in=[digest.pk for digest in chunk],
        owner__in={digest.owner for digest in chunk},
        state=State.PENDING,
    )
    return set(claimed.select_for_update().values_list("pk", flat=True))


def rows(digest: Digest, picks: list[Pick]) -> Iterable[DigestPaper]:
    for position, pick in enumerate(picks, start=1):
        yield DigestPaper(
            digest=digest,
            subscriber_id=digest.subscriber_id,
            paper_id=pick.paper,
            position=position,
            section=pick.section,
            reasons=list(pick.reasons),
        )


def _pool_paper(candidate: Candidate, card: Card) -> PoolPaper:
    return PoolPaper(
        card.paper,
        frozenset(card.topics),
        card.topic,
        card.topic_name,
        candidate.placement == Candidate.Placement.PINNED,
        card.growth,
    )


def _followed_topics(chunk: list[Digest]) -> dict[int, dict[str, str]]:
    """By subscriber: codes and names of the topics they follow."""
    followed: dict[int, dict[str, str]] = defaultdict(dict)
    readers = [digest.subscriber_id for digest in chunk]
    interests = Interest.objects.followed().topics().filter(subscriber__in=readers)
    for subscriber, code, name in interests.values_list("subscriber", "topic__code", "topic__name"):
        followed[subscriber][code] = name
    return followed


def _already_sent(chunk: list[Digest], papers: list[int]) -> dict[int, set[int]]:
    seen: dict[int, set[int]] = defaultdict(set)
    subscribers = [digest.subscriber_id for digest in chunk]
    sent = DigestPaper.objects.filter(subscriber__in=subscribers, paper__in=papers)
    for subscriber, paper in sent.values_list("subscriber", "paper"):
        seen[subscriber].add(paper)
    return seen

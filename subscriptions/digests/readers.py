"""Readers: what the ranking is told of each subscriber, read in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import exp2
from operator import attrgetter
from typing import Any

from django.db.models import Q

from papers.models import Paper
from subscriptions.interests import come_in
from subscriptions.models import Digest, DigestPaper, Interest, Read, Subscriber, Vote
from subscriptions.ranking import Keyword, Reader, Sample

LIKES_USED = 200  # of a reader, the newest; as many dislikes
HALF_LIFE_DAYS = 180  # of a like or dislike: one of half a year ago counts half
READ_WEIGHT = 0.5  # of a paper opened here; a like counts 1

Kind = Interest.Kind
Rows = Mapping[int, list[Any]]
INTEREST = (
    "subscriber",
    "kind",
    "muted",
    "text",
    "key",
    "abstract",
    "topic__code",
    "topic__name",
    "author",
    "author__name",
    "author__merged_into",
    "author__merged_into__name",
    "paper",
    "paper__status",
    "created_at",
)
TEXT = ("paper__title", "paper__abstract", "paper__summary")


@dataclass(frozen=True, slots=True)
class _Opinion:
    """What a reader thinks of one paper, and since when."""

    on: date
    sample: Sample
    muted: bool


@dataclass(slots=True)
class _Opinions:
    """By paper; of each the first one counts: what was said outright comes first."""

    of: dict[object, _Opinion] = field(default_factory=dict)

    def add(self, key: object, opinion: _Opinion) -> None:
        self.of.setdefault(key, opinion)

    def newest(self, *, muted: bool) -> tuple[Sample, ...]:
        """Those that count."""
        some = [one for one in self.of.values() if one.muted == muted]
        some.sort(key=attrgetter("on"), reverse=True)
        return tuple(one.sample for one in some[:LIKES_USED])

    @property
    def known(self) -> frozenset[int]:
        """Papers told an opinion of, or opened here, however many."""
        samples = (one.sample for one in self.of.values())
        return frozenset(one.paper for one in samples if one.paper and (one.told or one.opened))


def load_readers(
    subscribers: Iterable[Subscriber], now: datetime, before: Digest | None = None
) -> dict[int, Reader]:
    """By subscriber; what was sent to them before is still to be added.

    Or with what of their wishes is older than that digest.
    """
    by_id = {one.pk: one for one in subscribers}
    interests = _interests(by_id, before)
    opinions = _opinions(by_id, interests, now, before)
    return {pk: _reader(one, interests[pk], opinions[pk]) for pk, one in by_id.items()}


def already_sent(chunk: Iterable[Digest], papers: list[int]) -> dict[int, frozenset[int]]:
    """By subscriber of those digests: which of the papers stand in any digest of theirs."""
    seen: dict[int, set[int]] = {digest.subscriber_id: set() for digest in chunk}
    sent = DigestPaper.objects.filter(subscriber__in=seen, paper__in=papers).order_by()
    for subscriber, paper in sent.values_list("subscriber", "paper"):
        seen[subscriber].add(paper)
    return {subscriber: frozenset(papers) for subscriber, papers in seen.items()}


def _reader(subscriber: Subscriber, interests: list[Any], said: _Opinions) -> Reader:
    topics = {one.topic__code: one for one in interests if one.kind == Kind.TOPIC}
    authors = {
        one.author__merged_into or one.author: (
            one.author__merged_into__name or one.author__name,
            one.muted,
        )
        for one in interests
        if one.kind == Kind.AUTHOR
    }
    return Reader(
        topics={code: one.topic__name for code, one in topics.items() if not one.muted},
        wanted=subscriber.paper_count,
        muted_topics=frozenset(code for code, one in topics.items() if one.muted),
        keywords=_keywords(interests, muted=False),
        muted_keywords=_keywords(interests, muted=True),
        authors={author: name for author, (name, muted) in authors.items() if not muted},
        muted_authors=frozenset(author for author, (_, muted) in authors.items() if muted),
        likes=said.newest(muted=False),
        dislikes=said.newest(muted=True),
        known=said.known,
        weekly=subscriber.frequency == Subscriber.Frequency.WEEKLY,
        silent_when_quiet=subscriber.quiet_days == Subscriber.QuietDays.NONE,
    )


def _keywords(interests: Iterable[Any], *, muted: bool) -> tuple[Keyword, ...]:
    words = (one for one in interests if one.kind == Kind.KEYWORD and one.muted == muted)
    return tuple(Keyword(one.text, one.key) for one in words)


def _interests(subscribers: Iterable[int], before: Digest | None) -> Rows:
    """Newest first; plain rows, because there are many."""
    rows: dict[int, list[Any]] = defaultdict(list)
    older = Q(created_at__lte=before.created_at) if before else Q()
    found = Interest.objects.filter(older, subscriber__in=subscribers).order_by("-pk")
    for row in found.values_list(*INTEREST, *TEXT, named=True).iterator():
        rows[row.subscriber].append(row)
    return rows


def _opinions(
    subscribers: Iterable[int], interests: Rows, now: datetime, before: Digest | None
) -> dict[int, _Opinions]:
    opinions: dict[int, _Opinions] = defaultdict(_Opinions)
    arrived = _come_in(subscribers, interests)
    for subscriber, rows in interests.items():
        for one in rows:
            if one.kind == Kind.PAPER and (sample := _sample(one, arrived)):
                key = sample.paper or one.key
                on = one.created_at.date()
                faded = replace(sample, weight=_faded(on, now))
                opinions[subscriber].add(key, _Opinion(on, faded, one.muted))
    for subscriber, opinion in _signs(subscribers, now, before):
        opinions[subscriber].add(opinion.sample.paper, opinion)
    return opinions


def _sample(row: Any, arrived: Mapping[str, Paper]) -> Sample | None:
    """The paper itself if it is here; None for one that editors have hidden."""
    if row.paper is None and row.key not in arrived:
        return Sample(None, row.text or row.key, f"{row.text}\n{row.abstract}")
    if row.paper is None:
        paper = arrived[row.key]
        number, status = paper.pk, paper.status
        text = (paper.title, paper.abstract, paper.summary)
    else:
        number, status = row.paper, row.paper__status
        text = (row.paper__title, row.paper__abstract, row.paper__summary)
    return _here(number, text) if status == Paper.Status.VISIBLE else None


def _here(paper: int, text: Sequence[str], **how: Any) -> Sample:
    return Sample(paper, text[0], "\n".join(text), **how)


def _come_in(subscribers: Iterable[int], interests: Rows) -> dict[str, Paper]:
    if not any(one.kind == Kind.PAPER and one.key for rows in interests.values() for one in rows):
        return {}
    return come_in(Interest.objects.papers().filter(subscriber__in=subscribers))


def _faded(on: date, now: datetime, whole: float = 1.0) -> float:
    """What is left of a weight, by dates (UTC): at any hour of a day the same."""
    return whole * exp2(-max(0, (now.date() - on).days) / HALF_LIFE_DAYS)


def _reads(
    subscribers: Iterable[int], now: datetime, before: Digest | None
) -> Iterator[tuple[int, _Opinion]]:
    """Papers opened here by those who let them count; as a hint, never as a reason by name."""
    visible, allowed = Paper.Status.VISIBLE, {"subscriber__learns_from_reads": True}
    found = Read.objects.filter(subscriber__in=subscribers, paper__status=visible, **allowed)
    if before:
        found = found.filter(read_on__lt=before.local_date)
    for subscriber, read_on, paper, *text in found.values_list(
        "subscriber", "read_on", "paper", *TEXT
    ):
        weight = _faded(read_on, now, READ_WEIGHT)
        sample = _here(paper, text, weight=weight, told=False, opened=True)
        yield subscriber, _Opinion(read_on, sample, muted=False)


def _signs(
    subscribers: Iterable[int], now: datetime, before: Digest | None
) -> Iterator[tuple[int, _Opinion]]:
    """Votes, which count as likes; papers opened here; then digests worth the time, or not.

    All papers of such a digest count together as one.
    """
    votes = Vote.objects.filter(subscriber__in=subscribers, paper__status=Paper.Status.VISIBLE)
    answered = Digest.objects.filter(subscriber__in=subscribers, worth_reading__isnull=False)
    if before:
        votes = votes.filter(given_at__lte=before.created_at)
        answered = answered.filter(pk__lt=before.pk)
    given = votes.values_list("subscriber", "given_at", "paper", *TEXT)
    for subscriber, given_at, paper, *text in given:
        on = given_at.date()
        sample = _here(paper, text, weight=_faded(on, now))
        yield subscriber, _Opinion(on, sample, muted=False)
    yield from _reads(subscribers, now, before)
    shown = DigestPaper.objects.filter(digest__in=answered, section=DigestPaper.Section.FOR_YOU)
    rows = list(
        shown.order_by("-digest", "position").values_list(
            "subscriber", "digest", "digest__due_at", "digest__worth_reading", "paper", *TEXT
        )
    )
    sizes = Counter(digest for _, digest, *_ in rows)
    for subscriber, digest, due_at, worth, paper, *text in rows:
        on = due_at.date()
        sample = _here(paper, text, weight=_faded(on, now, 1 / sizes[digest]), told=False)
        yield subscriber, _Opinion(on, sample, muted=not worth)

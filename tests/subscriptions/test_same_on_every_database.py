"""The same papers and wishes give the same digests, bit for bit, on SQLite and on PostgreSQL."""

import json
from datetime import datetime, timedelta
from hashlib import sha256

import pytest

from papers import editions
from papers.models import Author, Candidate, Paper, RelevanceModel
from papers.relevance.keeping import newest
from papers.relevance.packing import pack
from subscriptions import interests
from subscriptions.digests import pipeline
from subscriptions.models import Digest, DigestPaper, Subscriber, Vote
from tests.factories import PaperFactory, SubscriberFactory, TopicFactory
from tests.subscriptions.models_by_hand import SUBJECTS, hand_made

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TOPICS = ["cs.AI", "cs.CL", "cs.CV", "math.LO"]
DIGESTS = "dc0455de90418f98e3efc6123f5a1d326257cd28d820620f34eabe0df6099031"
WORDS = [word for of_subject in SUBJECTS.values() for word in of_subject]
OTHERS = [
    "bridges",
    "Traffic",
    "tuba",
    "hops",
    "zymurgy",
    "ωμέγα",
    "深度",
    "naïve",
    "Ärger",
    "résumé",
]


def text(number: int, words: int) -> str:
    """From all words, each paper others, in a fixed way; ties and foreign letters among them."""
    every = [*WORDS, *OTHERS]
    drawn = [every[(number * 7 + at * at * (number % 5 + 1)) % len(every)] for at in range(words)]
    return " ".join(drawn) + (" by an acoustic model" if number % 4 == 0 else "")


@pytest.fixture
def papers(now: datetime) -> list[Paper]:
    return [
        PaperFactory.create(
            arxiv_id=f"2611.{number:05d}",
            title=f"{text(number, 4)} {number}",
            abstract=text(number + 1, 14),
            topic=TOPICS[number % 4],
            also_in=[TOPICS[number % 3]],
            authors=[f"Author {number % 5}", f"Writer {number % 7}"],
            trending=[100.0, 90.0, 90.0, -1_000_000.0][number % 4] - number // 8,
            first_seen_at=now - timedelta(hours=1 + number),
        )
        for number in range(36)
    ]


@pytest.fixture
def older(now: datetime) -> list[Paper]:
    return [
        PaperFactory.create(
            arxiv_id=f"2501.{number:05d}",
            title=f"Older {text(50 + number, 5)} {number}",
            abstract=text(60 + number, 10),
            first_seen_at=now - 200 * DAY,
        )
        for number in range(8)
    ]


@pytest.fixture
def readers(papers: list[Paper], older: list[Paper], now: datetime) -> list[Subscriber]:
    """Of every kind: cold, followers, likers, voters, muters, weekly ones."""
    made = [
        SubscriberFactory.create(
            topics=TOPICS[: number % 4],
            paper_count=3 + number,
            next_send_at=now,
            frequency="weekly" if number % 5 == 4 else "daily",
            weekday=now.weekday(),
        )
        for number in range(16)
    ]
    for number, one in enumerate(made):
        _wish(number, one, papers, older, now)
    return made


def _wish(
    number: int, one: Subscriber, papers: list[Paper], older: list[Paper], now: datetime
) -> None:
    if number & 1:
        interests.like(one, older[number % 8])
        interests.like(one, papers[number])
        interests.like_unknown(one, f"key {number}", text(number + 3, 6))
    if number & 2:
        interests.choose_keywords(one, [WORDS[number], "acoustic model"], [OTHERS[number % 3]])
        Vote.objects.create(subscriber=one, paper=older[(number + 1) % 8], given_at=now - 40 * DAY)
    if number & 4:
        interests.like(one, older[(number + 3) % 8], muted=True)
        interests.follow_author(one, Author.objects.get(name=f"Author {number % 5}"))
    if number & 8:
        interests.follow_author(one, Author.objects.get(name=f"Writer {number % 7}"), muted=True)
        muted = TopicFactory.create(code=TOPICS[3])
        followed = [TopicFactory.create(code=code) for code in TOPICS[: number % 3]]
        interests.choose_topics(one, followed, [muted])
    one.interests.update(created_at=now - number * 30 * DAY)


@pytest.fixture
def chosen(readers: list[Subscriber], papers: list[Paper], now: datetime) -> list[Subscriber]:
    """Their digests are chosen as any morning's are, by a model from the database."""
    model = pack(hand_made())
    RelevanceModel.objects.create(fitted_at=now - DAY, papers=500, terms=26, packed=model)
    editions.frozen_edition(now)
    Candidate.objects.filter(paper=papers[9]).update(placement="pinned")
    choose(now)
    return readers


def choose(now: datetime) -> None:
    while pipeline.open_chunk(now):
        pipeline.select_chunk(Digest.objects.all(), now)


def told(readers: list[Subscriber]) -> str:
    """All digests without any number of a row, which another database counts otherwise."""
    numbers = {paper.pk: paper.arxiv_id for paper in Paper.objects.all()}
    names = {author.pk: author.name for author in Author.objects.all()}
    rows = DigestPaper.objects.order_by("position").select_related("paper")
    digests = [
        [
            [row.paper.title, row.section, [_named(one, numbers, names) for one in row.reasons]]
            for row in rows.filter(subscriber=reader)
        ]
        for reader in readers
    ]
    return json.dumps(digests, ensure_ascii=False, sort_keys=True, indent=0)


def _named(
    reason: dict[str, object], numbers: dict[int, str | None], names: dict[int, str]
) -> dict[str, object]:
    known: dict[str, dict[int, object]] = {"paper": {**numbers}, "author": {**names}}
    return {
        key: known[key].get(value, value) if key in known and isinstance(value, int) else value
        for key, value in reason.items()
    }


def test_every_digest_is_the_same_to_the_byte(chosen: list[Subscriber]) -> None:
    """Whoever changes the ranking writes the new sum here, once it is the same on both."""
    assert newest().load().has_meaning
    kinds = {reason["kind"] for row in DigestPaper.objects.all() for reason in row.reasons}
    assert kinds >= {"pinned", "author", "keyword", "liked", "topic", "elsewhere", "trending"}

    assert sha256(told(chosen).encode()).hexdigest() == DIGESTS


def test_chosen_once_more_they_are_the_same(chosen: list[Subscriber], now: datetime) -> None:
    before = told(chosen)
    DigestPaper.objects.all().delete()
    Digest.objects.all().delete()
    Subscriber.objects.update(next_send_at=now)

    choose(now)

    assert told(chosen) == before

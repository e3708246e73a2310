"""A large collection, made of the words of the demonstration's papers: for timing only."""

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from papers import editions, search
from papers.models import Author, Authorship, Paper, Signal, Topic
from papers.naming import name_key, title_key
from papers.signals import Observation, observe
from seeds.facts import seed_papers

DAYS = 365  # over which the papers came in
AUTHORS_PER_PAPER = 4
BATCH = 2_000


class Words:
    """Texts whose words are as common as in real abstracts."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)  # noqa: S311  # repeatable, not secret
        self.pool = " ".join(f"{seed.paper.title} {seed.summary}" for seed in seed_papers()).split()
        names = [author.name.split() for seed in seed_papers() for author in seed.paper.authors]
        self.first = sorted({name[0] for name in names})
        self.last = sorted({name[-1] for name in names})

    def text(self, words: int) -> str:
        return " ".join(self.random.choices(self.pool, k=words))

    def name(self) -> str:
        initial = self.random.choice("ABCDEFGHIJKLMNOPRSTVW")
        return f"{self.random.choice(self.first)} {initial}. {self.random.choice(self.last)}"


def write_jsonl(file: Path, papers: int) -> None:
    """A file for `manage.py ingest jsonl`."""
    words = Words()
    topics = list(Topic.objects.values_list("code", flat=True))
    with file.open("w", encoding="utf-8") as lines:
        for number in range(papers):
            topic = topics[min(int(words.random.expovariate(0.06)), len(topics) - 1)]
            lines.write(json.dumps(_line(words, number, topic)) + "\n")


def _line(words: Words, number: int, topic: str) -> dict[str, object]:
    return {
        "title": f"{words.text(9)} {number}",
        "abstract": words.text(160),
        "authors": [words.name() for _ in range(AUTHORS_PER_PAPER)],
        "arxiv_id": f"{2501 + number // 10_000 % 12:04d}.{number:05d}",
        "primary_topic": topic,
        "topics": [topic],
        "counts": {"votes": words.random.randrange(40)},
    }


def make_collection(papers: int, signals: int, now: datetime) -> None:
    """Papers with authors, topics and signals, a search index, and the editions of a month."""
    words = Words()
    authors = _make_authors(words, max(papers // 3, AUTHORS_PER_PAPER))
    made = _make_papers(words, papers, now)
    _join(words, made, authors)
    _make_signals(words, made, signals, now)
    search.index_all()
    for days in range(30, -1, -1):
        editions.build(now - timedelta(days=days))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a database does by itself once it has run for a while


def _make_authors(words: Words, count: int) -> list[int]:
    names = [words.name() for _ in range(count)]
    rows = (Author(name=name, name_key=name_key(name)) for name in names)
    return [author.pk for author in Author.objects.bulk_create(rows, batch_size=BATCH)]


def _make_papers(words: Words, count: int, now: datetime) -> list[Paper]:
    topics = list(Topic.objects.values_list("pk", flat=True))
    rows = []
    for number in range(count):
        title = f"{words.text(9)} {number}"
        came_in = now - timedelta(days=DAYS) * words.random.random()
        topic = topics[min(int(words.random.expovariate(0.06)), len(topics) - 1)]
        rows.append(
            Paper(
                arxiv_id=f"{2501 + number // 10_000 % 12:04d}.{number:05d}",
                title=title,
                title_key=title_key(title),
                abstract=words.text(160),
                published_on=came_in.date(),
                first_seen_at=came_in,
                primary_topic_id=topic,
                has_code=words.random.random() < 0.4,  # noqa: PLR2004  # as in the seeds
            )
        )
    return Paper.objects.bulk_create(rows, batch_size=BATCH)


def _join(words: Words, papers: list[Paper], authors: list[int]) -> None:
    through = Paper.topics.through
    topics = list(Topic.objects.values_list("pk", flat=True))
    themes = (
        through(paper_id=paper.pk, topic_id=topic)
        for paper in papers
        for topic in {paper.primary_topic_id, words.random.choice(topics)}
    )
    through.objects.bulk_create(themes, batch_size=BATCH)
    places = (
        Authorship(paper=paper, author_id=author, position=position, named="")
        for paper in papers
        for position, author in enumerate(words.random.sample(authors, AUTHORS_PER_PAPER))
    )
    Authorship.objects.bulk_create(places, batch_size=BATCH)


def _make_signals(words: Words, papers: list[Paper], count: int, now: datetime) -> None:
    each = max(count // len(papers), 1)
    for start in range(0, len(papers), BATCH):
        part = papers[start : start + BATCH]
        observe(_observations(words, part, each, now), now=now)


def _observations(
    words: Words, papers: list[Paper], each: int, now: datetime
) -> Iterator[Observation]:
    for paper in papers:
        votes = 0
        for number in range(each):
            votes += int(words.random.expovariate(1 / (1 + paper.pk % 7)))
            at = min(paper.first_seen_at + timedelta(hours=6 * number), now)
            yield Observation(paper.pk, "benchmark", Signal.Kind.VOTES, votes, at)

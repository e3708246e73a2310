"""Texts and papers enough to learn from: the same ones whenever they are asked for."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import count, islice, product
from random import Random

from papers.models import Paper
from tests.factories import TopicFactory

FEWEST = 500
WORDS = tuple(
    islice(("".join(parts) for parts in product("bdfgklmnprstvz", "aeiou", "kmnrst", "ou")), 300)
)


def texts(papers: int = FEWEST, words: Sequence[str] = WORDS, each: int = 12) -> list[str]:
    """Of words that come together by chance alone."""
    chance = Random(0)  # noqa: S311  # the same every time
    return [" ".join(chance.sample(words, each)) for _ in range(papers)]


def scattered(base: Iterable[str], additions: Sequence[str]) -> list[str]:
    """The texts, each of the first ones with an addition after a full stop."""
    return [
        f"{text}. {additions[at]}" if at < len(additions) else text for at, text in enumerate(base)
    ]


_numbers = count(1)


def store(abstracts: Iterable[str]) -> list[Paper]:
    """Visible papers of these texts, all at once."""
    topic = TopicFactory.create(code="cs.CV")
    made = [
        Paper(
            arxiv_id=f"2610.{next(_numbers):05d}",
            abstract=text,
            primary_topic=topic,
            first_seen_at=datetime.now(UTC),
        )
        for text in abstracts
    ]
    return Paper.objects.bulk_create(made)

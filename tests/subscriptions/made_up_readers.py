"""Made-up readers of every kind, of whom no two are alike; the same ones every time."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from subscriptions.ranking import Keyword, PoolPaper, Reader, Sample
from tests.subscriptions.made_up import AUTHORS, PHRASES, TOPICS, Writer, keyword

WORDS = [
    *(phrase for of_topic in PHRASES for phrase in of_topic),
    *(words[12] for words in Writer(1).of_topic.values()),
    *Writer(1).common[40:44],
    "zymurgy",
    "深度学习",
]


Some = TypeVar("Some")


class Readers:
    """Who follow, like and mute what is in that pool and among those older papers."""

    def __init__(self, pool: Sequence[PoolPaper], older: Sequence[PoolPaper]) -> None:
        self._random = Random(3)  # noqa: S311  # the same readers every time
        self._pool, self._papers = pool, [*older, *pool[::9]]

    def reader(self) -> Reader:
        random = self._random
        topics = self._some(list(TOPICS), [0, 1, 2, 3, 3, 3])
        cold = random.random() < 0.15
        return Reader(
            topics={code: TOPICS[code] for code in topics},
            wanted=random.randint(3, 20),
            seen=frozenset(self._some([one.paper for one in self._pool], [0, 0, 0, 3, 12, 12, 98])),
            muted_topics=frozenset(set(self._some(list(TOPICS), [0, 0, 0, 1, 2])) - {*topics}),
            keywords=() if cold else self._keywords([0, 0, 1, 3]),
            muted_keywords=self._keywords([0, 0, 0, 1]),
            authors={n: f"Author {n}" for n in self._some(range(AUTHORS), [0, 0, 0, 1, 4])},
            muted_authors=frozenset(self._some(range(AUTHORS), [0, 0, 0, 2])),
            likes=() if cold else self._samples([0, 1, 2, 4]),
            dislikes=() if cold else self._samples([0, 0, 0, 1, 3]),
            weekly=random.random() < 0.25,
            silent_when_quiet=random.random() < 0.2,
        )

    def _some(self, things: Sequence[Some], counts: Sequence[int]) -> list[Some]:
        return self._random.sample(things, self._random.choice(counts))

    def _keywords(self, counts: Sequence[int]) -> tuple[Keyword, ...]:
        return tuple(map(keyword, self._some(list(dict.fromkeys(WORDS)), counts)))

    def _samples(self, counts: Sequence[int]) -> tuple[Sample, ...]:
        """Some faded, some of a digest that was worth the time, some not here."""
        random = self._random
        return tuple(
            Sample(
                None if random.random() < 0.1 else one.paper,
                one.title,
                one.text,
                weight=random.choice([1.0, 1.0, 0.5, 0.1]),
                told=random.random() < 0.8,
            )
            for one in self._some(self._papers, counts)
        )

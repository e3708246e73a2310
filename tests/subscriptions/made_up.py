"""Made-up papers of eight topics and readers of every kind; the same ones every time.

Words are drawn as in any language: the second half as often as the first, and so on, mostly from
those of the topic. Some stand together, across a title's end and small words too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

from papers.relevance.model import Model
from papers.search.words import stems, telling
from papers.twins import Text, Twins, twins
from subscriptions.ranking import Keyword, PoolPaper

TOPICS = {
    f"cs.{code}": f"Topic {code}" for code in ["AI", "CL", "CV", "DS", "LG", "NI", "RO", "SD"]
}
PHRASES = [
    ("graph network", "belief revision", "legal reasoning"),
    ("language model", "machine translation", "word order"),
    ("image segmentation", "diffusion model", "optical flow"),
    ("sorting network", "linear time", "graph network"),
    ("neural network", "gradient descent", "reward shaping"),
    ("congestion control", "sensor network", "packet loss"),
    ("motion planning", "legged robot", "optical flow"),
    ("speech recognition", "acoustic model", "neural network"),
]
SMALL = ["the", "of", "for", "and", "in", "by", "with"]
SYLLABLES = [f"{one}{two}" for one in "bdfgklmnprstvz" for two in "aeiou"]
OLD = 10_000  # from here on, numbers of papers that are not in the pool
AUTHORS = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """A model at hand, as the ranking asks for it."""

    model: Model

    def load(self) -> Model:
        return self.model


class Writer:
    """Of titles and abstracts."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # the same papers every time
        # other words than any other writer's would only be fewer in common
        drawn = Random(1)  # noqa: S311  # as above
        made = dict.fromkeys("".join(drawn.choices(SYLLABLES, k=3)) for _ in range(1700))
        vocabulary = list(made)
        self.common = vocabulary[:200]
        self.of_topic = {
            code: [*words[:30], *" ".join(PHRASES[at]).split(), *words[30:]]
            for at, code in enumerate(TOPICS)
            if (words := vocabulary[200 + 170 * at :][:170])
        }

    def text(self, topic: str, words: int) -> str:
        at = list(TOPICS).index(topic)
        return " ".join(self._next(topic, PHRASES[at]) for _ in range(words))

    def _next(self, topic: str, phrases: Sequence[str]) -> str:
        kind = self.random.random()
        if kind < 0.05:
            return self.random.choice(phrases)
        if kind < 0.07:
            one, other = self.random.choice(phrases).split()
            return self.random.choice([f"{one}, {other}", f"{one} of {other}", f"{one}-{other}"])
        if kind < 0.25:
            return self.random.choice(SMALL)
        return self._zipf(self.of_topic[topic] if kind < 0.6 else self.common)

    def _zipf(self, words: list[str]) -> str:
        weights = list(accumulate(1 / (6 + rank) for rank in range(len(words))))
        return self.random.choices(words, cum_weights=weights)[0]

    def title(self, topic: str) -> str:
        """Some end with the first word of a phrase, of which the abstract begins with the other."""
        return self.text(topic, 6)

    def paper(self, number: int, topic: str) -> PoolPaper:
        first, second = self.random.choice(PHRASES[list(TOPICS).index(topic)]).split()
        torn = self.random.random() < 0.2
        also = self.random.choices(list(TOPICS), k=self.random.choice([0, 0, 1, 2]))
        return PoolPaper(
            number,
            frozenset({topic, *also}),
            topic,
            TOPICS[topic],
            pinned=False,
            growth=self.random.choice([0, 0, 0, 2, 4, 5, 24]),
            day=f"2026-11-{self.random.randint(14, 20)}",
            authors=frozenset(self.random.choices(range(AUTHORS), k=3)),
            title=self.title(topic) + f" {first}" * torn,
            abstract=f"{second} " * torn + self.text(topic, 24),
            summary=self.text(topic, 8) if self.random.random() < 0.3 else "",
        )


def papers(count: int, seed: int, first: int = 0) -> list[PoolPaper]:
    writer, codes = Writer(seed), list(TOPICS)
    return [writer.paper(first + at, codes[at % 8 if at % 4 else 2]) for at in range(count)]


def pool(count: int, seed: int = 2) -> tuple[PoolPaper, ...]:
    """Pinned ones first, the last third unnoticed; some say the same as another, or are parts."""
    made = papers(count, seed)
    for at in range(0, 40, 8):
        title, text = made[at].title, made[at].abstract
        made[at + 60] = replace(made[at + 60], title=f"{title} (extended version)")
        made[at + 61] = replace(made[at + 61], title=f"{made[at + 61].title} anew", abstract=text)
        made[at + 1] = replace(made[at + 1], title=f"Notes on {title}, Part I")
        made[at + 62] = replace(made[at + 62], title=f"Notes on {title}, Part II")
    texts = (Text(one.paper, one.title, one.abstract) for one in made)
    alike = twins(tuple(texts))
    none = Twins()
    told = [
        replace(
            one,
            pinned=at < 2,
            noticed=at < 2 * count // 3,
            twins=alike.get(one.paper, none).twins,
            kin=alike.get(one.paper, none).kin,
        )
        for at, one in enumerate(made)
    ]
    return tuple(told)


def keyword(text: str) -> Keyword:
    return Keyword(text, " ".join(telling(stems(text))))

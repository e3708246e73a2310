"""Papers, and what is asked of a ranking: a reader, candidates, how welcome each is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from papers.relevance.model import Array
from subscriptions.ranking import Keyword, PoolPaper, Reader, Sample

SHOWN = 10  # papers of a digest
NOBODY = frozenset[int]()


@dataclass(frozen=True, slots=True)
class Collection:
    """Papers by their place, with their topic, and how many saved each (None: nobody counted)."""

    texts: Sequence[tuple[str, str]]  # title, abstract
    topics: Sequence[tuple[str, ...]]
    saves: Array | None

    def text(self, paper: int) -> str:
        return "\n".join((*self.texts[paper], ""))


@dataclass(frozen=True, slots=True)
class Task:
    """`gains` by paper: how welcome it is, 0 for all that are not in it; candidates are places."""

    liked: tuple[int, ...]
    candidates: tuple[int, ...]
    gains: Mapping[int, float]
    disliked: tuple[int, ...] = ()
    keywords: tuple[Keyword, ...] = ()


def pool_of(collection: Collection, task: Task) -> tuple[PoolPaper, ...]:
    """The candidates as an edition would hold them: the most saved first, or else as they came."""
    saves = np.zeros(len(collection.texts)) if collection.saves is None else collection.saves
    ordered = sorted(task.candidates, key=lambda paper: -saves[paper])
    return tuple(
        PoolPaper(
            paper=paper,
            topics=frozenset(collection.topics[paper]),
            primary=next(iter(collection.topics[paper]), ""),
            primary_name="",
            pinned=False,
            growth=0,
            noticed=bool(saves[paper]),
            title=collection.texts[paper][0],
            abstract=collection.texts[paper][1],
        )
        for paper in ordered
    )


def reader_of(collection: Collection, task: Task, wanted: int = SHOWN) -> Reader:
    return Reader(
        topics={},
        wanted=wanted,
        keywords=task.keywords,
        likes=tuple(_sample(collection, paper) for paper in task.liked),
        dislikes=tuple(_sample(collection, paper) for paper in task.disliked),
    )


def _sample(collection: Collection, paper: int) -> Sample:
    return Sample(paper, collection.texts[paper][0], collection.text(paper))

"""Facts that join a paper and a reader: what is muted, and what is followed."""

from collections.abc import Sequence

from subscriptions.ranking.facts import Facts
from subscriptions.ranking.values import PoolPaper, Reader


def new_to(reader: Reader, pool: Sequence[PoolPaper], facts: Facts) -> list[int]:
    """Where in the pool the papers stand that this reader may get."""
    out = frozenset[int]().union(*barred(reader, pool, facts).values())
    return [at for at in range(len(pool)) if at not in out]


def barred(reader: Reader, pool: Sequence[PoolPaper], facts: Facts) -> dict[str, set[int]]:
    """The places of the papers that they never get, by what bars them.

    Those sent before, their twins, any that they have given their opinion of or opened here; what
    is muted.
    """
    opened = {one.paper for one in reader.likes if one.opened}
    told = {one.paper for one in (*reader.likes, *reader.dislikes) if one.told}
    told |= reader.known - opened
    places, seen = facts.places, reader.seen
    return {
        "sent": {places[paper] for paper in places.keys() & seen},
        "twin": {at for at in facts.twins if not pool[at].twins.isdisjoint(seen)},
        "told": {places[paper] for paper in places.keys() & told},
        "opened": {places[paper] for paper in places.keys() & opened},
        **(_muted(reader, pool, facts) if reader.mutes else {}),
    }


def _muted(reader: Reader, pool: Sequence[PoolPaper], facts: Facts) -> dict[str, set[int]]:
    """A muted topic bars the papers whose main topic it is, and those that have no other topics."""
    topics, authors = reader.muted_topics, reader.muted_authors
    return {
        "muted topic": {at for at, paper in enumerate(pool) if _is_of(paper, topics)},
        "muted keyword": set().union(*map(facts.mentions.of, reader.muted_keywords)),
        "muted author": {at for at, paper in enumerate(pool) if paper.authors & authors},
    }


def authors_of(paper: PoolPaper, reader: Reader) -> list[int]:
    """Those that the reader follows."""
    return sorted(paper.authors & reader.authors.keys())


def topics_of(paper: PoolPaper, reader: Reader) -> list[str]:
    """Those that the reader follows, the main one first."""
    followed = paper.topics & reader.topics.keys()
    if len(followed) <= 1:
        return list(followed)
    return sorted(followed, key=lambda code: (code != paper.primary, code))


def _is_of(paper: PoolPaper, topics: frozenset[str]) -> bool:
    return paper.primary in topics or (bool(paper.topics) and paper.topics <= topics)

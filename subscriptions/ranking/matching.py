"""Facts that join a paper and a reader: what is muted, and what is followed."""

from collections.abc import Iterable

from subscriptions.ranking.mentions import Mentions
from subscriptions.ranking.values import PoolPaper, Reader


def new_to(reader: Reader, pool: Iterable[PoolPaper], mentions: Mentions) -> list[int]:
    """Where in the pool the papers stand that this reader may get.

    Not those sent before, their twins, or any that they have given their opinion of; nothing
    muted. A muted topic takes out the papers whose main topic it is, and those that have no
    other topics.
    """
    known = reader.seen | {one.paper for one in (*reader.likes, *reader.dislikes) if one.told}
    new = [
        (at, paper)
        for at, paper in enumerate(pool)
        if paper.paper not in known and (not paper.twins or paper.twins.isdisjoint(reader.seen))
    ]
    if not reader.mutes:
        return [at for at, _ in new]
    mentioned = frozenset[int]().union(*map(mentions.of, reader.muted_keywords))
    return [at for at, paper in new if at not in mentioned and not _is_muted(paper, reader)]


def authors_of(paper: PoolPaper, reader: Reader) -> list[int]:
    """Those that the reader follows."""
    return sorted(paper.authors & reader.authors.keys())


def topics_of(paper: PoolPaper, reader: Reader) -> list[str]:
    """Those that the reader follows, the main one first."""
    followed = paper.topics & reader.topics.keys()
    if len(followed) <= 1:
        return list(followed)
    return sorted(followed, key=lambda code: (code != paper.primary, code))


def _is_muted(paper: PoolPaper, reader: Reader) -> bool:
    muted = reader.muted_topics
    return (
        paper.primary in muted
        or (bool(paper.topics) and paper.topics <= muted)
        or not paper.authors.isdisjoint(reader.muted_authors)
    )

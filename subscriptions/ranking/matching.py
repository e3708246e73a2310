"""Facts that join a paper and a reader: what is muted, and what is followed."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from papers.search.words import stems, telling
from subscriptions.ranking.values import Keyword, PoolPaper, Reader


def new_to(reader: Reader, pool: Iterable[PoolPaper]) -> list[int]:
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
    return [at for at, paper in new if not _is_muted(paper, reader)]


def keywords_in(paper: PoolPaper, keywords: Sequence[Keyword]) -> list[Keyword]:
    """Those whose stems stand side by side in its title or its abstract."""
    title, abstract = _stemmed(paper.title), _stemmed(paper.abstract)
    return [
        word
        for word in keywords
        if word.key and ((key := f" {word.key} ") in title or key in abstract)
    ]


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
        or bool(keywords_in(paper, reader.muted_keywords))
    )


@lru_cache(maxsize=8192)  # all readers ask of the same papers
def _stemmed(text: str) -> str:
    return f" {' '.join(telling(stems(text)))} "

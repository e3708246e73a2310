"""Facts that join a paper and a reader: what is muted, and what is followed."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from papers.latex import readable
from papers.search.words import stems, telling
from subscriptions.ranking.values import Keyword, PoolPaper, Reader

_HYPHEN = re.compile(r"(?<=[^\W_])[-\u00ad\u2010\u2011](?=[^\W_])")


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
    """Those whose stems stand side by side in its title, abstract or summary.

    With a hyphen between its parts, without, or apart: each is found by the others' spelling.
    """
    text = _searchable(paper.title, paper.abstract, paper.summary)
    found = []
    for word in keywords:  # a loop, because this is most of the work for who follows many
        for key in _keys(word):
            if key in text:
                found.append(word)
                break
    return found


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


@lru_cache(maxsize=8192)
def _keys(keyword: Keyword) -> tuple[str, ...]:
    joined = _stemmed(_HYPHEN.sub("", keyword.text))
    return tuple({key for key in (f" {keyword.key} ", joined) if key.strip()})


@lru_cache(maxsize=8192)  # all readers ask of the same papers
def _searchable(*texts: str) -> str:
    """Each text as typed, as shown where its LaTeX differs, and both without hyphens."""
    spellings = {form: None for text in texts for form in (text, readable(text))}
    joined = {_HYPHEN.sub("", form): None for form in spellings}
    return "|".join(_stemmed(form) for form in spellings | joined)


def _stemmed(text: str) -> str:
    return f" {' '.join(telling(stems(text)))} "

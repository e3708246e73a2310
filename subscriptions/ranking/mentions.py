"""Where in a pool a keyword is mentioned: its stems side by side in title, abstract or summary.

With a hyphen between its parts, without, or apart: each is found by the others' spelling.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache

from papers.latex import readable
from papers.search.words import stems, telling
from subscriptions.ranking.values import Keyword, PoolPaper

_HYPHEN = re.compile(r"(?<=[^\W_])[-\u00ad\u2010\u2011](?=[^\W_])")


class Mentions:
    """Of one pool, for all its readers: a keyword is looked for once, where its first stem is."""

    def __init__(self, pool: Sequence[PoolPaper]) -> None:
        self._pool = pool
        self._found: dict[Keyword, frozenset[int]] = {}

    def of(self, keyword: Keyword) -> frozenset[int]:
        """The places of the papers that mention it."""
        if keyword not in self._found:
            self._found[keyword] = frozenset(
                at
                for key in _keys(keyword)
                for at in self._by_stem[key.split()[0]]
                if key in self._texts[at]
            )
        return self._found[keyword]

    @cached_property
    def _texts(self) -> list[str]:
        return [_searchable(paper.title, paper.abstract, paper.summary) for paper in self._pool]

    @cached_property
    def _by_stem(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for at, text in enumerate(self._texts):
            for stem in dict.fromkeys(text.split()):
                places[stem].append(at)
        return places


def _keys(keyword: Keyword) -> set[str]:
    joined = _stemmed(_HYPHEN.sub("", keyword.text))
    return {key for key in (f" {keyword.key} ", joined) if key.strip()}


@lru_cache(maxsize=4096)  # all chunks ask of the same papers
def _searchable(*texts: str) -> str:
    """Each text as typed, as shown where its LaTeX differs, and both without hyphens."""
    spellings = {form: None for text in texts for form in (text, readable(text))}
    joined = {_HYPHEN.sub("", form): None for form in spellings}
    return "|".join(_stemmed(form) for form in spellings | joined)


def _stemmed(text: str) -> str:
    return f" {' '.join(telling(stems(text)))} "

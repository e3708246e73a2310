"""What somebody typed, as a value."""

import re
from dataclasses import dataclass
from datetime import date

from papers.identifiers import ARXIV_ID, arxiv_id_in, base_id, publishers_doi
from papers.models import Topic
from papers.search.words import stems, telling

LONGEST_QUERY = 500  # characters
MOST_WORDS = 32

Phrase = tuple[str, ...]

_QUOTED = re.compile(r'"([^"]*)"')
# at the end of any address, also of those that are not arXiv's
_LINKED = re.compile(
    rf"https?://\S+/({ARXIV_ID})(?:v[0-9]+)?(?:\.pdf)?/?(?:[?#].*)?", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a paper must be besides holding the words. Days are days of publication, inclusive."""

    topic: Topic | None = None
    author: str = ""
    has_code: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """Every phrase must be found (most are of one word), and one of the ids if there are any.

    `author` holds stems that must all be among the authors'. `shortened` tells that more was
    typed than is looked for.
    """

    text: str = ""
    phrases: tuple[Phrase, ...] = ()
    arxiv_ids: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    author: Phrase = ()
    filters: Filters = Filters()
    shortened: bool = False

    @property
    def asks_for_something(self) -> bool:
        return bool(self.phrases or self.has_ids or self.author) or self.is_filtered

    @property
    def has_ids(self) -> bool:
        return bool(self.arxiv_ids or self.dois)

    @property
    def is_filtered(self) -> bool:
        return self.filters != Filters()

    @property
    def is_quoted(self) -> bool:
        return any(len(phrase) > 1 for phrase in self.phrases)

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for phrase in self.phrases for stem in phrase)


def parse(text: str, filters: Filters = Filters()) -> Query:
    """Any text makes a query; what cannot be looked for is left out.

    Words in quotation marks stand side by side. Nothing else is an operator.
    """
    text = re.sub("[“”„«»]", '"', text.replace("\0", " "))
    cut = text[:LONGEST_QUERY]
    ids, unquoted = _without_ids(_QUOTED.sub(" ", cut))
    found = _phrases(cut, unquoted)
    kept = _first_words(found)
    return Query(
        text=cut.strip(),
        phrases=kept,
        arxiv_ids=tuple(name for name in ids if not name.startswith("10.")),
        dois=tuple(name for name in ids if name.startswith("10.")),
        author=tuple(dict.fromkeys(stems(filters.author[:LONGEST_QUERY])[:MOST_WORDS])),
        filters=filters,
        shortened=kept != found or len(text) > LONGEST_QUERY,
    )


def _phrases(text: str, unquoted: str) -> tuple[Phrase, ...]:
    quoted = [tuple(telling(stems(inside))) for inside in _QUOTED.findall(text)]
    single = [(stem,) for stem in telling(stems(unquoted))]
    return tuple(dict.fromkeys(phrase for phrase in [*quoted, *single] if phrase))


def _first_words(phrases: tuple[Phrase, ...]) -> tuple[Phrase, ...]:
    kept: list[Phrase] = []
    room = MOST_WORDS
    for phrase in phrases:
        if part := phrase[:room]:
            kept.append(part)
        room -= len(part)
    return tuple(kept)


def _without_ids(text: str) -> tuple[list[str], str]:
    """The identifiers in a text, and the rest of it."""
    ids: list[str] = []
    rest: list[str] = []
    for word in text.split():
        names = _ids(word.strip("()[]<>,;."))
        ids += names
        rest += [] if names else [word]
    return ids, " ".join(rest)


def _ids(word: str) -> list[str]:
    """As papers keep it, whichever way it was written."""
    word = word.lower()  # neither kind has a case
    if doi := publishers_doi(word):
        return [doi]
    linked = _LINKED.fullmatch(word)
    found = arxiv_id_in(word) or (linked[1] if linked else "")
    return [base_id(found)] if found else []

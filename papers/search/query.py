"""What somebody typed, as a value."""

import re
from dataclasses import dataclass
from datetime import date

from papers.identifiers import ARXIV_ID
from papers.models import Topic
from papers.search.words import stems, telling

LONGEST_QUERY = 500  # characters
MOST_WORDS = 32

Phrase = tuple[str, ...]

_QUOTED = re.compile(r'"([^"]*)"')
# alone, after "arXiv:", or at the end of any address, with or without version
_ARXIV = re.compile(
    rf"(?:https?://\S+/|(?:\S+\.)?arxiv\.org/\S+/|arxiv:)?({ARXIV_ID})"
    r"(?:v[0-9]+)?(?:\.pdf)?/?(?:[?#].*)?",
    re.IGNORECASE | re.ASCII,
)
_DOI = re.compile(
    r"(?:https?://\S+/|(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE | re.ASCII
)
_DOI_OF_ARXIV = "10.48550/arxiv."


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
    if doi := _DOI.fullmatch(word):
        own = doi[1].lower()
        return _ids(own.removeprefix(_DOI_OF_ARXIV)) if own.startswith(_DOI_OF_ARXIV) else [own]
    if arxiv := _ARXIV.fullmatch(word):
        archive, slash, number = arxiv[1].partition("/")
        # old ids may name a subject, and do without: math.GT/0309136
        bare = f"{archive.partition('.')[0].lower()}/{number}" if slash else archive
        return list(dict.fromkeys([bare, arxiv[1]]))
    return []

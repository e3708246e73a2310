"""What the ranking is told of papers and readers, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from papers.relevance.model import Model

Reason = dict[str, Any]


class Learned(Protocol):
    """What is known of words from all papers; `load` is asked when a reader's taste needs it."""

    def load(self) -> Model: ...


class Unlearned:
    """Nothing: the pool alone tells which words are rare."""

    def load(self) -> Model:
        from papers.relevance.model import NO_MODEL  # noqa: PLC0415  # brings large libraries

        return NO_MODEL


UNLEARNED = Unlearned()


@dataclass(frozen=True, slots=True)
class PoolPaper:
    """One candidate, in the order of the pool: pinned ones first, then by trending.

    Authors may be left out where no reader asks for them. `twins` are papers that say the same,
    `kin` those and other parts of it.
    """

    paper: int
    topics: frozenset[str]
    primary: str
    primary_name: str
    pinned: bool
    growth: int
    noticed: bool = True  # by anybody: the others stand alike behind, the newest first
    day: str = ""  # when it came in
    authors: frozenset[int] = frozenset()
    twins: frozenset[int] = frozenset()
    kin: frozenset[int] = frozenset()
    title: str = ""
    abstract: str = ""
    summary: str = ""
    text: str = field(init=False, repr=False, compare=False)  # all three

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", f"{self.title}\n{self.abstract}\n{self.summary}")


@dataclass(frozen=True, slots=True)
class Keyword:
    """As typed, and the stems that must stand side by side."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A text to find more like, or less; `told` when the reader said so of this very paper.

    `paper` is None for one that is not here; `opened`: they read it here, so they know it.
    """

    paper: int | None
    title: str
    text: str
    weight: float = 1.0
    told: bool = True
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """What the ranking knows of one subscriber; `topics` maps codes to names, empty means all.

    `known` are papers that they have told an opinion of, also those that are no sample any more.
    """

    topics: dict[str, str]
    wanted: int
    seen: frozenset[int] = field(default_factory=frozenset)
    muted_topics: frozenset[str] = frozenset()
    keywords: tuple[Keyword, ...] = ()
    muted_keywords: tuple[Keyword, ...] = ()
    authors: dict[int, str] = field(default_factory=dict)
    muted_authors: frozenset[int] = frozenset()
    likes: tuple[Sample, ...] = ()
    dislikes: tuple[Sample, ...] = ()
    known: frozenset[int] = frozenset()
    weekly: bool = False
    silent_when_quiet: bool = False

    @property
    def mutes(self) -> bool:
        return bool(self.muted_topics or self.muted_keywords or self.muted_authors)

    @property
    def has_taste(self) -> bool:
        """Something to compare texts with."""
        return bool(self.likes or self.dislikes or self.keywords)

    @property
    def asks_for_authors(self) -> bool:
        return bool(self.authors or self.muted_authors)


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen paper, its section ("for_you", "elsewhere" or "missed"), at most two reasons."""

    paper: int
    section: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a paper was left out; `paper` is the one that says nearly the same."""

    kind: str
    paper: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A digest's kind ("daily", "weekly" or "short") and papers, or why there is none."""

    kind: str = ""
    picks: tuple[Pick, ...] = ()
    skipped: str = ""

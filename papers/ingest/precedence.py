"""Which source is believed for what, so that the order in which they come does not matter.

A field belongs to whoever ranks highest for it: tier before tier, and within a tier the newer
version of the paper, then the place in the tier. The same source once more is always news.

    most fields          editors; arXiv; files of one's own; Semantic Scholar; daily papers;
                         saved pages; the demonstration
    what the community   editors; daily papers; files of one's own; arXiv; Semantic Scholar;
    adds (COMMUNITY)     saved pages; the demonstration
    metrics of authors   editors; Semantic Scholar; files of one's own; saved pages; what
                         `manage.py rank` computed
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from papers.sources import FetchedPaper

EDITOR = "editor"
Tiers = tuple[tuple[str, ...], ...]  # the most trusted first; within a tier too

ARXIV = ("arxiv-api", "arxiv-oai", "arxiv-feed")
FILES = ("jsonl", "bibtex")
USUAL: Tiers = (
    (EDITOR,),
    ARXIV,
    FILES,
    ("semantic-scholar",),
    ("daily-papers",),
    ("listing",),
    ("demonstration",),
)
COMMUNITY: Tiers = (
    (EDITOR,),
    ("daily-papers",),
    FILES,
    ARXIV,
    ("semantic-scholar",),
    ("listing",),
    ("demonstration",),
)
METRICS: Tiers = (
    (EDITOR,),
    ("semantic-scholar",),
    FILES,
    ("listing",),
    ("demonstration",),
    ("rank",),
)
ANNOUNCEMENTS: Tiers = ((EDITOR,), ("arxiv-feed",), ("daily-papers",), FILES)

OF_THE_COMMUNITY = {
    "ai_summary",
    "code_url",
    "has_code",
    "keywords",
    "organization",
    "project_url",
    "submitted_by",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says it, and of which version of the paper (0 and "" where that is not told)."""

    source: str
    version: int = 0
    revised: str = ""

    @classmethod
    def of(cls, source: str, paper: FetchedPaper) -> Self:
        revised = paper.revised_on.isoformat() if paper.revised_on else ""
        return cls(source, paper.version or 0, revised)

    @classmethod
    def stored(cls, told_by: Mapping[str, Any], field: str) -> Self:
        return cls(*told_by[field]) if field in told_by else cls("")

    def as_json(self) -> list[Any]:
        return [self.source, self.version, self.revised]

    def is_fresher_than(self, other: Self) -> int:
        """1, 0 or -1; 0 as well when the two cannot be compared."""
        pairs = ((self.version, other.version), (self.revised, other.revised))
        for mine, theirs in pairs:
            if mine and theirs and mine != theirs:
                return 1 if mine > theirs else -1  # type: ignore[operator]  # of one kind
        return 0


def tiers_for(field: str) -> Tiers:
    if field == "announced_at":
        return ANNOUNCEMENTS
    return COMMUNITY if field in OF_THE_COMMUNITY else USUAL


def outranks(claim: Claim, believed: Claim, tiers: Tiers) -> bool:
    """Whether what `claim` says replaces what `believed` said; also when it is the same source."""
    mine, theirs = rank(claim.source, tiers), rank(believed.source, tiers)
    if mine[0] == theirs[0] and (fresher := claim.is_fresher_than(believed)):
        return fresher > 0
    return mine <= theirs


def same_tier(claim: Claim, believed: Claim, tiers: Tiers) -> bool:
    return rank(claim.source, tiers)[0] == rank(believed.source, tiers)[0]


def rank(source: str, tiers: Tiers) -> tuple[int, int]:
    """Tier and place within it, (0, 0) the most trusted; a stranger comes last."""
    for number, tier in enumerate(tiers):
        if source in tier:
            return number, tier.index(source)
    return len(tiers), 0

"""What a page shows of the papers found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from papers.latex import readable
from papers.models import Paper
from papers.search.highlights import highlighted, matches_any, snippet
from papers.search.query import Query

AUTHORS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """One paper with the words that were looked for marked, as HTML."""

    paper: Paper
    title: SafeString
    authors: tuple[SafeString, ...]
    more_authors: bool
    snippet: SafeString
    published_on: date | None


def hits(paper_ids: Sequence[int], query: Query) -> list[Hit]:
    """In that order, in a constant number of queries."""
    papers = Paper.objects.with_card_facts().in_bulk(paper_ids)
    return [_hit(papers[pk], query) for pk in paper_ids if pk in papers]


def _hit(paper: Paper, query: Query) -> Hit:
    names = [authorship.author.name for authorship in paper.authorships.all()]
    shown = _shown(names, query.stems.union(query.author))
    return Hit(
        paper=paper,
        title=highlighted(readable(paper.title), query.stems),
        authors=tuple(highlighted(name, query.stems.union(query.author)) for name in shown),
        more_authors=len(shown) < len(names),
        snippet=snippet(readable(f"{paper.summary} {paper.abstract}"), query.stems),
        published_on=paper.published_on,
    )


def _shown(names: list[str], stems: frozenset[str]) -> list[str]:
    """The first ones, and of the others as many that were looked for."""
    found = [name for name in names[AUTHORS_SHOWN:] if matches_any(name, stems)]
    return names[:AUTHORS_SHOWN] + found[:AUTHORS_SHOWN]

"""What a page shows of the papers found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from papers.cards import AUTHORS_SHOWN, Card, cards
from papers.latex import readable
from papers.models import Author, Paper
from papers.reading import Byline
from papers.search.highlights import highlighted, matches_any, snippet
from papers.search.query import Query


@dataclass(frozen=True, slots=True)
class Hit:
    """What an entry of a list has, with the words that were looked for marked, as HTML."""

    paper: Paper
    card: Card
    title: SafeString
    teaser: SafeString
    authors: tuple[Byline, ...]
    more_authors: bool


def hits(paper_ids: Sequence[int], query: Query, now: datetime) -> list[Hit]:
    """In that order, in a constant number of queries."""
    papers = Paper.objects.with_card_facts().in_bulk(paper_ids)
    facts = cards(papers.values(), now)
    return [_hit(papers[pk], facts[pk], query) for pk in paper_ids if pk in papers]


def _hit(paper: Paper, card: Card, query: Query) -> Hit:
    authors = [authorship.author for authorship in paper.authorships.all()]
    stems = query.stems.union(query.author)
    shown = _shown(authors, stems)
    return Hit(
        paper=paper,
        card=card,
        title=highlighted(readable(paper.title), query.stems),
        teaser=snippet(readable(f"{paper.summary} {paper.abstract}"), query.stems),
        authors=tuple(
            Byline(author.get_absolute_url(), highlighted(author.name, stems)) for author in shown
        ),
        more_authors=len(shown) < len(authors),
    )


def _shown(authors: list[Author], stems: frozenset[str]) -> list[Author]:
    """The first ones, and of the others as many that were looked for."""
    found = [author for author in authors[AUTHORS_SHOWN:] if matches_any(author.name, stems)]
    return authors[:AUTHORS_SHOWN] + found[:AUTHORS_SHOWN]

"""The authors of papers, in their order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from papers.models import Author, Authorship, Paper
from papers.naming import name_key
from papers.sources import FetchedAuthor


@dataclass(frozen=True, slots=True)
class Place:
    """One author of one paper: the row, the affiliation on this paper, the name as given there."""

    author: int
    affiliation: str
    named: str

    @property
    def key(self) -> tuple[int, str]:
        return self.author, self.affiliation


Byline = list[Place]  # first author first


def places_of(paper: Paper) -> list[Authorship]:
    return list(paper.authorships.all()) if paper.pk else []


def byline_of(paper: Paper) -> Byline:
    return [Place(each.author_id, each.affiliation, each.named) for each in places_of(paper)]


def byline_after(
    before: Byline,
    told: Sequence[FetchedAuthor],
    authors: Sequence[Author | None],
    *,
    names_all: bool,
) -> Byline:
    """The byline once these authors are told, as long as the source tells something new.

    An affiliation that was known stays. A source that names only some authors must not erase the
    others, as long as it names the same first one.
    """
    known = {place.author: place for place in before}
    after = [
        _place(person, author.pk, known.get(author.pk))
        for person, author in zip(told, authors, strict=True)
        if author
    ]
    told_authors = [place.author for place in after]
    if names_all or told_authors[:1] != [place.author for place in before[:1]]:
        return after
    if _in_order(told_authors, known):
        told_again = {place.author: place for place in after}
        return [told_again.get(place.author, place) for place in before]
    return after + [place for place in before if place.author not in told_authors]


def _in_order(some: Sequence[int], everybody: Iterable[int]) -> bool:
    """Whether all of `some` stand among `everybody`, in the same order."""
    rest = iter(everybody)
    return all(author in rest for author in some)


def replace_bylines(bylines: Iterable[tuple[Paper, Byline]]) -> None:
    """Write these bylines instead of what the papers had."""
    bylines = list(bylines)
    if not bylines:
        return
    Authorship.objects.filter(paper__in=[paper for paper, _ in bylines]).delete()
    Authorship.objects.bulk_create(
        Authorship(
            paper=paper,
            author_id=place.author,
            position=position,
            affiliation=place.affiliation,
            named=place.named,
        )
        for paper, byline in bylines
        for position, place in enumerate(byline)
    )


def _place(person: FetchedAuthor, author: int, before: Place | None) -> Place:
    same_name = before and name_key(before.named) == name_key(person.name)
    named = before.named if before and same_name else person.name
    affiliation = person.affiliation or (before.affiliation if before else "")
    return Place(author, affiliation, named)


def first_author_key(byline: Byline) -> str:
    return name_key(byline[0].named) if byline else ""

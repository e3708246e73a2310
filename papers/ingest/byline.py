"""The authors of papers, in their order."""

from collections.abc import Iterable

from papers.models import Author, Authorship, Paper
from papers.naming import name_key
from papers.sources import FetchedAuthor, FetchedPaper

Byline = list[tuple[int, str]]  # (author's row, affiliation on this paper), first author first


def authors_named(names: Iterable[str]) -> dict[str, Author]:
    """The author of each name by its key; a name that is new gets a row."""
    wanted = {name_key(name): name for name in names}
    found = _authors_by_key(wanted)
    new = [Author(name=wanted[key], name_key=key) for key in wanted if key not in found]
    return found | {author.name_key: author for author in Author.objects.bulk_create(new)}


def byline_after(paper: Paper, fetched: FetchedPaper, authors: dict[str, Author]) -> Byline:
    """The byline once the fetched authors are known.

    Sources often name the first authors only, which must not erase the others.
    """
    known, told = byline_of(paper), _told(fetched.authors, authors)
    if [author for author, _ in told] != [author for author, _ in known[: len(told)]]:
        return told
    kept = [
        (author, affiliation or before)
        for (author, affiliation), (_, before) in zip(told, known, strict=False)
    ]
    return kept + known[len(told) :]


def byline_of(paper: Paper) -> Byline:
    if not paper.pk:
        return []
    return [(place.author_id, place.affiliation) for place in paper.authorships.all()]


def replace_bylines(bylines: Iterable[tuple[Paper, Byline]]) -> None:
    """Write these bylines instead of what the papers had."""
    bylines = list(bylines)
    if not bylines:
        return
    Authorship.objects.filter(paper__in=[paper for paper, _ in bylines]).delete()
    Authorship.objects.bulk_create(
        Authorship(paper=paper, author_id=author, position=position, affiliation=affiliation)
        for paper, byline in bylines
        for position, (author, affiliation) in enumerate(byline)
    )


def _authors_by_key(keys: Iterable[str]) -> dict[str, Author]:
    # two people of one name: the oldest row, which comes last here and stays
    rows = Author.objects.filter(name_key__in=list(keys)).order_by("-pk")
    return {author.name_key: author for author in rows}


def _told(people: Iterable[FetchedAuthor], authors: dict[str, Author]) -> Byline:
    return [(authors[name_key(person.name)].pk, person.affiliation) for person in people]

"""Papers of an Atom feed as arXiv's search gives it: one `entry` each."""

from xml.etree.ElementTree import Element  # the type only; markup.py parses

from papers.identifiers import version_of
from papers.sources import FetchedAuthor, FetchedPaper
from papers.sources.arxiv.facts import UnreadableError, bare_id, day_in, first_doi
from papers.sources.arxiv.markup import Document, children, named, text_of, texts_of
from papers.sources.arxiv.topics import arxiv_topics

ERRORS = "/api/errors"  # in the id of an entry that is no paper but a complaint
LONGEST_TOTAL = 12  # digits; beyond all papers there will ever be


def entries_of(document: Document) -> list[Element]:
    return children(document.root, "entry")


def complaint_in(document: Document) -> str:
    """What arXiv objects to in the question, "" when it answered it."""
    for entry in entries_of(document):
        if ERRORS in text_of(entry, "id"):
            return text_of(entry, "summary") or text_of(entry, "id")
    return ""


def promised_by(document: Document) -> int:
    """How many papers there are in all, as far as the answer says."""
    total = text_of(document.root, "totalResults")
    return int(total[:LONGEST_TOTAL]) if total.isascii() and total.isdigit() else 0


def paper_of(entry: Element) -> FetchedPaper:
    """Raises UnreadableError for an entry without id or title."""
    arxiv_id = bare_id(text_of(entry, "id"))
    title = text_of(entry, "title")
    if not arxiv_id:
        raise UnreadableError(
            f"The id “{text_of(entry, 'id')[:80]}” is no arXiv address such as"
            " http://arxiv.org/abs/2401.01234v1; the entry was left out."
        )
    if not title:
        raise UnreadableError(f"The entry of {arxiv_id} has no title; it was left out.")
    primary = arxiv_topics(_terms(entry, "primary_category"))
    topics = arxiv_topics(_terms(entry, "category"))
    return FetchedPaper(
        title=title,
        abstract=text_of(entry, "summary"),
        authors=tuple(map(_author, named(entry, "author"))),
        published_on=day_in(text_of(entry, "published")),
        primary_topic=(primary or topics or ("",))[0],
        topics=tuple(dict.fromkeys((*primary, *topics))),
        arxiv_id=arxiv_id,
        doi=first_doi(text_of(entry, "doi")),
        version=version_of(arxiv_id),
        revised_on=day_in(text_of(entry, "updated")),
        comment=text_of(entry, "comment"),
        journal_ref=text_of(entry, "journal_ref"),
    )


def _author(author: Element) -> FetchedAuthor:
    return FetchedAuthor(text_of(author, "name"), "; ".join(texts_of(author, "affiliation")))


def _terms(entry: Element, name: str) -> list[str]:
    return [element.get("term", "") for element in named(entry, name)]

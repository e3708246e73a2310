"""Papers of arXiv's harvesting interface: records in its formats arXiv, arXivRaw and oai_dc."""

import re
from dataclasses import replace
from functools import cache
from xml.etree.ElementTree import Element  # the type only; markup.py parses

from papers.naming import tidy
from papers.sources import FetchedAuthor, FetchedPaper
from papers.sources.arxiv.creators import authors_in
from papers.sources.arxiv.facts import UnreadableError, bare_id, day_in, first_doi
from papers.sources.arxiv.markup import local_name, named, text_of, texts_of
from papers.sources.arxiv.topics import arxiv_topics
from papers.taxonomy import TopicFacts, all_topics

DELETED = "arXiv deleted its record"
# the archives of physics, which is a group of them
ARCHIVES = {
    "astro-ph": "Astrophysics",
    "cond-mat": "Condensed Matter",
    "nlin": "Nonlinear Sciences",
}
COMMENT = re.compile(r"\AComments?:\s*", re.IGNORECASE)


def paper_of(record: Element) -> FetchedPaper:
    """Raises UnreadableError for a record without id or title; a deleted one has only its id."""
    header = next(iter(named(record, "header")), record)
    arxiv_id = bare_id(text_of(header, "identifier"))
    if not arxiv_id:
        raise UnreadableError(
            f"The identifier “{text_of(header, 'identifier')[:80]}” is none of arXiv's, such as"
            " oai:arXiv.org:2401.01234; the record was left out."
        )
    if header.get("status") == "deleted":
        return FetchedPaper(title="", arxiv_id=arxiv_id, withdrawn=DELETED)
    paper = replace(_metadata(record), arxiv_id=arxiv_id)
    if not paper.title:
        raise UnreadableError(f"The record of {arxiv_id} has no title; it was left out.")
    return paper


def _metadata(record: Element) -> FetchedPaper:
    readers = {"arXiv": _arxiv, "arXivRaw": _arxiv_raw, "dc": _dublin_core}
    for holder in named(record, "metadata"):
        for format_ in holder:
            if reader := readers.get(local_name(format_)):
                return reader(format_)
    raise UnreadableError("A record holds no metadata in a known format; it was left out.")


def _arxiv(found: Element) -> FetchedPaper:
    return replace(
        _common(found),
        authors=tuple(_author(author) for author in named(found, "author")),
        published_on=day_in(text_of(found, "created")),
        revised_on=day_in(text_of(found, "updated")),
    )


def _arxiv_raw(found: Element) -> FetchedPaper:
    """The one format that tells the versions."""
    days = [day_in(text_of(version, "date")) for version in named(found, "version")]
    return replace(
        _common(found),
        authors=authors_in(text_of(found, "authors")),
        published_on=days[0] if days else None,
        revised_on=days[-1] if days else None,
        version=len(days) or None,
    )


def _common(found: Element) -> FetchedPaper:
    topics = arxiv_topics(text_of(found, "categories").split())
    return FetchedPaper(
        title=text_of(found, "title"),
        abstract=text_of(found, "abstract"),
        primary_topic=next(iter(topics), ""),
        topics=topics,
        doi=first_doi(text_of(found, "doi")),
        comment=text_of(found, "comments"),
        journal_ref=text_of(found, "journal-ref"),
    )


def _author(author: Element) -> FetchedAuthor:
    """`Özel`, `B.` and `Jr.` are one's key name, forenames and suffix."""
    names = (text_of(author, part) for part in ("forenames", "keyname", "suffix"))
    affiliation = "; ".join(texts_of(author, "affiliation"))
    return FetchedAuthor(" ".join(filter(None, names)), affiliation)


def _dublin_core(found: Element) -> FetchedPaper:
    """Topics by their full names, and what else there is told apart by how it begins."""
    texts = texts_of(found, "description")
    comments = [COMMENT.sub("", text) for text in texts if COMMENT.match(text)]
    days = texts_of(found, "date")
    other = [text for text in texts_of(found, "identifier") if not bare_id(text)]
    dois = [text for text in other if text.lower().startswith("doi:")]
    codes = [code for subject in texts_of(found, "subject") if (code := _code_of(subject))]
    return FetchedPaper(
        title=text_of(found, "title"),
        abstract=next((text for text in texts if not COMMENT.match(text)), ""),
        authors=tuple(FetchedAuthor(_in_order(name)) for name in texts_of(found, "creator")),
        published_on=day_in(days[0]) if days else None,
        revised_on=day_in(days[-1]) if len(days) > 1 else None,
        primary_topic=next(iter(codes), ""),
        topics=tuple(codes),
        doi=first_doi(dois[0]) if dois else "",
        comment=next(iter(comments), ""),
        journal_ref=next((text for text in other if text not in dois), ""),
    )


def _in_order(name: str) -> str:
    """Given name first, of "Ponomarev, V. Yu." and "Smith, John, Jr."."""
    family, _, rest = tidy(name).partition(", ")
    given, _, suffix = rest.partition(", ")
    return " ".join(filter(None, (given, family, suffix)))


def _code_of(subject: str) -> str:
    """math.CO of "Mathematics - Combinatorics"; "" for other classes, such as MSC's 05C80."""
    return _codes_by_subject().get(subject.lower(), "")


@cache
def _codes_by_subject() -> dict[str, str]:
    """Some names belong to two topics; with the archive's or group's name in front, to one."""
    codes = {topic.full_name.lower(): topic.code for topic in reversed(all_topics())}
    for topic in all_topics():
        for owner in (topic.group, ARCHIVES.get(_archive(topic), "")):
            codes[f"{owner} - {topic.full_name}".lower()] = topic.code
    return codes


def _archive(topic: TopicFacts) -> str:
    return topic.code.partition(".")[0]

"""The index as a table of words with a GIN index.

A GIN index does not keep the weights of words, so "in the title" would be looked up in every row
that has the word. Each word of a title or name is therefore kept twice: as it is, and with a letter
and a colon before it, which no stem holds.
"""

from collections.abc import Iterator, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper as Connection

from papers.search.documents import Document
from papers.search.query import Phrase

TITLE, AUTHORS = "t:", "a:"
GAP = 10  # between the parts of a paper, so that no phrase reaches from one into the other

# a trigger, because TRUNCATE refuses a table that another one refers to
CREATE = [
    "CREATE TABLE papers_search (paper_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX papers_search_words ON papers_search USING gin (words)",
    """CREATE FUNCTION papers_search_forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'TRUNCATE' THEN TRUNCATE papers_search;
    ELSE DELETE FROM papers_search WHERE paper_id = OLD.id; END IF;
    RETURN NULL; END $$""",
    """CREATE TRIGGER papers_search_forget AFTER DELETE ON papers_paper
    FOR EACH ROW EXECUTE FUNCTION papers_search_forget()""",
    """CREATE TRIGGER papers_search_forget_all AFTER TRUNCATE ON papers_paper
    FOR EACH STATEMENT EXECUTE FUNCTION papers_search_forget()""",
]
DROP = [
    "DROP TABLE IF EXISTS papers_search",
    "DROP FUNCTION IF EXISTS papers_search_forget CASCADE",
]
IDS = "SELECT paper_id FROM papers_search WHERE words @@ %s::tsquery"
INDEXED = "SELECT paper_id FROM papers_search"
DELETE = "DELETE FROM papers_search WHERE paper_id = %s"
SETTLE = ["ANALYZE papers_search", "ANALYZE papers_paper"]


def write(connection: Connection, documents: Sequence[Document]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO papers_search (paper_id, words) VALUES (%s, %s::tsvector)"
            " ON CONFLICT (paper_id) DO UPDATE SET words = excluded.words"
            " WHERE papers_search.words <> excluded.words",
            [(one.paper, _vector(one)) for one in documents],
        )


def in_title(phrases: Sequence[Phrase]) -> str:
    return _all(_side_by_side(phrase, TITLE) for phrase in phrases)


def in_byline(phrases: Sequence[Phrase]) -> str:
    """In the title or among the authors."""
    return _all(
        f"({_side_by_side(phrase, TITLE)} | {_side_by_side(phrase, AUTHORS)})" for phrase in phrases
    )


def anywhere(phrases: Sequence[Phrase]) -> str:
    return _all(_side_by_side(phrase) for phrase in phrases)


def by_author(stems: Phrase) -> str:
    return _all(f"'{AUTHORS}{stem}'" for stem in stems)


def both(first: str, second: str) -> str:
    return f"{first} & {second}"


def _all(conditions: Iterator[str]) -> str:
    return " & ".join(conditions)


def _side_by_side(phrase: Phrase, prefix: str = "") -> str:
    """Stems hold letters and digits only, so there is nothing to escape."""
    return "({})".format(" <-> ".join(f"'{prefix}{stem}'" for stem in phrase))


def _vector(one: Document) -> str:
    """In the form that PostgreSQL reads: 'word':1 'next':2."""
    parts = [(TITLE, one.title), (AUTHORS, one.authors), ("", one.rest)]
    return " ".join(_placed(parts))


def _placed(parts: Sequence[tuple[str, Phrase]]) -> Iterator[str]:
    start = 1
    for prefix, stems in parts:
        for position, stem in enumerate(stems, start):
            for name in {stem, prefix + stem}:
                yield f"'{name}':{position}"
        start += len(stems) + GAP

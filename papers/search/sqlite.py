"""The index as an FTS5 table of one column for each part of a paper."""

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper as Connection

from papers.search.documents import Document
from papers.search.query import Phrase

# `ascii` parts at ASCII signs only, so that our stems stay whole in all scripts
CREATE = [
    "CREATE VIRTUAL TABLE papers_search USING fts5(title, authors, rest, tokenize = 'ascii')",
    """CREATE TRIGGER papers_search_forget AFTER DELETE ON papers_paper
    BEGIN DELETE FROM papers_search WHERE rowid = old.id; END""",
]
DROP = ["DROP TRIGGER IF EXISTS papers_search_forget", "DROP TABLE IF EXISTS papers_search"]
IDS = "SELECT rowid FROM papers_search WHERE papers_search MATCH %s"
INDEXED = "SELECT rowid FROM papers_search"
DELETE = "DELETE FROM papers_search WHERE rowid = %s"
SETTLE = ["INSERT INTO papers_search(papers_search) VALUES ('optimize')", "ANALYZE papers_paper"]


def write(connection: Connection, documents: Sequence[Document]) -> None:
    """Only what differs: a replaced row leaves its words behind until FTS5 tidies up."""
    rows = [_row(one) for one in documents]
    with connection.cursor() as cursor:
        places = ", ".join("%s" for _ in rows)
        cursor.execute(
            f"SELECT rowid, title, authors, rest FROM papers_search WHERE rowid IN ({places})",  # noqa: S608  # places only
            [row[0] for row in rows],
        )
        known = {row[0]: row for row in cursor.fetchall()}
        new = [row for row in rows if known.get(row[0]) != row]
        cursor.executemany("DELETE FROM papers_search WHERE rowid = %s", [row[:1] for row in new])
        cursor.executemany(
            "INSERT INTO papers_search (rowid, title, authors, rest) VALUES (%s, %s, %s, %s)", new
        )


def _row(one: Document) -> tuple[int, str, str, str]:
    return one.paper, " ".join(one.title), " ".join(one.authors), " ".join(one.rest)


def in_title(phrases: Sequence[Phrase]) -> str:
    return f"{{title}} : ({_all(phrases)})"


def in_byline(phrases: Sequence[Phrase]) -> str:
    """In the title or among the authors."""
    return f"{{title authors}} : ({_all(phrases)})"


def anywhere(phrases: Sequence[Phrase]) -> str:
    return f"({_all(phrases)})"


def by_author(stems: Phrase) -> str:
    return f"{{authors}} : ({_all([(stem,) for stem in stems])})"


def both(first: str, second: str) -> str:
    return f"{first} AND {second}"


def _all(phrases: Sequence[Phrase]) -> str:
    """Stems hold letters and digits only, so quoted ones are never operators."""
    return " AND ".join('"{}"'.format(" ".join(phrase)) for phrase in phrases)

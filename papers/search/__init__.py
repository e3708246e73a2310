"""Papers found by words, names and identifiers, alike on SQLite and on PostgreSQL.

    words        a text as the stems that are compared: no case, no accents, no endings
    documents    the words of one paper: of its title, its authors, the rest
    sqlite       the index as an FTS5 table
    postgresql   the index as a table with a GIN index
    engine       the one of the two that the database has
    indexing     papers into the index
    query        what somebody typed, as a value
    matches      the papers that a query finds, in order
    highlights   why a paper was found: its text with the words marked

The databases only store stems and look them up, so that both find the same papers: folding,
stemming, order and marking are ours. The index names papers by their row; whatever else a search
asks for (visible, topic, dates) is asked of the papers themselves, so the index need not follow.
"""

from papers.search.indexing import index, index_all, indexed
from papers.search.matches import Matches, found_by
from papers.search.query import Filters, Query, parse

__all__ = ["Filters", "Matches", "Query", "found_by", "index", "index_all", "indexed", "parse"]

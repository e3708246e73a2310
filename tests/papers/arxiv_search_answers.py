"""Answers of arXiv's search in small: what the tests of `papers.sources.arxiv.api` serve."""

from papers.sources import Fetched

FEED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"'
    ' xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
    "<title>arXiv Query</title><link href='x'/>"
    "<opensearch:totalResults>{total}</opensearch:totalResults>\n{entries}</feed>"
)
ENTRY = (
    "<entry><id>http://arxiv.org/abs/{id}</id><title>Drift of {id}</title>"
    "<summary>Boats\n  drift.</summary><published>2026-04-13T10:0{minute}:00Z</published>"
    "<updated>2026-04-14T10:00:00Z</updated>{more}"
    "<author><name>Ada Byron</name></author></entry>"
)
ERROR = FEED.format(
    total=1,
    entries="<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_{id}</id>"
    "<title>Error</title><summary>incorrect id format for {id}</summary></entry>",
)


def entry(arxiv_id: str, more: str = "", minute: int = 0) -> str:
    return ENTRY.format(id=arxiv_id, more=more, minute=minute)


def feed(*entries: str, total: int | None = None) -> str:
    return FEED.format(total=len(entries) if total is None else total, entries="\n".join(entries))


def ids(*answers: Fetched) -> list[str]:
    return [paper.arxiv_id for answer in answers for paper in answer.papers]

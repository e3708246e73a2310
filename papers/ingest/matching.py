"""Which row a fetched paper already has.

The arXiv id decides, else the DOI, else title and first author. A title is enough where one side
names no author or abbreviates the name, when it is long enough to tell and only one row has it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Prefetch, Q

from papers.ingest.cleaning import told_first_author
from papers.models import Authorship, Paper
from papers.naming import could_be_same_person, title_key
from papers.sources import FetchedPaper

SHORTEST_TELLING_TITLE = 12  # characters of its key; many papers are called "Introduction"


def match(papers: Sequence[FetchedPaper]) -> list[Paper | None]:
    """The row of each cleaned paper, None for a new one."""
    rows = _candidates(papers)
    by_id = {key: row for row in rows for key in (row.arxiv_id, row.doi) if key}
    by_title = defaultdict(list)
    for row in rows:
        by_title[row.title_key].append(row)
    return [
        by_id.get(paper.arxiv_id)
        or _match_doi(paper, by_id)
        or _match_title(paper, by_title[title_key(paper.title)])
        for paper in papers
    ]


def _candidates(papers: Sequence[FetchedPaper]) -> list[Paper]:
    same_id = Q(arxiv_id__in={paper.arxiv_id for paper in papers if paper.arxiv_id})
    same_doi = Q(doi__in={paper.doi for paper in papers if paper.doi})
    same_title = Q(title_key__in={title_key(paper.title) for paper in papers})
    rows = Paper.objects.filter(same_id | same_doi | same_title)
    places = Prefetch("authorships", Authorship.objects.select_related("author"))
    return list(rows.order_by("pk").prefetch_related(places, "topics"))


def _match_doi(paper: FetchedPaper, by_id: Mapping[str, Paper]) -> Paper | None:
    """None where arXiv has two papers of one DOI, such as a long and a short version."""
    row = by_id.get(paper.doi)
    return None if row and is_another(row, paper) else row


def is_another(row: Paper, paper: FetchedPaper) -> bool:
    """Whether arXiv has them as two."""
    return bool(row.arxiv_id and paper.arxiv_id and row.arxiv_id != paper.arxiv_id)


def _match_title(paper: FetchedPaper, rows: Iterable[Paper]) -> Paper | None:
    rows = [row for row in rows if not _have_different_ids(row, paper)]
    author = told_first_author(paper)
    same_author = [row for row in rows if row.first_author_key == author]
    if same_author:
        return same_author[0]
    if len(title_key(paper.title)) < SHORTEST_TELLING_TITLE:
        return None
    likely = [row for row in rows if _could_be_same_author(author, row.first_author_key)]
    return likely[0] if len(likely) == 1 else None


def _could_be_same_author(one: str, other: str) -> bool:
    return not (one and other) or could_be_same_person(one, other)


def _have_different_ids(row: Paper, paper: FetchedPaper) -> bool:
    """Asked when no id was the same, so that two of one kind are two different ones."""
    return bool((row.arxiv_id and paper.arxiv_id) or (row.doi and paper.doi))

"""Papers of arXiv's search by their ids, a hundred at a time."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from papers.identifiers import base_id
from papers.sources import Fetched, FetchedPaper, Problem
from papers.sources.arxiv.entries import entries_of, paper_of
from papers.sources.arxiv.facts import bare_id, read_all
from papers.sources.arxiv.markup import Document
from papers.sources.arxiv.search import RefusedError, search
from papers.sources.continuation import Done, cursor_of, place_at
from papers.sources.web import Web

BATCH = 100  # keeps the address well below what servers take

Asked = dict[str, int]  # the place of each id among those that were wanted, from 1 on


def fetch_by_ids(ids: Sequence[str], cursor: str, web: Web) -> Iterator[Fetched]:
    for start in range(place_at(cursor, Done()).done, len(ids), BATCH):
        fetched = _batch(ids[start : start + BATCH], start, web)
        is_last = start + BATCH >= len(ids)
        yield fetched if is_last else replace(fetched, cursor=cursor_of(Done(start + BATCH)))


def told_of(arxiv_id: str, problems: Iterable[Problem]) -> str:
    """What arXiv says of an id that it gave no paper for; "" where the answer only left it out."""
    named = re.compile(rf"(?<![0-9.]){re.escape(arxiv_id)}(?![0-9])")
    return next((each.message for each in problems if named.search(each.message)), "")


def _batch(ids: Sequence[str], start: int, web: Web) -> Fetched:
    asked: Asked = {bare_id(text): place for place, text in enumerate(ids, start + 1)}
    problems = [
        Problem(
            "ids", place, f"“{text[:80]}” is no arXiv id such as 2401.01234v2; it was left out."
        )
        for place, text in enumerate(ids, start + 1)
        if not bare_id(text)
    ]
    asked.pop("", None)
    document = _answer(asked, problems, web)
    if document is None:
        return Fetched(problems=tuple(problems))
    papers, unreadable = read_all(entries_of(document), paper_of, document.url)
    told = (*problems, *document.problems, *unreadable)
    unknown = () if document.problems or unreadable else _unknown(asked, papers, document.url)
    return Fetched(papers=papers, problems=(*told, *unknown))


def _answer(asked: Asked, problems: list[Problem], web: Web) -> Document | None:
    """Asks again without the ids that arXiv objects to, which leave `asked` with a problem."""
    while asked:
        query = {"id_list": ",".join(asked), "start": "0", "max_results": str(len(asked))}
        try:
            return search(web, query)
        except RefusedError as error:
            # a refusal that names none of them would only be repeated
            refused = [one for one in asked if str(error).endswith(one)] or list(asked)
            for one in refused:
                message = f"arXiv refuses {one}: {error}; it was left out."
                problems.append(Problem(error.url, asked.pop(one), message))
    return None


def _unknown(asked: Asked, papers: Sequence[FetchedPaper], url: str) -> tuple[Problem, ...]:
    known = {base_id(paper.arxiv_id) for paper in papers}
    return tuple(
        Problem(url, place, f"arXiv has no paper {one}. Check the id.")
        for one, place in asked.items()
        if base_id(one) not in known
    )

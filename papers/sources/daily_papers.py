"""Daily Papers: what a community votes for, day by day.

An entry of a day holds the paper with its votes; the number of comments stands beside it. An
answer for one id is the paper alone. Votes go on rising, so the last days are worth asking again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings

from papers.identifiers import arxiv_id_in, base_id, is_arxiv_id
from papers.sources import Count, Fetched, FetchedAuthor, FetchedPaper, Problem, SourceError, Wanted
from papers.sources.answered import address, day, entries, moment, part, text, texts, whole
from papers.sources.limiting import up_to
from papers.sources.web import Answer, Service, Web

USUAL_DAYS = 3  # today included
PAGE = 100  # entries, the most that are given at once
MOST_PAGES = 50  # of a day, which has had two; a service that ignores `p` must not be asked forever

# others are guesses, or claims that nobody looked at yet
CLAIMED = {"claimed_verified", "admin_assigned"}

NO_OBJECT = "expected an entry with a 'paper' object; the entry was left out."
NO_TITLE = "the paper has no title; the entry was left out."
NO_ID = "'{id:.40}' is not an arXiv id such as 2401.01234; the entry was left out."
NOT_A_LIST = (
    "{url} answered with something else than a list of papers. "
    "Check DAILY_PAPERS_URL, or wait for a version that reads its new format."
)
REFUSED = "{url} answered with status {status}. Check DAILY_PAPERS_URL."
ENDLESS = (
    "{url} has more than {pages} pages for {day}; it may send the same page again and again. "
    "Check DAILY_PAPERS_URL."
)
BAD_DAY = "the service does not take this day; it was passed over."
UNKNOWN_ID = "the service knows no paper '{id:.60}'; expected the arXiv id of one that was there."


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a day's papers; `cursor` is how it is written down."""

    day: date
    number: int = 0

    @property
    def cursor(self) -> str:
        return f"{self.day} {self.number}"


class BrokenEntryError(ValueError):
    """Why an entry is left out, in words."""


def fetch(wanted: Wanted, web: Web, now: datetime) -> Iterator[Fetched]:
    """The papers with these ids, or of the days `since` to `until`: the last three if left out.

    The watermark is the last day that is over and wholly read.
    """
    answers = _by_ids(wanted, web) if wanted.ids else _by_days(wanted, web, _today(now))
    return up_to(wanted.limit, answers)


def _today(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _service(url: str) -> Service:
    return Service("daily-papers", url, interval=1.0)


def _by_days(wanted: Wanted, web: Web, today: date) -> Iterator[Fetched]:
    last = min(wanted.until or today, today)
    page = _first_page(wanted, last)
    while page.day <= last:
        tomorrow = Page(page.day + timedelta(days=1))
        for found in _day(page, web):
            if found.cursor:
                yield found
                continue
            is_known = page.day < today and BAD_DAY not in _messages(found)
            yield replace(
                found,
                cursor=tomorrow.cursor if page.day < last else "",
                watermark=page.day.isoformat() if is_known else "",
            )
        page = tomorrow


def _first_page(wanted: Wanted, last: date) -> Page:
    if wanted.cursor:
        day_read, _, number = wanted.cursor.partition(" ")
        return Page(date.fromisoformat(day_read), int(number))
    return Page(wanted.since or last - timedelta(days=USUAL_DAYS - 1))


def _messages(found: Fetched) -> set[str]:
    return {problem.message for problem in found.problems}


def _day(start: Page, web: Web) -> Iterator[Fetched]:
    """Page after page; the last one has no cursor."""
    service = _service(settings.DAILY_PAPERS_URL)
    for number in range(start.number, MOST_PAGES):
        query = {"date": start.day.isoformat(), "p": str(number), "limit": str(PAGE)}
        answer = web.get(service, query=query)
        if answer.status == HTTPStatus.BAD_REQUEST:
            yield Fetched(problems=(Problem(answer.url, 1, BAD_DAY),))
            return
        items = _items(answer)
        found = _read(items, answer.url, _dated)
        if len(items) < PAGE:
            yield found
            return
        yield replace(found, cursor=Page(start.day, number + 1).cursor)
    raise SourceError(ENDLESS.format(url=service.url, pages=MOST_PAGES, day=start.day))


def _by_ids(wanted: Wanted, web: Web) -> Iterator[Fetched]:
    service = _service(settings.DAILY_PAPERS_URL.removesuffix("/daily_papers"))
    for at in range(int(wanted.cursor or 0), len(wanted.ids)):
        cursor = str(at + 1) if at + 1 < len(wanted.ids) else ""
        yield replace(_one(wanted.ids[at], service, web), cursor=cursor)


def _one(asked: str, service: Service, web: Web) -> Fetched:
    arxiv_id = base_id(arxiv_id_in(asked))
    unknown = UNKNOWN_ID.format(id=asked)
    if not arxiv_id:
        return Fetched(problems=(Problem(service.url, 1, unknown),))
    answer = web.get(service, f"/papers/{arxiv_id}")
    if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}:
        return Fetched(problems=(Problem(answer.url, 1, unknown),))
    return _read([_sound(answer)], answer.url, _alone)


def _items(answer: Answer) -> list[Any]:
    items = _sound(answer)
    if not isinstance(items, list):
        raise SourceError(NOT_A_LIST.format(url=answer.url))
    return items


def _sound(answer: Answer) -> Any:
    if answer.status != HTTPStatus.OK:
        raise SourceError(REFUSED.format(url=answer.url, status=answer.status))
    return answer.json()


def _read(items: Sequence[Any], url: str, read: Callable[[Any], FetchedPaper]) -> Fetched:
    papers, problems = [], []
    for place, item in enumerate(items, start=1):
        try:
            papers.append(read(item))
        except BrokenEntryError as error:
            problems.append(Problem(url, place, str(error)))
    return Fetched(tuple(papers), tuple(problems))


def _dated(item: object) -> FetchedPaper:
    paper = part(item, "paper")
    if not isinstance(item, dict) or not paper:
        raise BrokenEntryError(NO_OBJECT)
    return _paper(paper, beside=item)


def _alone(item: object) -> FetchedPaper:
    if not isinstance(item, dict):
        raise BrokenEntryError(NO_OBJECT)
    return _paper(item, beside=item)


def _paper(paper: dict[str, Any], beside: dict[str, Any]) -> FetchedPaper:
    title = text(paper, "title") or text(beside, "title")
    if not title:
        raise BrokenEntryError(NO_TITLE)
    code_url = address(paper, "githubRepo")
    return FetchedPaper(
        title=title,
        abstract=text(paper, "summary") or text(beside, "summary"),
        authors=tuple(_authors(paper)),
        # the entry beside it shows the same moment shifted by the hours of another zone
        published_on=day(paper, "publishedAt"),
        has_code=True if code_url else None,
        code_url=code_url,
        arxiv_id=_arxiv_id(paper),
        announced_at=moment(paper, "submittedOnDailyAt"),
        withdrawn=_withdrawn(paper),
        ai_summary=text(paper, "ai_summary"),
        keywords=texts(paper, "ai_keywords"),
        project_url=address(paper, "projectPage"),
        organization=_organization(paper) or _organization(beside),
        submitted_by=_submitter(paper, beside),
        counts=tuple(_counts(paper, beside)),
    )


def _arxiv_id(paper: dict[str, Any]) -> str:
    arxiv_id = base_id(text(paper, "id"))
    if not is_arxiv_id(arxiv_id):
        raise BrokenEntryError(NO_ID.format(id=arxiv_id))
    return arxiv_id


def _authors(paper: dict[str, Any]) -> Iterator[FetchedAuthor]:
    for author in entries(paper, "authors"):
        if isinstance(author, dict) and text(author, "name") and not author.get("hidden"):
            yield FetchedAuthor(text(author, "name"), ids=_ids(author))


def _ids(author: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Of the person's account. The `_id` of the author is a new one on every paper."""
    account = text(part(author, "user"), "_id")
    is_claimed = account and author.get("status") in CLAIMED
    return (("daily-papers", account),) if is_claimed else ()


def _withdrawn(paper: dict[str, Any]) -> str:
    withdrawn_on = day(paper, "withdrawnAt")
    return f"Withdrawn on {withdrawn_on}, says Daily Papers." if withdrawn_on else ""


def _organization(entry: dict[str, Any]) -> str:
    return text(part(entry, "organization"), "fullname", "name")


def _submitter(paper: dict[str, Any], beside: dict[str, Any]) -> str:
    """By full name, else by handle, which the two places call differently."""
    return text(part(paper, "submittedOnDailyBy"), "fullname", "user") or text(
        part(beside, "submittedBy"), "fullname", "name"
    )


def _counts(paper: dict[str, Any], beside: dict[str, Any]) -> Iterator[Count]:
    told = {
        "votes": whole(paper, "upvotes"),
        "comments": whole(beside, "numComments"),
        "stars": whole(paper, "githubStars"),
    }
    return (Count(kind, number) for kind, number in told.items() if number is not None)

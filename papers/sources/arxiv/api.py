"""arXiv's search (Atom): papers by topic and day of submission, or by their ids.

Windows are days of first submission, in UTC; without `since` the last three days. arXiv can sort
by that date, which never changes: pages stay where they are while we read them, and a paper that
moderation held turns up at an earlier place, which shows one twice but hides none. (Revisions
are told by arXiv's harvesting interface and feed.) No topics means all. The watermark is the
last day asked for, given only when every page arrived whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from papers.sources import Fetched, Problem, SourceError, Wanted
from papers.sources.arxiv.entries import entries_of, paper_of, promised_by
from papers.sources.arxiv.facts import read_all
from papers.sources.arxiv.ids import fetch_by_ids
from papers.sources.arxiv.markup import Document, text_of
from papers.sources.arxiv.search import RefusedError, search
from papers.sources.arxiv.topics import noting_unknown
from papers.sources.continuation import cursor_of, place_at
from papers.sources.limiting import up_to
from papers.sources.web import Web
from papers.taxonomy import all_topics

DEFAULT_DAYS = 3
PAGE = 500  # arXiv gives up to 2,000 at a time, but answers such questions late or not at all
FURTHEST = 30_000  # arXiv refuses to page beyond

SAME_PAGE = (
    "This page holds no paper that the page before it did not hold, so it was left out and no"
    " further page asked for. Check ARXIV_API_URL."
)


@dataclass(frozen=True, slots=True)
class Window:
    """What is left to read: minutes from `begin` to `end`, of which `start` papers are read.

    `promised` is how many there are as far as we know; `whole` is whether all pages so far were.
    """

    begin: str
    end: str
    start: int = 0
    promised: int = 0
    whole: bool = True


def fetch(wanted: Wanted, web: Web, now: datetime) -> Iterator[Fetched]:
    if wanted.ids:
        answers = fetch_by_ids(wanted.ids, wanted.cursor, web)
    else:
        answers = _fetch_window(wanted, web, now)
    return up_to(wanted.limit, noting_unknown(answers))


def _fetch_window(wanted: Wanted, web: Web, now: datetime) -> Iterator[Fetched]:
    last_day = wanted.until or now.astimezone(UTC).date()
    first_day = wanted.since or last_day - timedelta(days=DEFAULT_DAYS)
    end = _minute(last_day + timedelta(days=1))
    left: Window | None = place_at(wanted.cursor, Window(_minute(first_day), end))
    before: frozenset[str] = frozenset()
    while left:
        query = _query(wanted.topics, left)
        try:
            document = search(web, query, left.promised)
        except RefusedError as error:
            message = f"arXiv refuses the question {query['search_query']}: {error}."
            yield Fetched(problems=(Problem(error.url, 1, message),))
            return
        ids = frozenset(text_of(entry, "id") for entry in entries_of(document))
        if ids and ids <= before:
            yield Fetched(problems=(Problem(document.url, 1, SAME_PAGE),))
            return
        fetched, left = _page(document, left)
        # a window that begins anew has the last papers of the one before
        before = ids if left and left.start else frozenset()
        yield fetched


def _page(document: Document, window: Window) -> tuple[Fetched, Window | None]:
    """The papers of one answer, and what is left after it."""
    papers, unreadable = read_all(entries_of(document), paper_of, document.url)
    problems = [*document.problems, *unreadable]
    promised = max(window.promised, promised_by(document))
    count = len(papers) + len(unreadable) + document.broken
    if not count and window.start < promised:
        message = f"The papers from number {window.start + 1} of {promised} on did not come."
        problems.append(Problem(document.url, 1, message))
        count = PAGE
    whole = window.whole and len(problems) == len(unreadable)
    read = replace(window, start=window.start + count, promised=promised, whole=whole)
    left = _after(read, document) if read.start < promised else None
    fetched = Fetched(papers=papers, problems=tuple(problems))
    if left:
        return replace(fetched, cursor=cursor_of(left)), left
    return replace(fetched, watermark=_last_day(window) if whole else ""), None


def _after(window: Window, document: Document) -> Window:
    """The same window; beyond what can be paged, a new one from the last paper's minute on."""
    if window.start < FURTHEST:
        return window
    times = [text_of(entry, "published") for entry in entries_of(document)]
    begin = _minute_of(times[-1]) if times else window.begin
    if begin <= window.begin:
        raise SourceError(
            f"arXiv has over {FURTHEST} papers from {window.begin} on and shows no more of them."
            " Ask for fewer topics or days at a time."
        )
    return Window(begin, window.end, whole=window.whole)


def _query(topics: Sequence[str], window: Window) -> dict[str, str]:
    days = f"submittedDate:[{window.begin} TO {window.end}]"
    categories = " OR ".join(f"cat:{_category(topic)}" for topic in topics)
    return {
        "search_query": f"({categories}) AND {days}" if categories else days,
        "start": str(window.start),
        "max_results": str(min(PAGE, FURTHEST - window.start)),
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }


def _category(topic: str) -> str:
    """`cs.*` for the archive cs; quant-ph is an archive and a topic by itself."""
    is_archive = any(known.code.startswith(f"{topic}.") for known in all_topics())
    return f"{topic}.*" if is_archive else topic


def _minute(day: date) -> str:
    return datetime.combine(day, time(), UTC).strftime("%Y%m%d%H%M")


def _minute_of(published: str) -> str:
    """202604122209 of 2026-04-12T22:09:26Z, "" for what is no time."""
    try:
        return datetime.fromisoformat(published).astimezone(UTC).strftime("%Y%m%d%H%M")
    except (ValueError, OverflowError):  # OverflowError: a time beyond the calendar
        return ""


def _last_day(window: Window) -> str:
    """The day before the midnight that ends the window."""
    end = datetime.strptime(window.end, "%Y%m%d%H%M").replace(tzinfo=UTC)
    return (end - timedelta(days=1)).date().isoformat()

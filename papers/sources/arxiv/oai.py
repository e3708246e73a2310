"""arXiv's harvesting interface (OAI-PMH): all that changed since a day, for months of papers.

One topic after the other; no topics means all of arXiv in one. `since` and `until` are days on
which records changed, which is not when papers were submitted; without `since` the last week.
The watermark is the day, by arXiv's clock, on which a reading began: what changed while it went
on is asked for again. It is given only when every answer arrived whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from papers.identifiers import base_id
from papers.sources import Fetched, Problem, SourceError, Wanted
from papers.sources.arxiv.facts import bare_id
from papers.sources.arxiv.harvest import Harvest, RefusedError, harvest
from papers.sources.arxiv.topics import noting_unknown
from papers.sources.continuation import Done, cursor_of, place_at
from papers.sources.limiting import up_to
from papers.sources.web import Web
from papers.taxonomy import all_topics

DEFAULT_DAYS = 7
FORMAT = "arXiv"
EXPIRED = "badResumptionToken"
UNKNOWN = "idDoesNotExist"
BEGUN_ANEW = "arXiv's mark to go on from had expired; this topic was begun anew"


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a reading of topics stands: so many are done, `token` goes on in the next.

    `since` and `until` are its window, `day` is when it began, `whole` is whether all arrived.
    """

    since: str
    until: str
    done: int = 0
    token: str = ""
    day: str = ""
    whole: bool = True


def fetch(wanted: Wanted, web: Web, now: datetime) -> Iterator[Fetched]:
    if wanted.ids:
        answers = _fetch_ids(wanted.ids, wanted.cursor, web)
    else:
        answers = _fetch_changes(wanted, web, now.astimezone(UTC).date())
    return up_to(wanted.limit, noting_unknown(answers))


def _fetch_changes(wanted: Wanted, web: Web, today: date) -> Iterator[Fetched]:
    sets = [_set_of(topic) for topic in wanted.topics] or [""]
    since = wanted.since or today - timedelta(days=DEFAULT_DAYS)
    until = wanted.until.isoformat() if wanted.until else ""
    reading = place_at(wanted.cursor, Reading(since.isoformat(), until))
    while reading.done < len(sets):
        found, note = _next(sets[reading.done], reading, web)
        if found.token and found.token == reading.token:
            raise SourceError("arXiv's harvesting interface does not get on. Try again later.")
        reading = _after(reading, found, today)
        fetched = Fetched(papers=found.papers, problems=found.problems, note=note)
        if reading.done < len(sets):
            yield replace(fetched, cursor=cursor_of(reading))
        else:
            yield replace(fetched, watermark=_watermark(reading))


def _next(set_: str, reading: Reading, web: Web) -> tuple[Harvest, str]:
    """The next answer, and a note for people. Tokens expire at the end of a day."""
    try:
        return harvest(web, _question(set_, reading)), ""
    except RefusedError as error:
        if error.code != EXPIRED or not reading.token:
            raise _failure(error) from error
    try:
        return harvest(web, _question(set_, replace(reading, token=""))), BEGUN_ANEW
    except RefusedError as error:
        raise _failure(error) from error


def _question(set_: str, reading: Reading) -> dict[str, str]:
    if reading.token:
        return {"verb": "ListRecords", "resumptionToken": reading.token}  # nothing else beside it
    wanted = {"set": set_, "from": reading.since, "until": reading.until}
    said = {name: value for name, value in wanted.items() if value}
    return {"verb": "ListRecords", "metadataPrefix": FORMAT, **said}


def _failure(error: RefusedError) -> SourceError:
    return SourceError(
        f"arXiv's harvesting interface refuses {error.url}: {error}. Check topics and days."
    )


def _after(reading: Reading, found: Harvest, today: date) -> Reading:
    return replace(
        reading,
        done=reading.done + (not found.token),
        token=found.token,
        day=reading.day or min(found.day, today.isoformat()),  # whatever its clock says
        whole=reading.whole and found.whole,
    )


def _watermark(reading: Reading) -> str:
    if not reading.whole:
        return ""
    return min(filter(None, (reading.day, reading.until)), default="")


def _fetch_ids(ids: Sequence[str], cursor: str, web: Web) -> Iterator[Fetched]:
    for number in range(place_at(cursor, Done()).done, len(ids)):
        is_last = number + 1 == len(ids)
        fetched = _fetch_one(ids[number], number + 1, web)
        yield fetched if is_last else replace(fetched, cursor=cursor_of(Done(number + 1)))


def _fetch_one(text: str, place: int, web: Web) -> Fetched:
    if not (arxiv_id := base_id(bare_id(text))):
        message = f"“{text[:80]}” is no arXiv id such as 2401.01234; it was left out."
        return Fetched(problems=(Problem("ids", place, message),))
    identifier = f"oai:arXiv.org:{arxiv_id}"
    query = {"verb": "GetRecord", "identifier": identifier, "metadataPrefix": FORMAT}
    try:
        found = harvest(web, query)
    except RefusedError as error:
        if error.code != UNKNOWN:
            raise _failure(error) from error
        message = f"arXiv has no paper {arxiv_id}. Check the id."
        return Fetched(problems=(Problem(error.url, place, message),))
    return Fetched(papers=found.papers, problems=found.problems)


def _set_of(topic: str) -> str:
    """`cs:cs:CV` of cs.CV, `cs:cs` of cs, `physics:hep-th` of hep-th: group, archive, topic."""
    archive, _, label = topic.partition(".")
    groups = {known.code.partition(".")[0]: known.group for known in all_topics()}
    parts = ["physics" if groups.get(archive) == "Physics" else archive, archive, label]
    return ":".join(filter(None, parts))

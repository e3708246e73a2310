"""Promises of `papers.sources.arxiv.api` for windows, pages and lists of ids."""

from datetime import date

import pytest

from papers.sources.arxiv.api import fetch
from tests.papers.arxiv_search_answers import entry, feed, ids
from tests.papers.arxiv_stub import NOW, ArxivStub, arxiv, ask, messages

__all__ = ["arxiv"]


# Windows and pages


def test_a_window_is_asked_for_by_topic_and_day(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed(entry("2604.00001v1")))

    (fetched,) = ask(
        fetch,
        topics=("cs.CV", "stat", "quant-ph"),
        since=date(2026, 4, 1),
        until=date(2026, 4, 2),
    )

    (query,) = arxiv.queries
    assert query["search_query"] == (
        "(cat:cs.CV OR cat:stat.* OR cat:quant-ph) AND submittedDate:[202604010000 TO 202604030000]"
    )
    assert (query["sortBy"], query["sortOrder"]) == ("submittedDate", "ascending")
    assert (fetched.cursor, fetched.watermark) == ("", "2026-04-02")


def test_without_days_the_last_three_are_asked_for(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed())

    (fetched,) = ask(fetch)

    assert arxiv.queries[0]["search_query"] == "submittedDate:[202604120000 TO 202604160000]"
    assert fetched.watermark == NOW.date().isoformat()


def test_a_reading_goes_on_after_any_page(arxiv: ArxivStub) -> None:
    pages = [feed(entry(f"2604.0000{number}v1"), total=3) for number in (1, 2, 3)]
    arxiv.will_say(*pages)
    first, second, third = ask(fetch, topics=("cs.CV",))
    assert [first.watermark, second.watermark, third.watermark] == ["", "", "2026-04-15"]

    arxiv.queries.clear()
    arxiv.answers[:] = arxiv.answers[1:]
    later = ask(fetch, topics=("cs.CV",), cursor=first.cursor, now=NOW.replace(day=20))

    assert later == [second, third]
    assert [query["start"] for query in arxiv.queries] == ["1", "2"]


def test_an_empty_page_that_promises_more_is_asked_for_again(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed(total=1), feed(total=1), feed(entry("2604.00001v1")))

    (fetched,) = ask(fetch)

    assert ids(fetched) == ["2604.00001v1"]
    assert fetched.watermark


def test_a_later_page_that_denies_its_promise_is_asked_for_again(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed(entry("2604.00001v1"), total=2), feed(total=0))
    arxiv.will_say(feed(entry("2604.00002v1"), total=2))

    answers = ask(fetch)

    assert ids(*answers) == ["2604.00001v1", "2604.00002v1"]


def test_a_page_that_stays_empty_is_told_and_the_window_is_not_complete(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed(total=7))

    (fetched,) = ask(fetch)

    assert len(arxiv.queries) == 3
    assert messages(fetched) == "The papers from number 1 of 7 on did not come."
    assert fetched.watermark == ""


def test_beyond_what_can_be_paged_the_window_begins_anew(
    arxiv: ArxivStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.sources.arxiv.api.FURTHEST", 2)
    arxiv.will_say(feed(entry("2604.00001v1"), entry("2604.00002v1", minute=5), total=3))
    arxiv.will_say(feed(entry("2604.00002v1", minute=5), entry("2604.00003v1", minute=6)))

    answers = ask(fetch)

    assert ids(*answers) == ["2604.00001v1", "2604.00002v1", "2604.00002v1", "2604.00003v1"]
    assert arxiv.queries[1]["search_query"] == "submittedDate:[202604131005 TO 202604160000]"
    assert arxiv.queries[1]["start"] == "0"
    assert answers[-1].watermark


def test_no_more_papers_than_wanted(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed(entry("2604.00001v1"), entry("2604.00002v1")))

    (fetched,) = ask(fetch, limit=1)

    assert ids(fetched) == ["2604.00001v1"]
    assert fetched.watermark == ""


# By ids


def test_ids_are_asked_for_a_hundred_at_a_time(arxiv: ArxivStub) -> None:
    wanted = tuple(f"2604.{number:05}" for number in range(1, 131))
    arxiv.will_say(feed(*(entry(f"{one}v1") for one in wanted[:100])))
    arxiv.will_say(feed(*(entry(f"{one}v1") for one in wanted[100:])))

    first, second = ask(fetch, ids=wanted)

    assert len(first.papers) == 100
    assert ids(second) == [f"{one}v1" for one in wanted[100:]]
    arxiv.queries.append({})  # the second answer once more
    (again,) = ask(fetch, ids=wanted, cursor=first.cursor)
    assert again == second


def test_what_is_no_id_is_never_asked_for(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed(entry("hep-ex/0307015v1")))

    (fetched,) = ask(fetch, ids=("abc", "hep-ex/0307015v1"))

    assert arxiv.queries[0]["id_list"] == "hep-ex/0307015v1"
    assert ids(fetched) == ["hep-ex/0307015v1"]
    assert "“abc” is no arXiv id" in messages(fetched)
    assert fetched.problems[0].line == 1


def test_only_nonsense_asks_nobody(arxiv: ArxivStub) -> None:
    (fetched,) = ask(fetch, ids=("abc",))

    assert arxiv.queries == []
    assert len(fetched.problems) == 1


def test_a_cursor_of_an_older_form_begins_anew(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed(entry("2604.00001v1")))

    (fetched,) = ask(fetch, cursor='{"page": 7}')

    assert arxiv.queries[0]["start"] == "0"
    assert ids(fetched) == ["2604.00001v1"]

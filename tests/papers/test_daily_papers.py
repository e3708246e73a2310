"""What Daily Papers answers, through the real client: days, pages, single papers, and traps."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import LazySettings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papers.sources import Count, Fetched, FetchedAuthor, FetchedPaper, SourceError, Wanted
from papers.sources.daily_papers import PAGE, fetch
from papers.sources.web import Web
from tests.papers.listing_pages import SHARED
from tests.papers.web_stubs import BRIEF, OpenPace

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
TODAY = Wanted(since=date(2026, 3, 6))
YESTERDAY = Wanted(since=date(2026, 3, 5), until=date(2026, 3, 5))
RECORDED = SHARED / "data/fixtures/hf_daily/daily_papers_item_2602.23229.json"
PATH = "/api/daily_papers"


@pytest.fixture(autouse=True)
def address(httpserver: HTTPServer, settings: LazySettings) -> None:
    settings.DAILY_PAPERS_URL = httpserver.url_for(PATH)


def ask(wanted: Wanted) -> list[Fetched]:
    with Web(OpenPace(), BRIEF) as web:
        return list(fetch(wanted, web, NOW))


def entry(number: int = 1, beside: dict[str, Any] | None = None, **paper: Any) -> dict[str, Any]:
    told = {"id": f"2603.{number:05}", "title": f"Paper {number}", "upvotes": 3, **paper}
    return {"paper": told, "numComments": 2, "title": "Outside", **(beside or {})}


def serve(httpserver: HTTPServer, days: dict[str, list[Any]]) -> None:
    """Days by date, in pages of the length that is asked for."""

    def page(request: Request) -> Response:
        start = int(request.args["p"]) * int(request.args["limit"])
        items = days.get(request.args["date"], [])[start : start + int(request.args["limit"])]
        return Response(json.dumps(items))

    httpserver.expect_request(PATH).respond_with_handler(page)


def asked(httpserver: HTTPServer) -> list[tuple[str, str]]:
    return [(request.args["date"], request.args["p"]) for request, _ in httpserver.log]


def the_paper(httpserver: HTTPServer, item: dict[str, Any]) -> FetchedPaper:
    serve(httpserver, {"2026-03-06": [item]})
    (fetched,) = ask(TODAY)
    assert fetched.problems == ()
    (paper,) = fetched.papers
    return paper


@pytest.mark.skipif(not RECORDED.exists(), reason="no recorded answers at hand")
def test_the_recorded_day_is_read_in_full(httpserver: HTTPServer) -> None:
    serve(httpserver, {"2026-03-06": json.loads(RECORDED.read_text(encoding="utf-8"))})

    (fetched,) = ask(TODAY)

    (paper,) = fetched.papers
    assert fetched.problems == ()
    assert paper.title == "Large Multimodal Models as General In-Context Classifiers"
    assert paper.abstract.startswith("Which multimodal model should we use")
    assert "remarkable performance" in paper.abstract
    assert paper.authors == tuple(
        FetchedAuthor(name)
        for name in (
            *("Marco Garosi", "Matteo Farina", "Alessandro Conti"),
            *("Massimiliano Mancini", "Elisa Ricci"),
        )
    )
    assert paper.arxiv_id == "2602.23229"
    assert paper.published_on == date(2026, 2, 26)
    assert paper.announced_at == datetime(2026, 3, 6, 3, 55, 12, 777000, tzinfo=UTC)
    assert set(paper.counts) == {Count("votes", 10), Count("comments", 1), Count("stars", 9)}
    assert (paper.has_code, paper.code_url) == (True, "https://github.com/marco-garosi/CIRCLE")
    assert paper.project_url == "https://circle-lmm.github.io/"
    assert paper.organization == "Multimedia and Human Understanding Group"
    assert paper.submitted_by == "Marco Garosi"
    assert paper.ai_summary.startswith("Large Multimodal Models demonstrate superior")
    assert len(paper.keywords) == 9
    assert paper.keywords[0] == "Vision-Language Models"
    assert paper.withdrawn == ""


def test_votes_are_those_inside_the_paper_and_comments_those_beside_it(
    httpserver: HTTPServer,
) -> None:
    item = entry(upvotes=7, numComments=99, beside={"upvotes": 0, "numComments": 4})

    assert set(the_paper(httpserver, item).counts) == {Count("votes", 7), Count("comments", 4)}


def test_a_count_that_is_missing_is_not_zero(httpserver: HTTPServer) -> None:
    item = entry(upvotes=None, githubStars="many", beside={"numComments": -1})

    assert the_paper(httpserver, item).counts == ()


def test_hidden_authors_are_left_out(httpserver: HTTPServer) -> None:
    authors = [{"name": "Ada"}, {"name": "Bob", "hidden": True}, {"name": " "}, "Eve", None]

    assert the_paper(httpserver, entry(authors=authors)).authors == (FetchedAuthor("Ada"),)


def test_an_author_is_known_by_the_account_only_where_the_claim_was_verified(
    httpserver: HTTPServer,
) -> None:
    account = {"_id": "65a1", "user": "ada"}
    authors = [
        {"_id": "1", "name": "Ada", "user": account, "status": "claimed_verified"},
        {"_id": "2", "name": "Bob", "user": {"_id": "65a2"}, "status": "extracted_pending"},
        {"_id": "3", "name": "Eve", "status": "claimed_verified"},
    ]

    paper = the_paper(httpserver, entry(authors=authors))

    assert [author.ids for author in paper.authors] == [(("daily-papers", "65a1"),), (), ()]


@pytest.mark.parametrize(
    ("inside", "beside", "submitter"),
    [
        ({"submittedOnDailyBy": {"fullname": "Ada L", "user": "ada"}}, {}, "Ada L"),
        ({"submittedOnDailyBy": {"user": "ada", "name": "no handle"}}, {}, "ada"),
        ({}, {"submittedBy": {"name": "bob", "user": "no handle"}}, "bob"),
        ({}, {"submittedBy": {"fullname": "", "name": "bob"}}, "bob"),
        ({}, {}, ""),
    ],
)
def test_the_submitter_is_found_in_either_place(
    httpserver: HTTPServer, inside: dict[str, Any], beside: dict[str, Any], submitter: str
) -> None:
    assert the_paper(httpserver, entry(beside=beside, **inside)).submitted_by == submitter


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://a.example/x", "github.com/a/b", "https://", 7, None]
)
def test_links_that_are_no_addresses_of_the_web_are_dropped(
    httpserver: HTTPServer, link: object
) -> None:
    paper = the_paper(httpserver, entry(githubRepo=link, projectPage=link))

    assert (paper.code_url, paper.has_code, paper.project_url) == ("", None, "")


def test_the_days_are_those_of_the_paper_and_in_utc(httpserver: HTTPServer) -> None:
    paper = the_paper(
        httpserver,
        entry(
            publishedAt="2026-03-01T23:30:00-05:00",
            submittedOnDailyAt="2026-03-06T01:00:00",
            withdrawnAt="2026-03-07T00:00:00.000Z",
            beside={"publishedAt": "2025-01-01T00:00:00.000Z"},
        ),
    )

    assert paper.published_on == date(2026, 3, 2)
    assert paper.announced_at == datetime(2026, 3, 6, 1, 0, tzinfo=UTC)
    assert paper.withdrawn == "Withdrawn on 2026-03-07, says Daily Papers."


def test_half_an_answer_tells_nothing_it_does_not_hold(httpserver: HTTPServer) -> None:
    item: dict[str, Any] = {
        "paper": {"id": "2603.00001", "title": "A", "authors": None, "publishedAt": "soon",
                  "organization": [], "ai_keywords": "x", "summary": None}
    }  # fmt: skip

    assert the_paper(httpserver, item) == FetchedPaper(title="A", arxiv_id="2603.00001")


def test_hard_line_breaks_in_abstracts_are_spaces(httpserver: HTTPServer) -> None:
    assert the_paper(httpserver, entry(summary="one\ntwo\r\n  three")).abstract == "one two three"


def test_one_broken_entry_is_told_with_its_place_and_the_others_are_read(
    httpserver: HTTPServer,
) -> None:
    nameless = {"paper": {"id": "2603.00009", "title": " "}, "title": None}
    items = [entry(1), "nonsense", nameless, entry(4, id="../etc"), {"paper": []}, entry(6)]
    serve(httpserver, {"2026-03-06": items})

    (fetched,) = ask(TODAY)

    assert [paper.title for paper in fetched.papers] == ["Paper 1", "Paper 6"]
    told = [(problem.line, problem.message) for problem in fetched.problems]
    assert [line for line, _ in told] == [2, 3, 4, 5]
    assert "'paper' object" in told[0][1]
    assert "no title" in told[1][1]
    assert "'../etc' is not an arXiv id" in told[2][1]
    assert fetched.problems[0].file.startswith(httpserver.url_for(PATH))


def test_the_last_three_days_are_asked_for_unless_others_are_named(httpserver: HTTPServer) -> None:
    serve(httpserver, {"2026-03-05": [entry(1)]})

    answers = ask(Wanted())

    assert asked(httpserver) == [("2026-03-04", "0"), ("2026-03-05", "0"), ("2026-03-06", "0")]
    assert [len(answer.papers) for answer in answers] == [0, 1, 0]
    assert [answer.watermark for answer in answers] == ["2026-03-04", "2026-03-05", ""]
    assert [answer.cursor for answer in answers] == ["2026-03-05 0", "2026-03-06 0", ""]


def test_days_to_come_are_not_asked_for(httpserver: HTTPServer) -> None:
    serve(httpserver, {})

    assert len(ask(Wanted(since=date(2026, 3, 5), until=date(2027, 1, 1)))) == 2
    assert ask(Wanted(since=date(2026, 3, 7))) == []


def test_a_long_day_is_read_page_by_page_until_one_is_not_full(httpserver: HTTPServer) -> None:
    serve(httpserver, {"2026-03-05": [entry(number) for number in range(2 * PAGE)]})

    answers = ask(YESTERDAY)

    assert [len(answer.papers) for answer in answers] == [PAGE, PAGE, 0]
    assert [answer.cursor for answer in answers] == ["2026-03-05 1", "2026-03-05 2", ""]
    assert [answer.watermark for answer in answers] == ["", "", "2026-03-05"]


def test_a_reading_goes_on_where_it_stopped_and_asks_no_page_twice(httpserver: HTTPServer) -> None:
    serve(httpserver, {"2026-03-05": [entry(number) for number in range(PAGE + 1)]})
    with Web(OpenPace(), BRIEF) as web:
        first = next(iter(fetch(YESTERDAY, web, NOW)))

    (rest,) = ask(Wanted(since=YESTERDAY.since, until=YESTERDAY.until, cursor=first.cursor))

    assert asked(httpserver) == [("2026-03-05", "0"), ("2026-03-05", "1")]
    assert len(first.papers) + len(rest.papers) == PAGE + 1


def test_a_service_that_sends_the_same_page_for_ever_is_left(httpserver: HTTPServer) -> None:
    page = json.dumps([entry(number) for number in range(PAGE)])
    httpserver.expect_request(PATH).respond_with_data(page)

    with pytest.raises(SourceError, match="more than 50 pages for 2026-03-05"):
        ask(YESTERDAY)


def test_no_more_papers_than_wanted(httpserver: HTTPServer) -> None:
    serve(httpserver, {"2026-03-04": [entry(1)], "2026-03-05": [entry(2), entry(3), entry(4)]})

    answers = ask(Wanted(limit=3))

    assert [len(answer.papers) for answer in answers] == [1, 2]
    assert len(httpserver.log) == 2
    assert answers[1].watermark == ""


def test_a_day_that_is_refused_is_a_problem_and_the_next_day_is_read(
    httpserver: HTTPServer,
) -> None:
    query = {"date": "2026-03-05", "p": "0", "limit": str(PAGE)}
    refusal = httpserver.expect_request(PATH, query_string=query)
    refusal.respond_with_json({"error": "Invalid date"}, status=400)
    serve(httpserver, {"2026-03-06": [entry(1)]})

    refused, read = ask(Wanted(since=date(2026, 3, 5)))

    (problem,) = refused.problems
    assert "does not take this day" in problem.message
    assert "date=2026-03-05" in problem.file
    assert refused.watermark == ""
    assert len(read.papers) == 1


@pytest.mark.parametrize("body", ['{"error": "moved"}', '"text"', "null", '[{"paper": ', ""])
def test_what_is_no_list_fails_with_a_sentence(httpserver: HTTPServer, body: str) -> None:
    httpserver.expect_request(PATH).respond_with_data(body)

    with pytest.raises(SourceError, match=r"answered with .*(Check|check)"):
        ask(TODAY)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_fails_with_a_sentence(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request(PATH).respond_with_data("no", status=status)

    with pytest.raises(SourceError, match=f"status {status}. Check DAILY_PAPERS_URL"):
        ask(TODAY)


def test_single_papers_are_asked_for_by_id(httpserver: HTTPServer) -> None:
    told = {**entry(1)["paper"], "numTotalModels": 3}
    httpserver.expect_request("/api/papers/2603.00001").respond_with_json(told)
    httpserver.expect_request("/api/papers/2603.99999").respond_with_data("no", status=404)

    answers = ask(Wanted(ids=("2603.00001v2", "2603.99999", "../../x")))

    assert answers[0].papers == (
        FetchedPaper(title="Paper 1", arxiv_id="2603.00001", counts=(Count("votes", 3),)),
    )
    assert [answer.cursor for answer in answers] == ["1", "2", ""]
    assert "no paper '2603.99999'" in answers[1].problems[0].message
    assert "no paper '../../x'" in answers[2].problems[0].message
    assert len(httpserver.log) == 2


def test_nothing_is_asked_before_the_answer_is_wanted(httpserver: HTTPServer) -> None:
    with Web(OpenPace(), BRIEF) as web:
        answers: Iterator[Fetched] = fetch(TODAY, web, NOW)
        assert not httpserver.log
        del answers

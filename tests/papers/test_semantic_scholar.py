"""What Semantic Scholar answers, through the real client: papers, authors, batches, and traps."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import yaml
from django.conf import LazySettings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papers.sources import AuthorProfile, Count, Fetched, FetchedAuthor, SourceError, Wanted
from papers.sources.semantic_scholar import AT_A_TIME, fetch
from papers.sources.web import Web
from tests.papers.listing_pages import SHARED
from tests.papers.web_stubs import BRIEF, OpenPace

NOW = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
RECORDED = SHARED / "data/fixtures/semanticscholar"
recorded = pytest.mark.skipif(not RECORDED.is_dir(), reason="no recorded answers at hand")


@pytest.fixture(autouse=True)
def address(httpserver: HTTPServer, settings: LazySettings) -> None:
    settings.SEMANTIC_SCHOLAR_URL = httpserver.url_for("/graph/v1")
    settings.SEMANTIC_SCHOLAR_KEY = ""


def ask(*ids: str, pace: OpenPace | None = None, **wanted: Any) -> list[Fetched]:
    with Web(pace or OpenPace(), BRIEF) as web:
        return list(fetch(Wanted(ids=ids, **wanted), web, NOW))


def the_answer(*ids: str) -> Fetched:
    (fetched,) = ask(*ids)
    return fetched


def serve(httpserver: HTTPServer, path: str, answer: object, status: int = 200) -> None:
    httpserver.expect_request(f"/graph/v1/{path}").respond_with_json(answer, status=status)


def serve_batches(httpserver: HTTPServer, most: int = AT_A_TIME) -> list[list[str]]:
    """Every paper is known by the id it is asked for; more than `most` are refused as too many."""
    asked: list[list[str]] = []

    def answer(request: Request) -> Response:
        ids = request.get_json()["ids"]
        asked.append(ids)
        if len(ids) > most:
            error = {"error": "Response would exceed maximum size. Request less."}
            return Response(json.dumps(error), status=400)
        return Response(json.dumps([{"title": f"Paper {text}"} for text in ids]))

    httpserver.expect_request("/graph/v1/paper/batch", method="POST").respond_with_handler(answer)
    return asked


def recording(name: str) -> Any:
    (interaction,) = yaml.safe_load((RECORDED / name).read_text(encoding="utf-8"))["interactions"]
    return interaction


def serve_recording(httpserver: HTTPServer, name: str) -> None:
    interaction = recording(name)
    path = interaction["request"]["uri"].split("semanticscholar.org", 1)[1].split("?")[0]
    httpserver.expect_request(path, method=interaction["request"]["method"]).respond_with_data(
        interaction["response"]["body"]["string"], content_type="application/json"
    )


@recorded
def test_the_recorded_author_has_all_metrics(httpserver: HTTPServer) -> None:
    serve(httpserver, "author/2262347", json.loads((RECORDED / "Author.json").read_text("utf-8")))

    fetched = the_answer("author:2262347")

    assert fetched.papers == ()
    assert fetched.profiles == (
        AuthorProfile(
            "A. Turing",
            h_index=23,
            paper_count=60,
            citation_count=12415,
            ids=(("semantic-scholar", "2262347"),),
        ),
    )


@recorded
def test_the_recorded_paper_has_its_citations_and_its_author(httpserver: HTTPServer) -> None:
    serve(
        httpserver,
        "paper/DOI:10.1093/mind/lix.236.433",
        json.loads((RECORDED / "Paper_trimmed.json").read_text("utf-8")),
    )

    fetched = the_answer("10.1093/mind/lix.236.433")

    (paper,) = fetched.papers
    turing = ("semantic-scholar", "2262347")
    assert paper.title == "Computing Machinery and Intelligence"
    assert paper.authors == (FetchedAuthor("A. Turing", ids=(turing,)),)
    assert paper.published_on == date(1950, 10, 1)
    assert (paper.arxiv_id, paper.doi) == ("", "10.1093/MIND/LIX.236.433")
    assert paper.counts == (Count("citations", 10059),)
    assert fetched.profiles == (
        AuthorProfile("A. Turing", h_index=22, paper_count=57, citation_count=13621, ids=(turing,)),
    )


@recorded
def test_the_recorded_answers_with_a_name_alone_tell_no_metrics(httpserver: HTTPServer) -> None:
    serve_recording(httpserver, "test_get_author.yaml")
    serve_recording(httpserver, "test_get_authors.yaml")

    one = the_answer("author:2262347")
    three = the_answer("author:3234559", "author:1726629", "author:1711844")

    assert one.profiles == (AuthorProfile("A. Turing", ids=(("semantic-scholar", "2262347"),)),)
    assert [profile.name for profile in three.profiles] == [
        *("E. Dijkstra", "D. Parnas", "I. Sommerville")
    ]
    assert three.profiles[2].h_index is None
    posted = httpserver.log[-1][0].get_json()
    assert posted == json.loads(recording("test_get_authors.yaml")["request"]["body"])


@recorded
def test_the_recorded_answer_with_a_title_alone_tells_nothing_else(httpserver: HTTPServer) -> None:
    body = recording("test_get_paper.yaml")["response"]["body"]["string"]
    serve(httpserver, "paper/DOI:10.1093/mind/lix.236.433", json.loads(body))

    fetched = the_answer("doi:10.1093/mind/lix.236.433")

    (paper,) = fetched.papers
    assert paper.title == "Computing Machinery and Intelligence"
    assert (paper.authors, paper.published_on, paper.counts) == ((), None, ())
    assert fetched.profiles == ()


def test_ids_are_written_as_the_service_knows_them(httpserver: HTTPServer) -> None:
    own = "2d5673caa9e6af3a7b82a43f19ee920992db07ad"
    asked = serve_batches(httpserver)

    ask(
        *("2106.15928v3", "https://arxiv.org/abs/hep-ex/0307015", "10.48550/arXiv.2401.01234"),
        *("https://doi.org/10.1000/182", own, "CorpusId:14636783", "2106.15928"),
    )

    assert asked == [
        [
            *("ARXIV:2106.15928", "ARXIV:hep-ex/0307015", "ARXIV:2401.01234"),
            *("DOI:10.1000/182", own, "CorpusId:14636783"),
        ]
    ]


def test_a_known_entry_stands_at_the_place_of_its_id(httpserver: HTTPServer) -> None:
    answers = [None, {"title": "B", "citationCount": 0, "externalIds": None}, None]
    serve(httpserver, "paper/batch", answers)

    fetched = the_answer("2401.00001", "2401.00002", "2401.00003")

    (paper,) = fetched.papers
    assert (paper.arxiv_id, paper.counts) == ("2401.00002", (Count("citations", 0),))
    assert fetched.problems == ()
    assert fetched.note == "2 of 3 papers are not known to Semantic Scholar (yet)."


@pytest.mark.parametrize(
    "ids", [{"ArXiv": "2401.00009"}, {"DOI": "10.48550/arXiv.2401.00009", "ArXiv": None}]
)
def test_an_entry_of_another_arxiv_id_is_told_and_left_out(
    httpserver: HTTPServer, ids: dict[str, str | None]
) -> None:
    same = {"title": "A", "externalIds": {"ArXiv": "math.GT/0309136", "DOI": "10.1000/182"}}
    author = {"authorId": "7", "name": "Ada Byron", "hIndex": 3}
    other = {"title": "B", "citationCount": 9, "externalIds": ids, "authors": [author]}
    serve(httpserver, "paper/batch", [same, other])

    fetched = the_answer("math/0309136", "2401.00002")

    assert [paper.title for paper in fetched.papers] == ["A"]
    assert fetched.profiles == ()
    (problem,) = fetched.problems
    assert problem.line == 2
    assert problem.message == (
        "the answer for 'ARXIV:2401.00002' is the paper 2401.00009; it was left out."
    )


@pytest.mark.parametrize(
    ("ids", "arxiv_id", "doi"),
    [
        ({"DOI": "10.1093/MIND/LIX.236.433"}, "", "10.1093/MIND/LIX.236.433"),
        ({"DOI": "10.1000/182", "ArXiv": "2401.00002"}, "2401.00002", "10.1000/182"),
        ({"CorpusId": 14636783}, "2401.00002", ""),
    ],
)
def test_an_entry_takes_the_id_it_was_asked_by_only_where_no_doi_names_it(
    httpserver: HTTPServer, ids: dict[str, Any], arxiv_id: str, doi: str
) -> None:
    serve(httpserver, "paper/ARXIV:2401.00002", {"title": "B", "externalIds": ids})

    (paper,) = the_answer("2401.00002").papers

    assert (paper.arxiv_id, paper.doi) == (arxiv_id, doi)


def test_papers_nobody_knows_yet_are_a_note(httpserver: HTTPServer) -> None:
    serve(httpserver, "paper/ARXIV:2401.00001", {"error": "Paper not found"}, status=404)
    serve(httpserver, "paper/batch", {"error": "No valid paper ids given"}, status=400)

    one, two = the_answer("2401.00001"), the_answer("2401.00001", "2401.00002")

    assert one == Fetched(note="1 of 1 papers are not known to Semantic Scholar (yet).")
    assert two == Fetched(note="2 of 2 papers are not known to Semantic Scholar (yet).")


def test_authors_are_told_with_ids_and_metrics_each_once(httpserver: HTTPServer) -> None:
    ada = {
        "authorId": "1", "name": "Ada Lovelace", "hIndex": 0, "citationCount": None,
        "paperCount": 2, "affiliations": ["London", "Paris"], "homepage": "https://ada.example/",
        "externalIds": {"DBLP": ["x"], "ORCID": "https://orcid.org/0000-0002-1825-009X"},
    }  # fmt: skip
    nameless = {"authorId": None, "name": "Bob", "hIndex": 3}
    papers = [{"title": "A", "authors": [ada, nameless]}, {"title": "B", "authors": [ada, "x", {}]}]
    serve(httpserver, "paper/batch", papers)

    fetched = the_answer("2401.00001", "2401.00002")

    ids = (("semantic-scholar", "1"), ("orcid", "0000-0002-1825-009X"))
    assert fetched.papers[0].authors == (
        FetchedAuthor("Ada Lovelace", ids=ids),
        FetchedAuthor("Bob"),
    )
    assert fetched.papers[1].authors == (FetchedAuthor("Ada Lovelace", ids=ids),)
    assert fetched.profiles == (
        AuthorProfile(
            "Ada Lovelace",
            affiliation="London",
            homepage="https://ada.example/",
            h_index=0,
            paper_count=2,
            ids=ids,
        ),
    )


def test_an_entry_that_cannot_be_read_is_told_with_its_place(httpserver: HTTPServer) -> None:
    serve(httpserver, "paper/batch", [{"title": None}, {"title": "B"}, "x"])

    fetched = the_answer("2401.00001", "2401.00002", "2401.00003")

    assert [paper.title for paper in fetched.papers] == ["B"]
    assert [problem.line for problem in fetched.problems] == [1, 3]
    assert "a paper with a title; the answer for 'ARXIV:2401.00001'" in fetched.problems[0].message


def test_what_is_no_id_is_told_and_the_others_are_asked_for(httpserver: HTTPServer) -> None:
    serve(httpserver, "paper/ARXIV:2401.00001", {"title": "A"})

    refused, read = ask("cats", "2401.00001")

    assert "'cats' is no id to ask for" in refused.problems[0].message
    assert refused.cursor
    assert [paper.title for paper in read.papers] == ["A"]
    assert len(ask("cats", "author:x")) == 1


def test_many_ids_are_asked_for_in_parts_that_can_be_gone_on_with(httpserver: HTTPServer) -> None:
    asked = serve_batches(httpserver)
    ids = [f"2401.{number:05}" for number in range(2 * AT_A_TIME)]

    first, second = ask(*ids)
    (again,) = ask(*ids, cursor=first.cursor)

    assert [len(part) for part in asked] == [AT_A_TIME] * 3
    assert (again, second.cursor) == (second, "")
    assert second.papers[0].arxiv_id == f"2401.{AT_A_TIME:05}"


def test_a_batch_whose_answer_would_be_too_large_is_halved(httpserver: HTTPServer) -> None:
    asked = serve_batches(httpserver, most=3)

    fetched = the_answer(*(f"2401.{number:05}" for number in range(6)))

    assert [len(part) for part in asked] == [6, 3, 3]
    assert [paper.arxiv_id[-1] for paper in fetched.papers] == list("012345")


def test_no_more_ids_than_wanted_are_asked_for(httpserver: HTTPServer) -> None:
    asked = serve_batches(httpserver)

    ask("2401.00001", "2401.00002", "2401.00003", limit=2)

    assert asked == [["ARXIV:2401.00001", "ARXIV:2401.00002"]]
    assert ask() == []


def test_only_needed_fields_are_asked_for(httpserver: HTTPServer) -> None:
    serve(httpserver, "author/7", {"authorId": "7", "name": "Ada"})

    the_answer("author:7")

    fields = httpserver.log[0][0].args["fields"].split(",")
    assert {"hIndex", "citationCount", "paperCount", "externalIds"} <= set(fields)
    assert not any(field.startswith("papers") for field in fields)


def test_with_a_key_it_is_sent_and_we_may_ask_more_often(
    httpserver: HTTPServer, settings: LazySettings
) -> None:
    serve(httpserver, "author/7", {"authorId": "7", "name": "Ada"})
    pace = OpenPace()

    ask("author:7", pace=pace)
    settings.SEMANTIC_SCHOLAR_KEY = "secret"
    ask("author:7", pace=pace)

    assert pace.turns == [("semantic-scholar", 3.0), ("semantic-scholar", 1.0)]
    keys = [request.headers.get("x-api-key") for request, _ in httpserver.log]
    assert keys == [None, "secret"]


@pytest.mark.parametrize("answer", [{"data": []}, [{"title": "A"}], "x", None])
def test_an_answer_whose_places_are_lost_fails_with_a_sentence(
    httpserver: HTTPServer, answer: object
) -> None:
    serve(httpserver, "paper/batch", answer)

    with pytest.raises(SourceError, match="something else than one entry for each id"):
        ask("2401.00001", "2401.00002")


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_is_told_in_the_words_of_the_service(httpserver: HTTPServer, status: int) -> None:
    serve(httpserver, "paper/batch", {"error": "Unrecognized field"}, status=status)

    with pytest.raises(SourceError, match=f"status {status}: .*Unrecognized field"):
        ask("2401.00001", "2401.00002")


def test_what_came_before_a_failure_stays(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/graph/v1/paper/ARXIV:2401.00001").respond_with_json(
        {"title": "A"}
    )
    httpserver.expect_ordered_request("/graph/v1/author/7").respond_with_data("gone", status=410)

    with Web(OpenPace(), BRIEF) as web:
        answers = fetch(Wanted(ids=("author:7", "2401.00001")), web, NOW)
        assert [paper.title for paper in next(answers).papers] == ["A"]
        with pytest.raises(SourceError, match="status 410"):
            next(answers)

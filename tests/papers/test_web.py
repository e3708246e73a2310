"""Asking a service, and what comes back when all is well."""

import gzip
import json

import pytest
from django.conf import LazySettings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papers.sources import SourceError
from papers.sources.web import Web
from tests.papers.web_stubs import BRIEF, OpenPace, service_at


def test_a_question_names_us_and_carries_the_query_and_the_key(
    httpserver: HTTPServer, settings: LazySettings
) -> None:
    settings.SITE_URL = "https://papers.example"
    httpserver.expect_request(
        "/graph/paper",
        query_string={"fields": "title,year", "q": "a & b ü"},
        headers={
            "User-Agent": "Morning Papers (+https://papers.example)",
            "x-api-key": "secret",
        },
    ).respond_with_data("fine", headers={"X-Told": "1"})
    service = service_at(httpserver.url_for("/graph"), headers={"x-api-key": "secret"})

    with Web(OpenPace(), BRIEF) as web:
        answer = web.get(service, "/paper", {"fields": "title,year", "q": "a & b ü"})

    assert (answer.status, answer.text, answer.headers["x-told"]) == (200, "fine", "1")
    assert answer.url.startswith(httpserver.url_for("/graph/paper?fields="))


def test_every_question_takes_its_turn(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("fine")
    pace = OpenPace()

    with Web(pace, BRIEF) as web:
        web.get(service_at(httpserver.url_for("/"), host="daily-papers", interval=1.5))

    assert pace.turns == [("daily-papers", 1.5)]


def test_what_is_posted_arrives_as_json(httpserver: HTTPServer) -> None:
    def echo(request: Request) -> Response:
        assert request.content_type == "application/json"
        return Response(json.dumps([request.json, request.args["fields"]]))

    httpserver.expect_request("/batch", method="POST").respond_with_handler(echo)

    with Web(OpenPace(), BRIEF) as web:
        answer = web.post_json(
            service_at(httpserver.url_for("/")), "/batch", {"fields": "title"}, {"ids": ["é"]}
        )

    assert answer.json() == [{"ids": ["é"]}, "title"]


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_other_refusals_are_for_the_source_to_judge(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/").respond_with_data("no such id", status=status)

    with Web(OpenPace(), BRIEF) as web:
        answer = web.get(service_at(httpserver.url_for("/")))

    assert (answer.status, answer.text) == (status, "no such id")


def test_gzip_is_decoded_also_in_several_members(httpserver: HTTPServer) -> None:
    packed = gzip.compress(b"first " * 500_000) + gzip.compress(b"second")
    httpserver.expect_request("/").respond_with_data(packed, headers={"Content-Encoding": "gzip"})

    with Web(OpenPace(), BRIEF) as web:
        answer = web.get(service_at(httpserver.url_for("/")))

    assert answer.body == b"first " * 500_000 + b"second"


def test_a_service_can_be_asked_again_and_again(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("fine")

    with Web(OpenPace(), BRIEF) as web:
        answers = [web.get(service_at(httpserver.url_for("/"))).text for _ in range(3)]

    assert answers == ["fine"] * 3


@pytest.mark.parametrize("key", ["two\nlines", "schlüssel"])
def test_a_key_that_no_header_takes_is_named_but_not_shown(
    httpserver: HTTPServer, key: str
) -> None:
    service = service_at(httpserver.url_for("/"), headers={"x-api-key": key})

    with Web(OpenPace(), BRIEF) as web, pytest.raises(SourceError, match="key") as caught:
        web.get(service)

    assert key not in str(caught.value)
    assert key not in repr(service)


def test_a_question_too_long_for_an_address_says_so(httpserver: HTTPServer) -> None:
    with Web(OpenPace(), BRIEF) as web, pytest.raises(SourceError, match="less at a time"):
        web.get(service_at(httpserver.url_for("/")), "", {"id_list": "1" * 100_000})

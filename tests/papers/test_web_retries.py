"""Failures that pass are asked again; a service that wants to be left alone is."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import stamina
from django.utils import timezone
from pytest_httpserver import HTTPServer

from papers.sources import SourceError
from papers.sources.web import Web
from papers.sources.web.patience import seconds_to_wait
from tests.papers.web_stubs import BRIEF, OpenPace, service_at

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def no_waiting() -> Iterator[None]:
    """Waits between attempts take no time; what the pace was told shows them."""
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_failure_that_passes_is_not_noticed(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("busy", status=status)
    httpserver.expect_ordered_request("/").respond_with_data("fine")
    pace = OpenPace()

    with Web(pace, BRIEF) as web:
        answer = web.get(service_at(httpserver.url_for("/")))

    assert answer.text == "fine"
    assert pace.turns == [("arxiv", 3.0)] * 2
    assert pace.waits == [("arxiv", BRIEF.first_wait)]


def test_operators_read_why_it_is_asked_again(
    httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    httpserver.expect_ordered_request("/").respond_with_data(status=503)
    httpserver.expect_ordered_request("/").respond_with_data("fine")

    with Web(OpenPace(), BRIEF) as web:
        web.get(service_at(httpserver.url_for("/"), headers={"x-api-key": "secret"}))

    assert "arxiv (http://localhost" in caplog.text
    assert "status 503" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(("status", "words"), [(429, "too often"), (503, "out of order")])
def test_a_failure_that_stays_is_told_after_the_last_attempt(
    httpserver: HTTPServer, status: int, words: str
) -> None:
    httpserver.expect_request("/").respond_with_data(status=status)

    with Web(OpenPace(), BRIEF) as web, pytest.raises(SourceError) as caught:
        web.get(service_at(httpserver.url_for("/")))

    assert words in str(caught.value)
    assert str(status) in str(caught.value)
    assert caught.value.retry_after is None
    assert len(httpserver.log) == 3


def test_a_text_that_means_too_fast_is_understood_under_200(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("Rate exceeded.\n")
    httpserver.expect_ordered_request("/").respond_with_data("<feed>Rate exceeded.</feed>")
    service = service_at(httpserver.url_for("/"), throttle_text=b"Rate exceeded.")

    with Web(OpenPace(), BRIEF) as web:
        assert web.get(service).text == "<feed>Rate exceeded.</feed>"


def test_a_text_that_means_too_fast_is_told_if_it_stays(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("Rate exceeded.")
    service = service_at(httpserver.url_for("/"), throttle_text=b"Rate exceeded.")

    with Web(OpenPace(), BRIEF) as web, pytest.raises(SourceError, match="too often"):
        web.get(service)


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("status", [429, 503])
def test_a_short_retry_after_is_waited_out_by_all(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_ordered_request("/").respond_with_data(
        status=status, headers={"Retry-After": "30"}
    )
    httpserver.expect_ordered_request("/").respond_with_data("fine")
    pace = OpenPace()

    with Web(pace, BRIEF) as web:
        assert web.get(service_at(httpserver.url_for("/"))).text == "fine"

    assert pace.waits == [("arxiv", 30.0)]


def test_a_long_retry_after_is_told_at_once(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(status=429, headers={"Retry-After": "3600"})
    pace = OpenPace()

    with Web(pace, BRIEF) as web, pytest.raises(SourceError, match="3600 seconds") as caught:
        web.get(service_at(httpserver.url_for("/")))

    assert caught.value.retry_after == 3600
    assert pace.waits == [("arxiv", 3600.0)]
    assert len(httpserver.log) == 1


def test_a_retry_after_may_be_a_date(httpserver: HTTPServer) -> None:
    until = format_datetime(timezone.now() + timedelta(hours=2), usegmt=True)
    httpserver.expect_request("/").respond_with_data(status=503, headers={"Retry-After": until})

    with Web(OpenPace(), BRIEF) as web, pytest.raises(SourceError) as caught:
        web.get(service_at(httpserver.url_for("/")))

    assert caught.value.retry_after == pytest.approx(7200, abs=10)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0), (" 120 ", 120), ("9" * 400, 86400),
        ("Wed, 01 Jul 2026 12:01:00 GMT", 60), ("Wed, 01 Jul 2026 12:01:00 -0000", 60),
        ("Wed, 01 Jul 2026 11:00:00 GMT", 0), ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("", None), ("soon", None), ("-5", None), ("1.5", None), ("²", None),
        ("Mon, 01 Jan 2024 00:00:00 +99999999999999999999", None),
        ("Wed, 99 Jul 2026 12:01:00 GMT", None), ("Wed, 01 Jul 99999 12:01:00 GMT", None),
    ],
)  # fmt: skip
def test_what_a_retry_after_asks_for(header: str, seconds: float | None) -> None:
    assert seconds_to_wait(header, NOW) == seconds


def test_a_service_that_is_away_is_tried_again_and_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    pace = OpenPace()

    with Web(pace, BRIEF) as web, pytest.raises(SourceError, match="cannot be reached") as caught:
        web.get(service_at(url, headers={"x-api-key": "secret"}))

    assert str(caught.value).startswith(f"arxiv ({url}): ")
    assert "secret" not in str(caught.value)
    assert len(pace.turns) == 3


def test_no_attempt_is_begun_after_patience_is_over(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(status=503)

    with Web(OpenPace(), replace(BRIEF, give_up=1e-9)) as web, pytest.raises(SourceError):
        web.get(service_at(httpserver.url_for("/")))

    assert len(httpserver.log) == 1

"""Row 29 of the fault matrix: answers that would fill the memory or hold a worker for ever."""

import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest
from pytest_httpserver import HTTPServer

from papers.sources import SourceError
from papers.sources.web import Web
from tests.papers.web_stubs import BRIEF, OpenPace, raw_server, saying, service_at

GZIPPED = {"Content-Encoding": "gzip"}
ONCE = replace(BRIEF, attempts=1)
HURRIED = replace(ONCE, deadline=0.15)


def gigabyte_of_zeros() -> bytes:
    """A gzip of one gigabyte: the same block of 16 MiB again and again."""
    head = gzip.compress(b"")[:10]
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return head + 64 * (deflate.compress(bytes(2**24)) + deflate.flush(zlib.Z_FULL_FLUSH))


def test_a_gigabyte_in_gzip_is_given_up_early_and_in_little_memory(httpserver: HTTPServer) -> None:
    bomb = gigabyte_of_zeros()
    httpserver.expect_request("/").respond_with_data(bomb, headers=GZIPPED)

    tracemalloc.start()
    try:
        with Web(OpenPace(), BRIEF) as web, pytest.raises(SourceError, match="more than 64 MiB"):
            web.get(service_at(httpserver.url_for("/")))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 150 * 2**20
    assert len(httpserver.log) == 1  # it would be as large another time


def test_a_body_just_as_large_as_allowed_is_taken(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 1000)
    url = httpserver.url_for("/")

    with Web(OpenPace(), replace(BRIEF, largest_body=1000)) as web:
        assert len(web.get(service_at(url)).body) == 1000
    with Web(OpenPace(), replace(BRIEF, largest_body=999)) as web, pytest.raises(SourceError):
        web.get(service_at(url))


def trickle(beginning: bytes) -> Callable[[socket.socket], None]:
    """A byte now and then, so that no read ever times out, until the client has had enough."""

    def play(connection: socket.socket) -> None:
        connection.sendall(beginning)
        while True:
            connection.sendall(b"x")
            time.sleep(0.01)

    return play


@pytest.mark.parametrize(
    "beginning",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"",
    ],
    ids=["body", "headers", "status line"],
)
def test_a_slow_trickle_ends_at_the_deadline(beginning: bytes) -> None:
    with raw_server(trickle(beginning)) as url, Web(OpenPace(), HURRIED) as web:
        start = time.monotonic()
        with pytest.raises(SourceError, match=r"in time|no HTTP"):
            web.get(service_at(url))

    assert time.monotonic() - start < 10


def test_a_service_that_says_nothing_is_left_at_the_deadline() -> None:
    over = Event()

    with raw_server(lambda _: over.wait(5)) as url:
        with Web(OpenPace(), HURRIED) as web, pytest.raises(SourceError, match="in time"):
            web.get(service_at(url))
        over.set()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nnot a thousand",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 9999)[:-9],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain after all",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
    ids=["length", "chunked", "gzip", "no gzip", "no http", "nothing"],
)
def test_an_answer_that_breaks_off_is_no_answer(answer: bytes) -> None:
    pace = OpenPace()

    with (
        raw_server(saying(answer)) as url,
        Web(pace, BRIEF) as web,
        pytest.raises(SourceError) as caught,
    ):
        web.get(service_at(url))

    assert f"arxiv ({url}): Its answer" in str(caught.value)
    assert len(pace.turns) == 3  # another attempt may have gone well


def test_a_head_without_end_is_no_answer() -> None:
    with (
        raw_server(saying(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2**20)) as url,
        Web(OpenPace(), ONCE) as web,
        pytest.raises(SourceError, match="no HTTP"),
    ):
        web.get(service_at(url))


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "deflate"])
def test_an_encoding_not_asked_for_is_refused(httpserver: HTTPServer, encoding: str) -> None:
    httpserver.expect_request("/").respond_with_data(b"?", headers={"Content-Encoding": encoding})

    with Web(OpenPace(), BRIEF) as web, pytest.raises(SourceError, match="only gzip"):
        web.get(service_at(httpserver.url_for("/")))

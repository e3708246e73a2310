"""arXiv on this machine: answers in the order given, and the questions that came."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import override_settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papers.sources import Fetched, Wanted
from papers.sources.web import Patience, Web
from tests.papers.listing_pages import SHARED

NOW = datetime(2026, 4, 15, 12, tzinfo=UTC)  # a Wednesday
FIXTURES = SHARED / "data/fixtures"

recorded = pytest.mark.skipif(
    not FIXTURES.is_dir(), reason=f"no recorded answers in {FIXTURES}; set MORNING_PAPERS_SHARED"
)


class Unhurried:
    """A pace for a server of our own, which need not be spared."""

    def turn(self, host: str, interval: float) -> AbstractContextManager[None]:
        assert (host, interval) == ("arxiv", 3.0)
        return nullcontext()

    def back_off(self, host: str, seconds: float) -> None:
        pass


@dataclass
class ArxivStub:
    """Answers each question with the next of `answers`, the last one again and again."""

    answers: list[Response] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def will_say(self, *bodies: str | bytes, status: int = 200) -> None:
        self.answers += [
            Response(body, status, content_type="application/atom+xml") for body in bodies
        ]

    def answer(self, request: Request) -> Response:
        self.queries.append(dict(request.args))
        self.paths.append(unquote(request.path))
        return self.answers[min(len(self.queries), len(self.answers)) - 1]


@pytest.fixture
def arxiv(httpserver: HTTPServer) -> Iterator[ArxivStub]:
    stub = ArxivStub()
    httpserver.expect_request(re.compile("/arxiv.*")).respond_with_handler(stub.answer)
    url = httpserver.url_for("/arxiv")
    with override_settings(ARXIV_API_URL=url, ARXIV_FEED_URL=url, ARXIV_OAI_URL=url):
        yield stub


def ask(
    fetch: Callable[[Wanted, Web, datetime], Iterator[Fetched]], **wanted: Any
) -> list[Fetched]:
    """All answers of a source, through the real way out."""
    now = wanted.pop("now", NOW)
    with Web(Unhurried(), Patience(attempts=2, first_wait=0.001, longest_wait=0.01)) as web:
        return list(fetch(Wanted(**wanted), web, now))


def recorded_search(name: str) -> bytes:
    """The bytes that arXiv sent; the recording took them for Latin-1."""
    (file,) = (FIXTURES / "arxiv_api").glob(f"{name}_*.json")
    body: str = json.loads(file.read_text(encoding="utf-8"))["body"]
    return body.encode("latin-1")


def messages(fetched: Fetched) -> str:
    return "\n".join(problem.message for problem in fetched.problems)

"""A daily-papers service of ours: what it shows, how long it takes, and what it was asked."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papers.sources.web import Web
from tests.papers.web_stubs import BRIEF, OpenPace

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday


class Hands:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now


class DailyPapers:
    """One paper a day, unless told otherwise. An answer takes `slowness` on the clock."""

    def __init__(self, server: HTTPServer, clock: Hands) -> None:
        self.clock = clock
        self.slowness = timedelta(0)
        self.asked: list[str] = []
        self.answer: Callable[[str], Response] | None = None
        self.url = server.url_for("/api/daily_papers")
        server.expect_request("/api/daily_papers").respond_with_handler(self._handle)

    def _handle(self, request: Request) -> Response:
        day = request.args["date"]
        self.asked.append(day)
        self.clock.now += self.slowness
        return self.answer(day) if self.answer else shown([item(day)])


def item(day: str, votes: int = 3) -> dict[str, Any]:
    number = day.replace("-", "")[-5:]
    return {
        "paper": {
            "id": f"2611.{number}",
            "title": f"The Paper of {day}",
            "summary": "It is worth a day.",
            "authors": [{"_id": number, "name": "Ada Example", "hidden": False}],
            "publishedAt": f"{day}T00:00:00.000Z",
            "submittedOnDailyAt": f"{day}T01:00:00.000Z",
            "upvotes": votes,
        },
        "numComments": 1,
    }


def shown(items: Any) -> Response:
    return Response(json.dumps(items), content_type="application/json")


def failing(status: int, **headers: str) -> Callable[[str], Response]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response("not now", status=status, headers=named)


def impatient_web() -> Web:
    return Web(OpenPace(), BRIEF)

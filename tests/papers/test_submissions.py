"""Accepted proposals: fetched from arXiv by the schedule, then linked to their papers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papers.models import Paper, ScheduledIngest, Submission
from papers.schedule.run import run_due
from tests.factories import PaperFactory
from tests.papers.daily_stub import NOW, Hands, impatient_web

pytestmark = pytest.mark.django_db

Run = Callable[[], object]

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
      xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
  <opensearch:totalResults>{count}</opensearch:totalResults>
  {entries}
</feed>"""
ENTRY = """<entry>
  <id>http://arxiv.org/abs/{arxiv_id}v1</id>
  <title>The Paper {arxiv_id}</title>
  <summary>It is worth reading.</summary>
  <published>2026-11-01T00:00:00Z</published>
  <updated>2026-11-01T00:00:00Z</updated>
  <author><name>Ada Example</name></author>
  <arxiv:primary_category term="cs.CV"/>
  <category term="cs.CV"/>
</entry>"""


class Arxiv:
    """Knows some papers; remembers what was asked for."""

    def __init__(self, server: HTTPServer) -> None:
        self.known: set[str] = set()
        self.asked: list[list[str]] = []
        self.status = 200
        self.url = server.url_for("/api/query")
        server.expect_request("/api/query").respond_with_handler(self._handle)

    def _handle(self, request: Request) -> Response:
        ids = request.args["id_list"].split(",")
        self.asked.append(ids)
        entries = [ENTRY.format(arxiv_id=each) for each in ids if each in self.known]
        told = FEED.format(count=len(entries), entries="\n".join(entries))
        return Response(told, status=self.status, content_type="application/atom+xml")


@pytest.fixture
def arxiv(httpserver: HTTPServer, settings: Settings) -> Arxiv:
    stub = Arxiv(httpserver)
    settings.ARXIV_API_URL = stub.url
    settings.INGEST_SCHEDULED = True
    ScheduledIngest.objects.exclude(source="submissions").update(enabled=False)
    return stub


@pytest.fixture
def run() -> Run:
    clock = Hands()

    def run() -> object:
        told = run_due(clock, clock() + timedelta(minutes=1), impatient_web)
        clock.forward(minutes=10)
        return told

    return run


def accepted(arxiv_id: str) -> Submission:
    return Submission.objects.create(arxiv_id=arxiv_id, state="accepted", decided_at=NOW)


def test_an_accepted_paper_is_fetched_and_linked(arxiv: Arxiv, run: Run) -> None:
    submission = accepted("2611.00001")
    arxiv.known = {"2611.00001"}

    run()

    submission.refresh_from_db()
    assert submission.paper == Paper.objects.get()
    assert submission.paper.title == "The Paper 2611.00001"
    assert submission.state == "accepted"


def test_it_is_not_asked_for_again(arxiv: Arxiv, run: Run) -> None:
    accepted("2611.00001")
    arxiv.known = {"2611.00001"}

    run()
    run()

    assert arxiv.asked == [["2611.00001"]]


def test_one_that_arxiv_does_not_have_is_told_with_the_reason(arxiv: Arxiv, run: Run) -> None:
    known, unknown = accepted("2611.00001"), accepted("2611.00002")
    arxiv.known = {"2611.00001"}

    run()
    run()

    known.refresh_from_db()
    unknown.refresh_from_db()
    assert known.paper
    assert (unknown.state, unknown.paper) == ("not_found", None)
    assert "arXiv has no paper 2611.00002" in unknown.reason
    assert len(arxiv.asked) == 1


def test_a_longer_id_is_another_paper(arxiv: Arxiv, run: Run) -> None:
    shorter, longer = accepted("1401.0001"), accepted("1501.00012")
    arxiv.known = {"1401.0001"}

    run()

    shorter.refresh_from_db()
    longer.refresh_from_db()
    assert (shorter.state, longer.state) == ("accepted", "not_found")


def test_while_arxiv_is_away_they_wait(arxiv: Arxiv, run: Run) -> None:
    submission = accepted("2611.00001")
    arxiv.known, arxiv.status = {"2611.00001"}, 503

    run()
    submission.refresh_from_db()
    assert (submission.state, submission.paper) == ("accepted", None)
    assert ScheduledIngest.objects.get(source="submissions").failures == 1

    arxiv.status = 200
    run()
    submission.refresh_from_db()
    assert submission.paper


@pytest.mark.parametrize("state", ["waiting", "declined", "not_found"])
def test_nothing_else_is_fetched(arxiv: Arxiv, run: Run, state: str) -> None:
    Submission.objects.create(arxiv_id="2611.00001", state=state)

    assert run() == ()

    assert arxiv.asked == []


def test_a_paper_that_came_another_way_meanwhile_is_linked_without_asking(
    arxiv: Arxiv, run: Run
) -> None:
    submission = accepted("2611.00001")
    paper = PaperFactory.create(arxiv_id="2611.00001")

    run()

    submission.refresh_from_db()
    assert submission.paper == paper
    assert arxiv.asked == []

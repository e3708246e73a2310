"""The standing orders: asked when due, gone on with, tried again, and none stops another."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papers.models import Paper, ScheduledIngest, Signal
from papers.models.leased import LEASE
from papers.schedule.orders import ORDERS
from papers.schedule.reading import Ended
from papers.schedule.rows import AT_FIRST, is_waiting
from papers.schedule.run import run_due
from papers.signals import Observation, observe
from tests.factories import PaperFactory
from tests.papers.daily_stub import NOW, DailyPapers, Hands, failing, impatient_web, item, shown

pytestmark = pytest.mark.django_db

Run = Callable[[], tuple[Ended, ...]]


class KilledError(BaseException):
    """The process ends here: no handler of ours gets to say goodbye."""


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def daily(httpserver: HTTPServer, clock: Hands, settings: Settings) -> DailyPapers:
    stub = DailyPapers(httpserver, clock)
    settings.DAILY_PAPERS_URL = stub.url
    settings.INGEST_SCHEDULED = True
    enable("daily-papers")
    return stub


@pytest.fixture
def run(clock: Hands) -> Run:
    """One look, with a minute's time to work."""
    return lambda: run_due(clock, clock() + timedelta(minutes=1), impatient_web)


def enable(*sources: str) -> None:
    ScheduledIngest.objects.update(enabled=False)
    ScheduledIngest.objects.filter(source__in=sources).update(enabled=True)


def row(source: str = "daily-papers") -> ScheduledIngest:
    return ScheduledIngest.objects.get(source=source)


# --- when it is asked --------------------------------------------------------------------------


def test_what_is_due_is_read_stored_and_written_down(daily: DailyPapers, run: Run) -> None:
    [ended] = run()

    assert str(ended) == "daily-papers read 3, created 3, updated 0"
    assert daily.asked == ["2026-11-18", "2026-11-19", "2026-11-20"]
    assert Paper.objects.count() == 3
    assert (row().last_success_at, row().next_at) == (NOW, NOW + timedelta(hours=1))
    assert row().watermark == "2026-11-19"
    assert (row().last_report["read"], row().last_report["created"]) == (3, 3)
    assert (row().cursor, row().leased_until, row().last_error) == ("", None, "")


def test_nothing_is_asked_before_its_time(daily: DailyPapers, run: Run, clock: Hands) -> None:
    run()
    daily.asked.clear()

    clock.forward(minutes=59)
    assert run() == ()
    assert daily.asked == []

    clock.forward(minutes=1)
    assert run()


def test_a_second_reading_of_the_same_changes_nothing(daily: DailyPapers, run: Run) -> None:
    run()
    papers = list(Paper.objects.values())
    ScheduledIngest.objects.update(next_at=None)

    [ended] = run()

    assert str(ended) == "daily-papers read 5, created 2, updated 0"  # it looks back further
    assert list(Paper.objects.filter(pk__in=[each["id"] for each in papers]).values()) == papers


def test_days_before_the_watermark_are_asked_again_because_votes_go_on(
    daily: DailyPapers, run: Run
) -> None:
    ScheduledIngest.objects.update(watermark="2026-11-19")

    run()

    assert daily.asked[0] == "2026-11-16"


def test_after_a_long_pause_no_more_than_sixty_days_are_asked(daily: DailyPapers, run: Run) -> None:
    ScheduledIngest.objects.update(watermark="2021-01-01")

    run()

    assert daily.asked[0] == "2026-09-21"


def test_one_that_is_not_enabled_is_never_asked(daily: DailyPapers, run: Run) -> None:
    enable()

    assert run() == ()
    assert daily.asked == []


def test_without_scheduled_ingest_nothing_is_asked(
    daily: DailyPapers, run: Run, settings: Settings, clock: Hands
) -> None:
    settings.INGEST_SCHEDULED = False

    assert run() == ()
    assert not is_waiting(clock())
    assert daily.asked == []


def test_every_order_has_a_row_and_only_the_search_of_arxiv_begins_switched_off() -> None:
    rows = dict(ScheduledIngest.objects.values_list("source", "enabled"))

    assert set(rows) == set(ORDERS) == set(AT_FIRST)
    assert [source for source, enabled in rows.items() if not enabled] == ["arxiv-api"]


def test_wrong_topics_in_the_settings_are_told_by_name(
    daily: DailyPapers, run: Run, settings: Settings
) -> None:
    settings.INGEST_TOPICS = ["cs.CW"]
    enable("arxiv-api")

    run()

    assert row("arxiv-api").last_error.startswith("INGEST_TOPICS cannot be asked for: 'cs.CW'")


# --- going on ----------------------------------------------------------------------------------


def test_out_of_time_it_stops_after_a_page_and_the_next_tick_goes_on(
    daily: DailyPapers, run: Run
) -> None:
    daily.slowness = timedelta(minutes=1)

    told = [str(ended) for _ in range(3) for ended in run()]

    assert daily.asked == ["2026-11-18", "2026-11-19", "2026-11-20"]
    assert told == [
        "daily-papers read 1, created 1, updated 0; to be continued",
        "daily-papers read 2, created 2, updated 0; to be continued",
        "daily-papers read 3, created 3, updated 0",
    ]
    assert row().watermark == "2026-11-19"


def test_an_unfinished_reading_lets_those_go_first_that_waited_longer(
    daily: DailyPapers, run: Run, clock: Hands
) -> None:
    daily.slowness = timedelta(minutes=1)
    run()
    enable("daily-papers", "submissions")
    ScheduledIngest.objects.filter(source="submissions").update(next_at=NOW)

    run()

    assert row("submissions").last_success_at == NOW + timedelta(minutes=1)


def test_a_killed_reading_goes_on_from_its_page_once_the_lease_has_run_out(
    daily: DailyPapers, run: Run, clock: Hands
) -> None:
    def killed_on_the_third_page(day: str) -> Response:
        if len(daily.asked) == 3:
            clock.__class__ = Killing
        return shown([item(day)])

    class Killing(Hands):
        def __call__(self) -> datetime:
            raise KilledError

    daily.answer = killed_on_the_third_page
    with pytest.raises(KilledError):
        run()
    clock.__class__, daily.answer = Hands, None
    daily.asked.clear()

    clock.forward(seconds=LEASE.total_seconds() - 1)
    assert run() == ()
    clock.forward(seconds=1)
    [ended] = run()

    assert daily.asked == ["2026-11-20"]
    assert str(ended) == "daily-papers read 3, created 3, updated 0"


def test_the_watermark_stays_where_an_answer_was_not_whole(daily: DailyPapers, run: Run) -> None:
    ScheduledIngest.objects.update(watermark="2026-11-18")
    daily.answer = lambda day: failing(400)(day) if day == "2026-11-18" else shown([item(day)])

    run()

    assert row().watermark == "2026-11-18"
    assert row().last_success_at == NOW
    [problem] = row().last_report["problems"]
    assert "was passed over" in problem


def test_problems_are_told_but_not_without_end(daily: DailyPapers, run: Run) -> None:
    daily.answer = lambda day: shown([item(day), *[{"paper": {}}] * 30])

    run()

    assert len(row().last_report["problems"]) == 20
    assert row().last_report["problem_count"] == 90
    assert Paper.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_read_the_same_source(daily: DailyPapers, clock: Hands) -> None:
    start = Barrier(4)

    def work() -> None:
        start.wait()
        run_due(clock, clock() + timedelta(minutes=1), impatient_web)
        connections.close_all()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert daily.asked == ["2026-11-18", "2026-11-19", "2026-11-20"]


def test_a_worker_that_lost_its_lease_writes_nothing_down(
    daily: DailyPapers, run: Run, clock: Hands
) -> None:
    taken_at = clock() + timedelta(hours=1)

    def taken_over(day: str) -> Response:
        return shown([item(day)])

    daily.answer = taken_over
    order = row()
    assert order.lease(clock())
    ScheduledIngest.objects.update(leased_until=taken_at)

    assert not order.note(watermark="2099-01-01")

    assert (row().watermark, row().leased_until) == ("", taken_at)


def test_a_worker_is_wanted_while_something_is_due_and_nobody_is_at_it(
    daily: DailyPapers, run: Run, clock: Hands
) -> None:
    assert is_waiting(clock())

    row().lease(clock())
    assert not is_waiting(clock())

    clock.forward(seconds=LEASE.total_seconds())
    assert is_waiting(clock())

    run()
    assert not is_waiting(clock())


# --- failing -----------------------------------------------------------------------------------


def test_a_source_that_fails_is_told_and_the_others_go_on(
    daily: DailyPapers, run: Run, httpserver: HTTPServer, settings: Settings
) -> None:
    settings.SEMANTIC_SCHOLAR_URL = httpserver.url_for("/graph/v1")
    paper = PaperFactory.create(arxiv_id="2611.00001", first_seen_at=NOW)
    facts = {"externalIds": {"ArXiv": "2611.00001"}, "title": paper.title, "citationCount": 4}
    httpserver.expect_request("/graph/v1/paper/ARXIV:2611.00001").respond_with_json(facts)
    enable("daily-papers", "semantic-scholar")
    daily.answer = failing(500)

    told = [str(ended) for ended in run()]

    assert told[0].startswith("daily-papers failed: ")
    assert told[1].startswith("semantic-scholar read 1")
    assert Signal.objects.get(source="semantic-scholar").count == 4
    assert (row().failures, row().last_error_at) == (1, NOW)
    assert "out of order (status 500)" in row().last_error


def test_the_pause_grows_from_five_minutes_to_six_hours(
    daily: DailyPapers, run: Run, clock: Hands
) -> None:
    daily.answer = failing(503)
    pauses = []

    for _ in range(9):
        run()
        next_at = row().next_at
        assert next_at
        pauses.append((next_at - clock()) / timedelta(minutes=1))
        clock.now = next_at

    assert pauses == [5, 10, 20, 40, 80, 160, 320, 360, 360]


@pytest.mark.parametrize(("asked_for", "minutes"), [("3600", 60), ("99999999", 1440)])
def test_a_source_that_asks_to_be_left_alone_is(
    daily: DailyPapers, run: Run, asked_for: str, minutes: int
) -> None:
    daily.answer = failing(429, Retry_After=asked_for)

    run()

    assert row().next_at == NOW + timedelta(minutes=minutes)


def test_what_was_read_before_a_failure_is_kept_and_gone_on_from(
    daily: DailyPapers, run: Run, clock: Hands
) -> None:
    daily.answer = lambda day: failing(500)(day) if day == "2026-11-20" else shown([item(day)])
    run()
    assert Paper.objects.count() == 2
    daily.answer = None
    daily.asked.clear()

    clock.forward(minutes=5)
    [ended] = run()

    assert daily.asked == ["2026-11-20"]
    assert str(ended) == "daily-papers read 3, created 3, updated 0"
    assert (row().failures, row().last_error, row().last_error_at) == (0, "", None)


def test_a_fault_of_ours_stops_one_source_and_its_bad_cursor_is_given_up(
    daily: DailyPapers, run: Run, clock: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    ScheduledIngest.objects.update(cursor="nonsense", last_report={"read": 7})

    for _ in range(3):
        run()
        clock.forward(hours=6)

    assert "ingest_failed" in caplog.text
    assert row().last_error.startswith("ValueError: ")
    assert "the log has its traceback" in row().last_error
    [ended] = run()
    assert ended.finished


# --- the rhythm of each ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "now", "watermark", "due"),
    [
        # Friday's was read: Monday, a quarter past midnight in the US East
        ("arxiv-feed", "2026-11-20T14:00", "2026-11-20", "2026-11-23T05:15"),
        # Friday's is not out yet
        ("arxiv-feed", "2026-11-20T05:20", "2026-11-19", "2026-11-20T05:40"),
        # on a weekend nothing is awaited, whatever was read before
        ("arxiv-feed", "2026-11-21T14:00", "", "2026-11-23T05:15"),
        # nor on Thanksgiving, a Thursday
        ("arxiv-feed", "2026-11-26T14:00", "2026-11-25", "2026-11-27T05:15"),
        # in summer the US East is four hours behind
        ("arxiv-feed", "2026-07-15T14:00", "2026-07-15", "2026-07-16T04:15"),
        # brought up to date on the evenings from Sunday to Thursday
        ("arxiv-oai", "2026-11-19T12:00", "", "2026-11-20T03:45"),
        ("arxiv-oai", "2026-11-20T12:00", "", "2026-11-23T03:45"),
        ("daily-papers", "2026-11-20T09:00", "", "2026-11-20T10:00"),
        ("semantic-scholar", "2026-11-20T09:00", "", "2026-11-21T09:00"),
        ("rank", "2026-11-20T09:00", "", "2026-11-21T06:30"),
        ("relevance", "2026-11-20T09:00", "", "2026-11-21T07:00"),
    ],
)
def test_each_is_due_when_it_is_worth_asking(
    source: str, now: str, watermark: str, due: str
) -> None:
    moment, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, due))

    assert ORDERS[source].rhythm(moment, watermark) == expected


FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
      xmlns:dc="http://purl.org/dc/elements/1.1/">
  <id>http://rss.arxiv.org/atom/cs.AI</id><title>cs.AI updates</title>
  <updated>{updated}</updated>{entries}
</feed>"""
ENTRY = """<entry>
  <id>oai:arXiv.org:2611.00001v1</id><title>A Paper of Today</title>
  <link href="https://arxiv.org/abs/2611.00001" rel="alternate" type="text/html"/>
  <summary>arXiv:2611.00001v1 Announce Type: new
Abstract: It is new.</summary>
  <category term="cs.AI"/><published>2026-11-20T00:00:00-05:00</published>
  <arxiv:announce_type>new</arxiv:announce_type><dc:creator>Ada Example</dc:creator>
</entry>"""


def test_an_announcement_is_awaited_read_once_and_then_left_alone_for_the_weekend(
    daily: DailyPapers, run: Run, clock: Hands, httpserver: HTTPServer, settings: Settings
) -> None:
    settings.ARXIV_FEED_URL, settings.INGEST_TOPICS = httpserver.url_for("/atom"), ["cs.AI"]
    enable("arxiv-feed")
    clock.now = datetime(2026, 11, 20, 5, 5, tzinfo=UTC)  # shortly after midnight in the US East
    updated, served = "2026-11-19T00:00:00-05:00", ""

    def serve(_: Request) -> Response:
        return Response(FEED.format(updated=updated, entries=served))

    httpserver.expect_request("/atom/cs.AI").respond_with_handler(serve)

    run()
    order = row("arxiv-feed")
    assert order.last_report["notes"] == ["today's announcement is not out yet"]
    assert (order.last_error, order.next_at) == ("", clock() + timedelta(minutes=20))

    served = ENTRY
    clock.forward(minutes=20)
    run()
    order = row("arxiv-feed")
    assert Paper.objects.get().title == "A Paper of Today"
    assert order.watermark == "2026-11-20"
    assert order.next_at == datetime(2026, 11, 23, 5, 15, tzinfo=UTC)

    clock.forward(days=1)
    assert run() == ()


# --- citations and scores ----------------------------------------------------------------------


def test_citations_are_asked_for_young_papers_that_were_not_observed_for_a_week(
    daily: DailyPapers, run: Run, httpserver: HTTPServer, settings: Settings
) -> None:
    settings.SEMANTIC_SCHOLAR_URL = httpserver.url_for("/graph/v1")
    enable("semantic-scholar")
    new, known = PaperFactory.create_batch(2, first_seen_at=NOW)
    PaperFactory.create(first_seen_at=NOW - timedelta(days=91))
    PaperFactory.create(first_seen_at=NOW, status="hidden")
    yesterday = NOW - timedelta(days=1)
    observe([Observation(known.pk, "semantic-scholar", "citations", 1, yesterday)], now=NOW)
    path = f"/graph/v1/paper/ARXIV:{new.arxiv_id}"
    facts = {"externalIds": {"ArXiv": new.arxiv_id}, "title": new.title, "citationCount": 2}
    httpserver.expect_request(path).respond_with_json(facts)

    run()
    ScheduledIngest.objects.update(next_at=None)
    run()  # by now all are observed

    assert [request.path for request, _ in httpserver.log] == [path]
    assert row("semantic-scholar").failures == 0


def test_a_paper_that_is_not_known_there_yet_does_not_keep_the_reading_from_ending(
    daily: DailyPapers, run: Run, httpserver: HTTPServer, settings: Settings
) -> None:
    settings.SEMANTIC_SCHOLAR_URL = httpserver.url_for("/graph/v1")
    enable("semantic-scholar")
    PaperFactory.create_batch(101, first_seen_at=NOW)
    httpserver.expect_request("/graph/v1/paper/batch").respond_with_json([None] * 100)
    httpserver.expect_request(re.compile("/graph/v1/paper/ARXIV:.*")).respond_with_data(status=404)

    [ended] = run()

    assert ended.finished
    assert len(httpserver.log) == 2
    assert "not known to Semantic Scholar" in row("semantic-scholar").last_report["notes"][0]


def test_scores_are_brought_up_to_date_each_night(daily: DailyPapers, run: Run) -> None:
    PaperFactory.create(first_seen_at=NOW)
    enable("rank")

    [ended] = run()

    assert str(ended) == "rank (scores changed: 1 papers, 2 authors)"
    assert run() == ()

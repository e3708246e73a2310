"""Promises of `papers.sources.arxiv.api` for answers that are broken, cut or hostile."""

import time

import pytest
from django.conf import LazySettings

from papers.models import ScheduledIngest
from papers.schedule.run import run_due
from papers.sources import SourceError
from papers.sources.arxiv.api import fetch
from tests.papers.arxiv_search_answers import ERROR, entry, feed, ids
from tests.papers.arxiv_stub import ArxivStub, arxiv, ask, messages
from tests.papers.daily_stub import Hands, impatient_web

__all__ = ["arxiv"]


def test_a_refused_question_is_a_problem_that_names_it(arxiv: ArxivStub) -> None:
    arxiv.will_say(ERROR.replace("{id}", "x"), status=400)

    (fetched,) = ask(fetch, topics=("cs.CV",))

    assert "cat:cs.CV" in messages(fetched)
    assert fetched.watermark == ""


@pytest.mark.django_db
@pytest.mark.parametrize("pages_before", [0, 1])
def test_a_question_refused_to_the_schedule_is_told_and_moves_no_watermark(
    arxiv: ArxivStub, settings: LazySettings, pages_before: int
) -> None:
    settings.INGEST_SCHEDULED, settings.INGEST_TOPICS = True, ["cs.CV"]
    ScheduledIngest.objects.update(enabled=False)
    rows = ScheduledIngest.objects.filter(source="arxiv-api")
    rows.update(enabled=True, watermark="2026-11-10")
    arxiv.will_say(*[feed(entry("2604.00001v1"), total=2)] * pages_before)
    arxiv.will_say(ERROR.replace("{id}", "x"), status=400)
    clock = Hands()

    run_due(clock, clock.now.replace(hour=23), impatient_web)

    row = rows.get()
    (problem,) = row.last_report["problems"]
    assert ":1: arXiv refuses the question (cat:cs.CV)" in problem
    assert (row.watermark, row.cursor) == ("2026-11-10", "")


def test_a_broken_entry_is_left_out_and_told(arxiv: ArxivStub) -> None:
    broken = "<entry><id>http://arxiv.org/abs/2604.00002v1</id><title>A & B <x</title></entry>"
    arxiv.will_say(feed(entry("2604.00001v1"), broken, entry("2604.00003v1")))

    (fetched,) = ask(fetch)

    assert ids(fetched) == ["2604.00001v1", "2604.00003v1"]
    assert [problem.line for problem in fetched.problems] == [2]
    assert "2604.00002v1" in messages(fetched)
    assert fetched.watermark == ""


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ("http://arxiv.org/abs/2604.00002v1<", "http://example.org/<"),
        ("<title>Drift of 2604.00002v1</title>", "<title> </title>"),
    ],
)
def test_an_entry_without_id_or_title_is_told_with_its_place(
    arxiv: ArxivStub, sound: str, broken: str
) -> None:
    bad = entry("2604.00002v1").replace(sound, broken)
    arxiv.will_say(feed(entry("2604.00001v1"), bad))

    (fetched,) = ask(fetch)

    assert ids(fetched) == ["2604.00001v1"]
    assert [problem.line for problem in fetched.problems] == [2]
    assert fetched.watermark  # nothing more will come of asking again


def test_an_answer_that_breaks_off_is_asked_for_again(arxiv: ArxivStub) -> None:
    whole = feed(entry("2604.00001v1"), entry("2604.00002v1"))
    arxiv.will_say(whole[: whole.rindex("<author>")], whole)

    (fetched,) = ask(fetch)

    assert ids(fetched) == ["2604.00001v1", "2604.00002v1"]
    assert fetched.problems == ()


def test_one_that_always_breaks_off_keeps_what_came_and_goes_on(arxiv: ArxivStub) -> None:
    whole = feed(entry("2604.00001v1"), entry("2604.00002v1"))
    arxiv.will_say(*[whole[: whole.rindex("<author>")]] * 3)
    arxiv.will_say(feed(entry("2604.00002v1"), total=2))

    first, second = ask(fetch)

    assert ids(first) == ["2604.00001v1"]
    assert "breaks off" in messages(first)
    assert ids(second) == ["2604.00002v1"]
    assert arxiv.queries[-1]["start"] == "1"
    assert second.watermark == ""


def test_a_document_type_is_refused(arxiv: ArxivStub) -> None:
    bomb = '<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    arxiv.will_say(feed(entry("2604.00001v1")).replace("\n", f"\n{bomb}", 1))

    with pytest.raises(SourceError, match="declares a document type"):
        ask(fetch)


@pytest.mark.parametrize("body", [b"", b"Sorry, back soon", b"\xff\xfe\x00", b"<html><p>Hi</html>"])
def test_what_is_no_xml_fails_the_source(arxiv: ArxivStub, body: bytes) -> None:
    arxiv.will_say(body)

    with pytest.raises(SourceError, match="not the XML that was expected"):
        ask(fetch)


def test_a_wrong_encoding_loses_a_letter_and_no_paper(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed(entry("2604.00001v1")).replace("Byron", "Bÿr\x02on").encode("latin-1"))

    (fetched,) = ask(fetch)

    assert fetched.papers[0].authors[0].name.startswith("Ada B")
    assert fetched.problems == ()


@pytest.mark.parametrize(("body", "status"), [("Rate exceeded.", 200), ("later", 503)])
def test_a_throttle_that_stays_fails_the_source(arxiv: ArxivStub, body: str, status: int) -> None:
    arxiv.will_say(body, status=status)

    with pytest.raises(SourceError):
        ask(fetch)

    assert len(arxiv.queries) == 2  # our patience here


def test_an_address_that_is_not_there_names_its_setting(arxiv: ArxivStub) -> None:
    arxiv.will_say("no such page", status=404)

    with pytest.raises(SourceError, match="ARXIV_API_URL"):
        ask(fetch)


@pytest.mark.parametrize("body", ["<html><body>Login</body></html>", "<html><feed/></html>"])
def test_sound_xml_of_another_kind_fails_the_source(arxiv: ArxivStub, body: str) -> None:
    arxiv.will_say(body)

    with pytest.raises(SourceError, match="is no <feed> but <html>"):
        ask(fetch)


@pytest.mark.parametrize(
    "more",
    [
        f"<{'a' * 60_000}<entry>x</entry>",
        f"<!--{'x' * 1_000_000}-->{'<entry>x</entry>' * 2000}&",
        f"{'<entry>x</entry>' * 20_000}&",
    ],
)
def test_an_answer_too_broken_to_be_mended_fails_the_source_at_once(
    arxiv: ArxivStub, more: str
) -> None:
    arxiv.will_say(feed().replace("</feed>", more))
    before = time.process_time()

    with pytest.raises(SourceError, match="broken XML"):
        ask(fetch)

    assert time.process_time() - before < 3


def test_entries_within_entries_are_none(arxiv: ArxivStub) -> None:
    inner = entry("2604.00002v1")
    arxiv.will_say(feed(entry("2604.00001v1", inner * 3)))

    (fetched,) = ask(fetch)

    assert ids(fetched) == ["2604.00001v1"]


def test_a_promise_beyond_all_numbers_is_not_kept_and_no_error(arxiv: ArxivStub) -> None:
    promise = feed(entry("2604.00001v1")).replace(">1<", f">{'9' * 5000}<")
    arxiv.will_say(promise)

    first, second = ask(fetch)

    assert ids(first) == ["2604.00001v1"]
    assert (second.papers, second.watermark) == ((), "")


def test_a_source_that_sends_the_same_page_again_is_left(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed(entry("2604.00001v1"), entry("2604.00002v1"), total=20_000))

    first, second = ask(fetch)

    assert len(arxiv.queries) == 2
    assert ids(first, second) == ["2604.00001v1", "2604.00002v1"]
    assert [problem.line for problem in second.problems] == [1]
    assert "no paper that the page before" in messages(second)
    assert (second.cursor, second.watermark) == ("", "")


def test_a_page_that_a_late_paper_shifted_is_read_on(arxiv: ArxivStub) -> None:
    arxiv.will_say(feed(entry("2604.00001v1"), entry("2604.00002v1"), total=4))
    arxiv.will_say(feed(entry("2604.00002v1"), entry("2604.00003v1"), total=4))

    answers = ask(fetch)

    assert ids(answers[-1]) == ["2604.00002v1", "2604.00003v1"]
    assert answers[-1].watermark


@pytest.mark.parametrize(
    "day", ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "9999-12-31T23:59:59-23:59", "soon"]
)
def test_a_day_beyond_the_calendar_loses_no_paper(arxiv: ArxivStub, day: str) -> None:
    far = entry("2604.00002v1").replace("2026-04-14T10:00:00Z", day)
    arxiv.will_say(feed(entry("2604.00001v1"), far))

    (fetched,) = ask(fetch)

    assert ids(fetched) == ["2604.00001v1", "2604.00002v1"]
    assert fetched.problems == ()


def test_a_last_paper_beyond_the_calendar_begins_no_new_window(
    arxiv: ArxivStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.sources.arxiv.api.FURTHEST", 1)
    far = entry("2604.00001v1").replace("2026-04-13T10:00:00Z", "9999-12-31T23:59:59-23:59")
    arxiv.will_say(feed(far, total=2))

    with pytest.raises(SourceError, match="Ask for fewer topics or days"):
        ask(fetch)

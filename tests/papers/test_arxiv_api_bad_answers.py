"""Promises of `papers.sources.arxiv.api` for answers that are broken, cut or hostile."""

import pytest

from papers.sources import SourceError
from papers.sources.arxiv.api import fetch
from tests.papers.arxiv_search_answers import ERROR, entry, feed, ids
from tests.papers.arxiv_stub import ArxivStub, arxiv, ask, messages

__all__ = ["arxiv"]


def test_a_refused_question_is_a_problem_that_names_it(arxiv: ArxivStub) -> None:
    arxiv.will_say(ERROR.replace("{id}", "x"), status=400)

    (fetched,) = ask(fetch, topics=("cs.CV",))

    assert "cat:cs.CV" in messages(fetched)
    assert fetched.watermark == ""


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

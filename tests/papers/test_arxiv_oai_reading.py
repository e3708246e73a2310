"""Promises of `papers.sources.arxiv.oai` for windows, topics, ids and bad answers."""

from datetime import date

import pytest

from papers.sources import Fetched, SourceError
from papers.sources.arxiv.oai import fetch
from tests.papers.arxiv_harvest_answers import ARXIV, error, ids, listing, record
from tests.papers.arxiv_stub import ArxivStub, arxiv, ask, messages

__all__ = ["arxiv"]


# Windows, sets and pages


@pytest.mark.parametrize(
    ("topic", "set_"),
    [
        ("cs.CV", "cs:cs:CV"),
        ("cs", "cs:cs"),
        ("astro-ph.EP", "physics:astro-ph:EP"),
        ("hep-th", "physics:hep-th"),
        ("physics.optics", "physics:physics:optics"),
        ("q-bio.MN", "q-bio:q-bio:MN"),
    ],
)
def test_a_topic_is_asked_for_as_a_set(arxiv: ArxivStub, topic: str, set_: str) -> None:
    arxiv.will_say(listing(record("2604.00001")))

    ask(fetch, topics=(topic,), since=date(2026, 3, 1), until=date(2026, 3, 31))

    assert arxiv.queries == [
        {
            "verb": "ListRecords",
            "metadataPrefix": "arXiv",
            "set": set_,
            "from": "2026-03-01",
            "until": "2026-03-31",
        }
    ]


def test_without_days_and_topics_the_last_week_of_all(arxiv: ArxivStub) -> None:
    arxiv.will_say(listing())

    (fetched,) = ask(fetch)

    assert arxiv.queries == [
        {"verb": "ListRecords", "metadataPrefix": "arXiv", "from": "2026-04-08"}
    ]
    assert fetched.watermark == "2026-04-15"


def test_pages_and_topics_follow_each_other_and_a_reading_goes_on(arxiv: ArxivStub) -> None:
    arxiv.will_say(listing(record("2604.00001"), token="t|1", day="2026-04-14"))
    arxiv.will_say(listing(record("2604.00002"), token=""))
    arxiv.will_say(listing(record("2604.00003")))

    answers = ask(fetch, topics=("cs.CV", "cs.LG"))

    assert ids(*answers) == ["2604.00001", "2604.00002", "2604.00003"]
    assert arxiv.queries[1] == {"verb": "ListRecords", "resumptionToken": "t|1"}
    assert arxiv.queries[2]["set"] == "cs:cs:LG"
    # what changed since the reading began is asked for again
    assert [answer.watermark for answer in answers] == ["", "", "2026-04-14"]

    arxiv.queries[:] = arxiv.queries[:1]  # the second answer once more
    assert ask(fetch, topics=("cs.CV", "cs.LG"), cursor=answers[0].cursor) == answers[1:]


def test_the_watermark_is_no_later_than_the_window(arxiv: ArxivStub) -> None:
    arxiv.will_say(listing(record("2604.00001")))

    (fetched,) = ask(fetch, since=date(2026, 3, 1), until=date(2026, 3, 31))

    assert fetched.watermark == "2026-03-31"


def test_the_watermark_is_no_later_than_today_whatever_arxivs_clock_says(arxiv: ArxivStub) -> None:
    arxiv.will_say(listing(record("2604.00001"), day="2099-01-01"))

    (fetched,) = ask(fetch)

    assert fetched.watermark == "2026-04-15"


def test_an_expired_token_begins_the_topic_anew(arxiv: ArxivStub) -> None:
    arxiv.will_say(listing(record("2604.00001"), token="old"))
    arxiv.will_say(error("badResumptionToken", "The token has expired"))
    arxiv.will_say(listing(record("2604.00001")))

    _, again = ask(fetch, topics=("cs.CV",), since=date(2026, 4, 1))

    assert ids(again) == ["2604.00001"]
    assert "begun anew" in again.note
    assert arxiv.queries[2]["from"] == "2026-04-01"
    assert again.watermark == "2026-04-15"


def test_a_token_that_leads_nowhere_fails_instead_of_turning_in_circles(arxiv: ArxivStub) -> None:
    arxiv.will_say(listing(record("2604.00001"), token="t"))

    with pytest.raises(SourceError, match="does not get on"):
        ask(fetch)


def test_nothing_changed_is_no_error(arxiv: ArxivStub) -> None:
    arxiv.will_say(error("noRecordsMatch"))

    (fetched,) = ask(fetch)

    assert fetched == Fetched(watermark="2026-04-15")


def test_no_more_papers_than_wanted(arxiv: ArxivStub) -> None:
    arxiv.will_say(listing(record("2604.00001"), record("2604.00002"), token="t"))

    (fetched,) = ask(fetch, limit=1)

    assert ids(fetched) == ["2604.00001"]
    assert fetched.watermark == ""


# By ids


def test_each_id_is_one_question(arxiv: ArxivStub) -> None:
    arxiv.will_say(listing(record("2604.00001")), error("idDoesNotExist"))

    first, second, third = ask(fetch, ids=("2604.00001v2", "2604.00002", "abc"))

    assert [query["identifier"] for query in arxiv.queries] == [
        "oai:arXiv.org:2604.00001",
        "oai:arXiv.org:2604.00002",
    ]
    assert ids(first) == ["2604.00001"]
    assert messages(second) == "arXiv has no paper 2604.00002. Check the id."
    assert "“abc” is no arXiv id" in messages(third)
    assert ask(fetch, ids=("2604.00001v2", "2604.00002", "abc"), cursor=second.cursor) == [third]


# Bad answers


def test_other_errors_fail_with_arxivs_words(arxiv: ArxivStub) -> None:
    arxiv.will_say(error("badArgument", "set cs.LG is unknown"))

    with pytest.raises(SourceError, match=r"badArgument: set cs\.LG is unknown"):
        ask(fetch)


def test_sound_xml_of_another_kind_fails_the_source(arxiv: ArxivStub) -> None:
    arxiv.will_say("<html><body>Login</body></html>")

    with pytest.raises(SourceError, match="is no <OAI-PMH> but <html>"):
        ask(fetch)


def test_a_broken_record_is_left_out_and_the_reading_goes_on(arxiv: ArxivStub) -> None:
    broken = record("2604.00002").replace("Boats", "Boats & <x")
    arxiv.will_say(listing(record("2604.00001"), broken, record("2604.00003"), token="t"))
    arxiv.will_say(listing(record("2604.00004")))

    first, second = ask(fetch)

    assert ids(first, second) == ["2604.00001", "2604.00003", "2604.00004"]
    assert [problem.line for problem in first.problems] == [2]
    assert second.watermark == ""


def test_an_answer_that_always_breaks_off_is_not_complete(arxiv: ArxivStub) -> None:
    body = listing(record("2604.00001"), record("2604.00002"), token="t")
    arxiv.will_say(body[: body.rindex("<abstract>")])

    (fetched,) = ask(fetch)

    assert len(arxiv.queries) == 3
    assert ids(fetched) == ["2604.00001"]
    assert "breaks off" in messages(fetched)
    assert fetched.watermark == ""


def test_a_record_that_says_nothing_is_told_with_its_place(arxiv: ArxivStub) -> None:
    untitled = ARXIV.replace("<title>Drift of\n  {id}</title>", "")
    strange = record("x/y").replace("oai:arXiv.org", "oai:other.org")
    arxiv.will_say(listing(record("2604.00001", untitled), record("2604.00002", ""), strange))

    (fetched,) = ask(fetch)

    assert fetched.papers == ()
    assert [problem.line for problem in fetched.problems] == [1, 2, 3]


def test_a_document_type_is_refused(arxiv: ArxivStub) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    arxiv.will_say(listing(record("2604.00001")).replace("\n", f"\n{bomb}", 1))

    with pytest.raises(SourceError, match="declares a document type"):
        ask(fetch)


def test_an_address_that_is_not_there_names_its_setting(arxiv: ArxivStub) -> None:
    arxiv.will_say("no such page", status=404)

    with pytest.raises(SourceError, match="ARXIV_OAI_URL"):
        ask(fetch)

"""Promises of `papers.sources.arxiv.feed`."""

from datetime import UTC, date, datetime

import pytest

from papers.sources import Fetched, FetchedAuthor, SourceError
from papers.sources.arxiv.feed import fetch
from tests.papers.arxiv_stub import FIXTURES, NOW, ArxivStub, arxiv, ask, messages, recorded

__all__ = ["arxiv"]

SATURDAY = datetime(2026, 4, 18, 12, tzinfo=UTC)
ANNOUNCED = datetime(2026, 4, 15, 4, tzinfo=UTC)  # midnight of the US East

ATOM = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://www.w3.org/2005/Atom">'
    "<title>cs.AI updates on arXiv.org</title><updated>2026-04-15T04:00:19+00:00</updated>{}</feed>"
)
ENTRY = (
    "<entry><id>oai:arXiv.org:{id}</id><title>Drift of {id}</title>"
    '<link href="https://arxiv.org/abs/{id}" rel="alternate" type="text/html"/>'
    "<summary>arXiv:{id} Announce Type: {kind} \nAbstract: Boats with $a&lt;b$\n drift.</summary>"
    '<category term="cs.CL"/><category term="cs.AI"/><published>{day}T00:00:00-04:00</published>'
    "<arxiv:announce_type>{kind}</arxiv:announce_type><dc:creator>{creator}</dc:creator></entry>"
)
RSS = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<rss xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>'
    "<title>cs.AI updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.AI</link>"
    "<pubDate>Wed, 15 Apr 2026 00:00:00 -0400</pubDate>"
    "<skipDays><day>Sunday</day><day>Saturday</day></skipDays>{}</channel></rss>"
)
ITEM = (
    "<item><title>Drift of {id}</title><link>https://arxiv.org/abs/{id}</link>"
    "<description>arXiv:{id} Announce Type: {kind} \nAbstract: Boats with $a&lt;b$\n drift."
    '</description><guid isPermaLink="false">oai:arXiv.org:{id}</guid>'
    "<category>cs.CL</category><category>cs.AI</category>"
    "<pubDate>Wed, 15 Apr 2026 00:00:00 -0400</pubDate>"
    "<arxiv:announce_type>{kind}</arxiv:announce_type><dc:creator>{creator}</dc:creator></item>"
)


def entry(
    arxiv_id: str = "2604.00001v1",
    kind: str = "new",
    creator: str = "Ada Byron, Lin Wu",
    *,
    form: str = ENTRY,
    day: str = "2026-04-15",
) -> str:
    return form.format(id=arxiv_id, kind=kind, creator=creator, day=day)


def the_answer(arxiv: ArxivStub, body: str, **wanted: object) -> Fetched:
    arxiv.will_say(body)
    (fetched,) = ask(fetch, **{"topics": ("cs.AI",), **wanted})
    return fetched


# Recorded answer


@recorded
def test_the_recorded_feed_gives_what_was_new_that_day(arxiv: ArxivStub) -> None:
    file = FIXTURES / "arxiv_rss/arxiv_rss_example.xml"

    fetched = the_answer(arxiv, file.read_text(encoding="utf-8"))

    papers = fetched.papers
    assert fetched.problems == ()
    assert [paper.arxiv_id[-7:] for paper in papers] == [
        "13426v1",
        "13428v1",
        "13429v1",
        "13434v1",
        "13435v1",
        "14001v1",
        "14002v1",
    ]
    announced = datetime(2025, 8, 20, 4, tzinfo=UTC)
    assert [paper.announced_at for paper in papers] == [None] * 5 + [announced] * 2
    assert papers[0].title.startswith("ALIGN: Word Association Learning")
    assert papers[0].abstract.startswith("As large language models (LLMs) increasingly mediate")
    assert papers[0].authors[1] == FetchedAuthor("Kabir Manandhar Shrestha")
    assert papers[1].primary_topic == "cs.CV"
    assert papers[1].topics == ("cs.CV", "cs.AI", "cs.MM")
    assert papers[2].authors == (FetchedAuthor("Paulo André Lima de Castro"),)
    assert len(papers[3].authors) == 7
    assert {paper.published_on for paper in papers} == {None}
    assert fetched.watermark == "2025-08-20"


# What an entry says, in both formats


@pytest.mark.parametrize(("feed", "form"), [(ATOM, ENTRY), (RSS, ITEM)])
def test_both_formats_say_the_same(arxiv: ArxivStub, feed: str, form: str) -> None:
    fetched = the_answer(arxiv, feed.format(entry(form=form)))

    (paper,) = fetched.papers
    assert arxiv.paths == ["/arxiv/cs.AI"]
    assert fetched.problems == ()
    assert paper.title == "Drift of 2604.00001v1"
    assert paper.abstract == "Boats with $a<b$ drift."
    assert paper.authors == (FetchedAuthor("Ada Byron"), FetchedAuthor("Lin Wu"))
    assert (paper.primary_topic, paper.topics) == ("cs.CL", ("cs.CL", "cs.AI"))
    assert (paper.arxiv_id, paper.version) == ("2604.00001v1", 1)
    assert paper.announced_at == ANNOUNCED
    assert (fetched.watermark, fetched.note) == ("2026-04-15", "")


@pytest.mark.parametrize("kind", ["cross", "replace", "replace-cross"])
def test_only_what_is_new_is_announced(arxiv: ArxivStub, kind: str) -> None:
    fetched = the_answer(arxiv, ATOM.format(entry("2604.00001v3", kind)))

    (paper,) = fetched.papers
    assert paper.announced_at is None
    assert paper.version == 3


def test_one_line_of_creators_becomes_people(arxiv: ArxivStub) -> None:
    fetched = the_answer(arxiv, ATOM.format(entry(creator="A. Gould (Ohio), John Smith, Jr.")))

    assert fetched.papers[0].authors == (
        FetchedAuthor("A. Gould", "Ohio"),
        FetchedAuthor("John Smith Jr."),
    )


# Days without an announcement


@pytest.mark.parametrize("feed", [ATOM, RSS])
def test_an_empty_feed_on_a_weekend_is_no_error(arxiv: ArxivStub, feed: str) -> None:
    assert the_answer(arxiv, feed.format(""), now=SATURDAY) == Fetched(note="no announcement today")


def test_an_empty_feed_on_a_holiday_is_no_error(arxiv: ArxivStub) -> None:
    thanksgiving = datetime(2026, 11, 26, 12, tzinfo=UTC)

    assert the_answer(arxiv, ATOM.format(""), now=thanksgiving).note == "no announcement today"


@pytest.mark.parametrize("entries", ["", entry(day="2026-04-14")])
def test_an_announcement_that_is_awaited_is_told(arxiv: ArxivStub, entries: str) -> None:
    fetched = the_answer(arxiv, ATOM.format(entries))

    assert fetched.note == "today's announcement is not out yet"
    assert fetched.watermark == ("2026-04-14" if entries else "")


def test_the_day_is_that_of_the_us_east(arxiv: ArxivStub) -> None:
    friday_evening_there = datetime(2026, 4, 18, 1, tzinfo=UTC)

    fetched = the_answer(arxiv, ATOM.format(""), now=friday_evening_there)

    assert fetched.note == "today's announcement is not out yet"


# Many topics


def test_topics_are_asked_for_together(arxiv: ArxivStub) -> None:
    the_answer(arxiv, ATOM.format(entry()), topics=("cs.AI", "stat"))

    assert arxiv.paths == ["/arxiv/cs.AI+stat"]


def test_no_topics_means_every_archive_and_a_reading_goes_on(arxiv: ArxivStub) -> None:
    arxiv.will_say(ATOM.format(entry()), ATOM.format(""))

    answers = ask(fetch)

    assert arxiv.paths[:2] == ["/arxiv/cs", "/arxiv/stat"]
    assert len(arxiv.paths) == len(set(arxiv.paths)) == 20
    assert answers[-1].watermark == "2026-04-15"
    assert all(answer.cursor and not answer.watermark for answer in answers[:-1])
    assert ask(fetch, cursor=answers[-2].cursor) == answers[-1:]


def test_a_full_feed_says_how_to_narrow_it(
    arxiv: ArxivStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.sources.arxiv.feed.MOST_ENTRIES", 2)

    fetched = the_answer(arxiv, ATOM.format(entry() + entry("2604.00002v1")))

    assert len(fetched.papers) == 2
    assert "Narrow the topics" in messages(fetched)


def test_no_more_papers_than_wanted(arxiv: ArxivStub) -> None:
    fetched = the_answer(arxiv, ATOM.format(entry() + entry("2604.00002v1")), limit=1)

    assert len(fetched.papers) == 1


# Bad answers


@pytest.mark.parametrize(("feed", "form"), [(ATOM, ENTRY), (RSS, ITEM)])
def test_a_broken_entry_is_left_out_and_told(arxiv: ArxivStub, feed: str, form: str) -> None:
    broken = entry("2604.00002v1", form=form).replace("Drift of", "A & B <")
    sound = [entry(f"2604.0000{number}v1", form=form) for number in (1, 3)]

    fetched = the_answer(arxiv, feed.format(sound[0] + broken + sound[1]))

    assert [paper.arxiv_id for paper in fetched.papers] == ["2604.00001v1", "2604.00003v1"]
    assert [problem.line for problem in fetched.problems] == [2]
    assert fetched.watermark == ""


@pytest.mark.parametrize(("feed", "form"), [(ATOM, ENTRY), (RSS, ITEM)])
def test_a_feed_that_breaks_off_keeps_what_came(arxiv: ArxivStub, feed: str, form: str) -> None:
    body = feed.format(entry(form=form) + entry("2604.00002v1", form=form))

    fetched = the_answer(arxiv, body[: body.rindex("Announce")])

    assert [paper.arxiv_id for paper in fetched.papers] == ["2604.00001v1"]
    assert "breaks off" in messages(fetched)
    assert fetched.watermark == ""


def test_an_entry_without_title_or_id_is_told(arxiv: ArxivStub) -> None:
    untitled = entry("2604.00002v1").replace("Drift of 2604.00002v1", "")
    unnamed = entry("2604.00003v1").replace("2604.00003v1", "x")

    fetched = the_answer(arxiv, ATOM.format(entry() + untitled + unnamed))

    assert len(fetched.papers) == 1
    assert [problem.line for problem in fetched.problems] == [2, 3]


def test_a_document_type_is_refused(arxiv: ArxivStub) -> None:
    bomb = '<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'

    with pytest.raises(SourceError, match="declares a document type"):
        the_answer(arxiv, ATOM.format(entry()).replace("\n", f"\n{bomb}", 1))


@pytest.mark.parametrize(
    "body", ["<html><p>Hello</p></html>", '<html xmlns="http://purl.org/rss/1.0/"/>']
)
def test_what_is_no_feed_fails_the_source(arxiv: ArxivStub, body: str) -> None:
    with pytest.raises(SourceError, match="is no <feed> but <html>"):
        the_answer(arxiv, body)


@pytest.mark.parametrize(
    "day",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
        "0001-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59-23:59",
        "2099-01-01T00:00:00-05:00",
        "2026-04-16T00:00:00-04:00",  # tomorrow
    ],
)
def test_a_day_that_cannot_be_is_not_told_and_loses_no_paper(arxiv: ArxivStub, day: str) -> None:
    strange = entry("2604.00002v1").replace("2026-04-15T00:00:00-04:00", day)

    fetched = the_answer(arxiv, ATOM.format(entry() + strange))

    assert [paper.announced_at for paper in fetched.papers] == [ANNOUNCED, None]
    assert fetched.problems == ()
    assert fetched.watermark == "2026-04-15"


def test_an_unknown_topic_fails_with_arxivs_words(arxiv: ArxivStub) -> None:
    arxiv.will_say("Invalid archive 'cx'", status=400)

    with pytest.raises(SourceError, match="Invalid archive 'cx'"):
        ask(fetch, topics=("cx",))


def test_a_wrong_encoding_loses_a_letter_and_no_paper(arxiv: ArxivStub) -> None:
    arxiv.will_say(ATOM.format(entry(creator="Ada Bÿron")).encode("latin-1"))

    (fetched,) = ask(fetch, topics=("cs.AI",))

    assert len(fetched.papers[0].authors) == 1
    assert fetched.problems == ()
    assert date.fromisoformat(fetched.watermark) == NOW.date()

"""Promises of `papers.sources.arxiv.api` for what an entry says."""

from datetime import date

import pytest

from papers.sources import FetchedAuthor, FetchedPaper
from papers.sources.arxiv.api import fetch
from tests.papers.arxiv_search_answers import entry, feed, ids
from tests.papers.arxiv_stub import ArxivStub, arxiv, ask, messages, recorded, recorded_search

__all__ = ["arxiv"]


def the_paper(arxiv: ArxivStub, more: str) -> FetchedPaper:
    arxiv.will_say(feed(entry("2604.00001v2", more)))
    (fetched,) = ask(fetch)
    (paper,) = fetched.papers
    return paper


# Recorded answers


@recorded
def test_a_recorded_paper_gives_all_that_it_says(arxiv: ArxivStub) -> None:
    arxiv.will_say(recorded_search("id_astro-ph_0601001"))

    (fetched,) = ask(fetch, ids=("astro-ph/0601001",))

    (paper,) = fetched.papers
    assert fetched.problems == ()
    assert paper.title.startswith("Frequency of Hot Jupiters")
    assert paper.abstract.startswith("We derive the frequencies")
    assert paper.arxiv_id == "astro-ph/0601001v1"
    assert (paper.version, paper.published_on) == (1, date(2006, 1, 2))
    assert (paper.primary_topic, paper.topics) == ("astro-ph", ("astro-ph",))
    assert paper.journal_ref == "ActaAstron.56:1-50,2006"
    assert paper.comment.startswith("62 pages including 16 figures")
    assert paper.authors == (
        FetchedAuthor("Andrew Gould", "Ohio State"),
        FetchedAuthor("Susan Dorsher", "Ohio State"),
        FetchedAuthor("B. Scott Gaudi", "CfA"),
        FetchedAuthor("Andrzej Udalski", "Warsaw University Observatory"),
    )


@recorded
def test_recorded_topics_authors_and_doi(arxiv: ArxivStub) -> None:
    arxiv.will_say(recorded_search("q_testing_s0_m10"))

    (fetched,) = ask(fetch, limit=10)

    papers = fetched.papers
    assert len(papers) == 10
    assert (papers[0].arxiv_id, papers[0].doi) == ("2202.12139v1", "10.1109/ICSTW55395.2022.00035")
    assert papers[0].topics == ("cs.SE", "cs.LG")
    assert papers[1].authors[2].name == "José Raúl Romero"
    assert (papers[2].arxiv_id, papers[2].version) == ("2005.14124v2", 2)
    assert papers[2].revised_on == date(2020, 7, 16)
    assert papers[2].published_on is not None
    assert papers[2].published_on < date(2020, 7, 16)


@recorded
@pytest.mark.parametrize("page", ["s5_m10", "s10_m10", "s20_m10", "s30_m10"])
def test_recorded_pages_are_read_whole(arxiv: ArxivStub, page: str) -> None:
    arxiv.will_say(recorded_search(f"q_testing_{page}"))

    (fetched,) = ask(fetch, limit=10)

    assert len(fetched.papers) == 10
    assert fetched.problems == ()
    assert all(paper.primary_topic in paper.topics and paper.authors for paper in fetched.papers)


@recorded
@pytest.mark.parametrize(
    ("name", "arxiv_id", "title", "topics", "authors"),
    [
        ("id_1605.08386", "1605.08386v1", "Heat-bath random walks", ("math.CO", "math.ST"), 2),
        ("id_1707.08567", "1707.08567v1", "Proceedings of Workshop", ("cs.IT",), 34),
        ("id_2104.12255v1", "2104.12255v1", "0", ("cs.CR",), 1),
    ],
)
def test_other_recorded_papers(
    arxiv: ArxivStub, name: str, arxiv_id: str, title: str, topics: tuple[str, ...], authors: int
) -> None:
    arxiv.will_say(recorded_search(name))

    (fetched,) = ask(fetch, ids=(arxiv_id,))

    (paper,) = fetched.papers
    assert (paper.arxiv_id, paper.topics, len(paper.authors)) == (arxiv_id, topics, authors)
    assert paper.title.startswith(title)
    assert fetched.problems == ()


@recorded
def test_a_recorded_unknown_id_is_told_and_the_others_come(arxiv: ArxivStub) -> None:
    arxiv.will_say(recorded_search("id_0808.05394_1707.08567"))

    (fetched,) = ask(fetch, ids=("0808.05394", "1707.08567"))

    assert ids(fetched) == ["1707.08567v1"]
    assert fetched.papers[0].authors[-2].name == "Dirk Wübben"
    assert messages(fetched) == "arXiv has no paper 0808.05394. Check the id."


@recorded
@pytest.mark.parametrize("unknown", ["0000.0000", "0808.05394"])
def test_a_recorded_answer_without_entry_is_no_paper(arxiv: ArxivStub, unknown: str) -> None:
    arxiv.will_say(recorded_search(f"id_{unknown}_s0"))

    (fetched,) = ask(fetch, ids=(unknown,))

    assert fetched.papers == ()
    assert messages(fetched) == f"arXiv has no paper {unknown}. Check the id."


@recorded
def test_the_recorded_refusal_names_the_id(arxiv: ArxivStub) -> None:
    refusal = recorded_search("id_abc").replace(b"abc", b"2604.00009")
    arxiv.will_say(refusal, status=400)
    arxiv.will_say(feed(entry("2604.00001v1")))

    (fetched,) = ask(fetch, ids=("2604.00009", "2604.00001"))

    assert ids(fetched) == ["2604.00001v1"]
    assert "2604.00009: incorrect id format" in messages(fetched)


# What an entry says


def test_classes_of_other_societies_are_no_topics(arxiv: ArxivStub) -> None:
    paper = the_paper(
        arxiv,
        '<arxiv:primary_category term="cs.LG"/><category term="stat.ML"/><category term="cs.LG"/>'
        '<category term="I.2.6"/><category term="68T05, 68T07"/>',
    )

    assert paper.primary_topic == "cs.LG"
    assert paper.topics == ("cs.LG", "stat.ML")


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to an error in equation 3",
        "12 pages. This submission has been withdrawn by arXiv administrators",
        "Withdrawn",
        "withdrawn due to a crucial sign error",
        "Paper withdrawn by the authors",
    ],
)
def test_a_withdrawal_is_told_with_its_reason(arxiv: ArxivStub, comment: str) -> None:
    paper = the_paper(arxiv, f"<arxiv:comment>{comment}</arxiv:comment>")

    assert paper.withdrawn == comment


@pytest.mark.parametrize(
    "comment",
    [
        "Replaces a withdrawn version",
        "We have withdrawn Section 3",
        "This paper was withdrawn from the journal and rewritten",
        "Comment on the withdrawn paper 2401.00001",
    ],
)
def test_talk_of_withdrawing_is_no_withdrawal(arxiv: ArxivStub, comment: str) -> None:
    assert the_paper(arxiv, f"<arxiv:comment>{comment}</arxiv:comment>").withdrawn == ""


def test_code_in_the_comment_is_found(arxiv: ArxivStub) -> None:
    paper = the_paper(arxiv, "<arxiv:comment>Code at github.com/a/b.</arxiv:comment>")

    assert (paper.has_code, paper.code_url) == (True, "https://github.com/a/b")


def test_no_link_to_code_says_nothing_of_code(arxiv: ArxivStub) -> None:
    assert the_paper(arxiv, "").has_code is None

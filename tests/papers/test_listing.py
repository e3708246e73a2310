"""Promises of `papers.sources.listing`, on pages written here."""

from datetime import date
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.naming import tidy
from papers.sources import AuthorProfile, Fetched, FetchedAuthor, FetchedPaper
from papers.sources.listing import read_listing
from papers.sources.listing.blocks import read_mark
from papers.sources.listing.page import LARGEST_FILE

AS_OF = date(2026, 6, 1)
PROSE = "Boats drift with the tide. " + "We follow small ones for a year and a day. " * 10
HEADER = "Ada Byron\n\nCV\nh-index34\n54papers\n4,246citations\nNovelty55%\nAI Score64\n\n54 Papers\n\n"
HEADING = "new\n\nSubscribe\n\nDaily Papers\n\nbyThe Editors\n\nMay 31\n\n"


class Format(Protocol):
    """Writes one paper's block as an author page prints it."""

    def __call__(self, mark: str = ..., title: str = ..., abstract: str = ...) -> str: ...


def dense(mark: str = "CVMay 6", title: str = "Drift of Boats", abstract: str = PROSE) -> str:
    return f"{mark}\n{title}Ada Byron, Lin Wu et al.\n{abstract}\n"


def spaced(mark: str = "CVMay 6", title: str = "Drift of Boats", abstract: str = PROSE) -> str:
    return f"{mark}\n{title}\n\nAda Byron, Lin Wu et al.\n\n{abstract}\n\n"


def daily(title: str, abstract: str = PROSE) -> str:
    return f"{title}\n\n{abstract}\n\n"


def read(page: str | bytes, as_of: date = AS_OF) -> Fetched:
    data = page if isinstance(page, bytes) else page.encode()
    return read_listing(data, "page.txt", as_of)


def the_paper(page: str, as_of: date = AS_OF) -> FetchedPaper:
    fetched = read(page, as_of)
    assert fetched.problems == ()
    (paper,) = fetched.papers
    return paper


def the_problem(page: str | bytes) -> tuple[int, str]:
    (problem,) = read(page).problems
    assert problem.file == "page.txt"
    return problem.line, problem.message


def titles(fetched: Fetched) -> list[str]:
    return [paper.title for paper in fetched.papers]


author_formats = pytest.mark.parametrize("block", [dense, spaced])


# What a paper's block says


@author_formats
def test_a_block_gives_all_that_it_says(block: Format) -> None:
    assert the_paper(block(mark="CVNov 24, 2023Code")) == FetchedPaper(
        title="Drift of Boats",
        abstract=PROSE.strip(),
        authors=(FetchedAuthor("Ada Byron"), FetchedAuthor("Lin Wu")),
        published_on=date(2023, 11, 24),
        primary_topic="cs.CV",
        topics=("cs.CV",),
        has_code=True,
        line=1,
    )


@pytest.mark.parametrize(
    ("mark", "topic", "has_code"),
    [
        ("CLMar 19Code", "cs.CL", True),
        ("QUANT-PHMay 6", "quant-ph", False),
        ("cs.CVMay 6", "cs.CV", False),
        ("MES-HALLDec 1, 2020Code", "cond-mat.mes-hall", True),
    ],
)
@author_formats
def test_topic_date_and_code_mark_are_glued(
    block: Format, mark: str, topic: str, has_code: bool
) -> None:
    paper = the_paper(block(mark=mark))

    assert (paper.primary_topic, paper.has_code) == (topic, has_code)


@pytest.mark.parametrize("mark", ["ZZMay 6", "May 6"])
@author_formats
def test_a_paper_without_a_known_category_is_read_and_reported(block: Format, mark: str) -> None:
    fetched = read(block(mark=mark) + block(title="Second Paper"))

    assert [paper.topics for paper in fetched.papers] == [(), ("cs.CV",)]
    (problem,) = fetched.problems
    assert problem.line == 1
    assert "category" in problem.message


@pytest.mark.parametrize(
    ("printed", "as_of", "meant"),
    [
        ("Mar 19", date(2026, 3, 19), date(2026, 3, 19)),
        ("Mar 19", date(2026, 3, 18), date(2025, 3, 19)),
        ("Dec 31", date(2026, 1, 1), date(2025, 12, 31)),
        ("Feb 29", date(2026, 6, 1), date(2024, 2, 29)),
        ("Feb 29", date(2024, 2, 28), date(2020, 2, 29)),
        ("Feb 29", date(1904, 2, 28), date(1896, 2, 29)),
        ("Feb 29, 2024", date(2026, 6, 1), date(2024, 2, 29)),
    ],
)
def test_a_date_without_year_is_the_latest_up_to_the_day_of_saving(
    printed: str, as_of: date, meant: date
) -> None:
    assert the_paper(dense(mark=f"CV{printed}"), as_of).published_on == meant


@pytest.mark.parametrize(
    ("printed", "wrong"),
    [
        ("Jun 2, 2026", "lies in the future"),
        ("Feb 29, 2023", "not a day of the calendar"),
        ("Feb 30", "not a day of the calendar"),
        ("Jan 0", "not a day of the calendar"),
    ],
)
@author_formats
def test_a_paper_with_an_impossible_date_is_reported_and_left_out(
    block: Format, printed: str, wrong: str
) -> None:
    page = block(mark=f"CV{printed}") + block(title="Second Paper")

    assert titles(read(page)) == ["Second Paper"]
    assert the_problem(page)[0] == 1
    assert wrong in the_problem(page)[1]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Code: https://github.com/ada/drift.", "https://github.com/ada/drift"),
        (r"See \url{http://www.github.com//ada/drift}.", "https://github.com/ada/drift"),
        ("(github.com/ada/drift/tree/v1/)", "https://github.com/ada/drift/tree/v1"),
        (r"https://gitlab.com/ada/my\_drift, and", "https://gitlab.com/ada/my_drift"),
        ("https://huggingface.co/ada/drift", "https://huggingface.co/ada/drift"),
        ("https://huggingface.co/papers/2311.16973", ""),
        ("https://github.com/ada", ""),
        ("https://ada.github.io/drift", ""),
        ("https://example.org/github.com/ada/drift", ""),
    ],
)
def test_a_repository_in_the_abstract_is_the_code(text: str, url: str) -> None:
    paper = the_paper(dense(abstract=PROSE + text))
    (listed,) = read(HEADING + daily("Drift", PROSE + text)).papers

    assert (paper.code_url, paper.has_code) == (url, bool(url))
    assert (listed.code_url, listed.has_code) == (url, bool(url) or None)


def test_the_affiliation_goes_to_every_named_author() -> None:
    page = spaced().replace(" et al.", " et al. · uw")

    assert the_paper(page).authors == (FetchedAuthor("Ada Byron", "uw"), FetchedAuthor("Lin Wu", "uw"))


def test_a_generation_belongs_to_the_name_before_it() -> None:
    page = spaced().replace("Ada Byron, Lin Wu", "Ada Byron, Jr., Lin Wu")

    assert [author.name for author in the_paper(page).authors] == ["Ada Byron Jr.", "Lin Wu"]


@author_formats
def test_titles_keep_their_signs_and_lose_what_misleads(block: Format) -> None:
    paper = the_paper(block(title="A <b>Bold</b>\t $x^{2}$ \u202eFirst\u2066 \x07Boat\xa0 Drift"))

    assert paper.title == "A <b>Bold</b> $x^{2}$ First Boat Drift"


@author_formats
def test_a_title_of_over_1000_characters_is_reported(block: Format) -> None:
    page = block(title="Drift " * 170 + "End") + block()

    assert titles(read(page)) == ["Drift of Boats"]
    assert "1,000" in the_problem(page)[1]


# What an author page says above and between


def test_the_figures_above_the_papers_are_the_authors_profile() -> None:
    assert read(HEADER + spaced()).author == AuthorProfile(
        name="Ada Byron",
        topic="cs.CV",
        h_index=34,
        paper_count=54,
        citation_count=4246,
        novelty=55.0,
        ai_score=64.0,
        line=1,
    )


def test_figures_and_topic_may_be_missing_and_an_affiliation_may_be_there() -> None:
    page = "Ada Byron\nHarbour University\nh-index3\n\n" + spaced()

    assert read(page).author == AuthorProfile(
        name="Ada Byron", affiliation="Harbour University", h_index=3, line=1
    )


def test_figures_without_a_name_are_reported() -> None:
    page = "h-index34\n\n" + spaced()

    assert read(page).author is None
    assert the_problem(page)[0] == 1


@pytest.mark.parametrize(
    ("broken", "missing"),
    [
        ("CVMay 6\n\n", "title"),
        ("CVMay 6\nTidal Waves\n\n", "authors"),
        ("CVMay 6\nTidal Waves\n\nAda Byron, Lin Wu et al.\n\n", "abstract"),
        (f"CVMay 6\nTidal Waves\n\n{PROSE}\n\n", "authors"),
    ],
)
def test_a_spaced_block_without_one_of_its_parts_is_reported(broken: str, missing: str) -> None:
    page = spaced() + broken + spaced(title="Second Paper")

    assert titles(read(page)) == ["Drift of Boats", "Second Paper"]
    assert the_problem(page)[0] == 8
    assert f"no {missing}" in the_problem(page)[1]


@pytest.mark.parametrize("broken", ["CVMay 6\n", "CVMay 6\nTidal WavesAda Byron, Lin Wu et al.\n"])
def test_a_dense_block_without_one_of_its_parts_is_reported(broken: str) -> None:
    page = dense() + broken + dense(title="Second Paper")

    assert titles(read(page)) == ["Drift of Boats", "Second Paper"]
    assert the_problem(page)[0] == 4


def test_a_line_without_authors_is_reported_with_its_own_line() -> None:
    page = dense() + f"CVMay 6\nthe tides of march\n{PROSE}\n"

    assert titles(read(page)) == ["Drift of Boats"]
    assert the_problem(page)[0] == 5


# The daily-papers page


def test_the_daily_page_gives_titles_abstracts_and_its_date() -> None:
    fetched = read(HEADING + daily("First Drift") + daily("Second Drift"))

    assert fetched.papers == (
        FetchedPaper("First Drift", PROSE.strip(), published_on=date(2026, 5, 31), line=11),
        FetchedPaper("Second Drift", PROSE.strip(), published_on=date(2026, 5, 31), line=15),
    )
    assert fetched.problems == ()


def test_a_title_without_abstract_does_not_shift_the_rest() -> None:
    page = HEADING + daily("First Drift") + "Lost Title\n\n" + daily("Second Drift")

    assert titles(read(page)) == ["First Drift", "Second Drift"]
    assert the_problem(page)[0] == 15


def test_an_abstract_without_title_does_not_shift_the_rest() -> None:
    page = HEADING + daily("First Drift") + f"{PROSE}\n\n" + daily("Second Drift")

    assert titles(read(page)) == ["First Drift", "Second Drift"]
    assert the_problem(page)[0] == 15


def test_an_odd_title_at_the_end_is_reported() -> None:
    page = HEADING + daily("First Drift") + "Lost Title"

    assert titles(read(page)) == ["First Drift"]
    assert the_problem(page)[0] == 15


def test_a_short_abstract_is_known_by_its_sentence_or_by_being_last() -> None:
    sentence = "We show in a few words that a boat with no sail drifts wherever the tide goes."
    page = HEADING + daily("First Drift", sentence) + daily("Second Drift", "We sho")

    assert titles(read(page)) == ["First Drift", "Second Drift"]
    assert read(page).problems == ()


@pytest.mark.parametrize("line", ["", "Jan 1, 2031\n\n"])
def test_a_daily_page_without_a_possible_date_is_read_without_one(line: str) -> None:
    page = HEADING.replace("May 31\n\n", line) + daily("First Drift")

    assert [paper.published_on for paper in read(page).papers] == [None]
    assert "without a date" in the_problem(page)[1]


# Files as they come


@pytest.mark.parametrize("page", [dense(), HEADER + spaced(), HEADING + daily("First Drift")])
@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\r\r\n"])
def test_line_ends_and_byte_order_marks_do_not_matter(page: str, line_end: str) -> None:
    converted = b"\xef\xbb\xbf" + page.replace("\n", line_end).encode()

    assert read(converted) == read(page)
    assert len(read(page).papers) == 1


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"", "empty"),
        (b" \r\n\t\n\xef\xbb\xbf", "empty"),
        (b"CVMay 6\n\x00", "NUL"),
        (dense().encode("utf-16"), "NUL"),
        ("CVMay 6\nZoë".encode("latin-1") + b"!", "UTF-8"),
        (b"x" * (LARGEST_FILE + 1), "larger than 20 MB"),
        (b"Dear reader,\nsee below.", "not one of the three saved page formats"),
        (b"<!DOCTYPE html>\n<title>Daily Papers</title>", "not one of the three"),
        (HEADING.encode(), "no paper"),
    ],
)
def test_what_is_no_saved_page_is_one_problem(data: bytes, wrong: str) -> None:
    assert wrong in the_problem(data)[1]
    assert read(data).papers == ()


@author_formats
def test_a_paper_that_stands_twice_is_read_once(block: Format) -> None:
    assert the_paper(block() + block(mark="CVMay 6"))


@author_formats
def test_a_paper_that_contradicts_itself_is_reported_and_the_first_kept(block: Format) -> None:
    fetched = read(block() + block(mark="LGMay 6"))

    assert [paper.primary_topic for paper in fetched.papers] == ["cs.CV"]
    assert "differs from line 1" in fetched.problems[0].message


@pytest.mark.parametrize(
    "page",
    [
        dense() + dense(title="Second Paper"),
        HEADER + spaced() + spaced(title="Second Paper"),
        HEADING + daily("First Drift é") + daily("Second Drift"),
    ],
)
def test_a_page_cut_off_anywhere_keeps_its_whole_papers(page: str) -> None:
    data = page.encode()
    first = read(page).papers[0]
    end_of_first = data.index(first.abstract.encode()) + len(first.abstract)

    for cut in range(end_of_first, len(data)):
        assert read(data[:cut]).papers[0] == first

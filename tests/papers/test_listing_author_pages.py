"""Promises of `papers.sources.listing` for author pages, dense and spaced."""

from datetime import date

import pytest

from papers.sources import AuthorProfile, FetchedAuthor, FetchedPaper
from tests.papers.listing_pages import (
    HEADER,
    PROSE,
    Format,
    author_formats,
    dense,
    read,
    spaced,
    the_paper,
    the_problem,
    titles,
)

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


def test_the_affiliation_goes_to_every_named_author() -> None:
    page = spaced().replace(" et al.", " et al. · uw")

    assert the_paper(page).authors == (
        FetchedAuthor("Ada Byron", "uw"),
        FetchedAuthor("Lin Wu", "uw"),
    )


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
    assert read(HEADER + spaced()).profiles == (
        AuthorProfile(
            name="Ada Byron",
            topic="cs.CV",
            h_index=34,
            paper_count=54,
            citation_count=4246,
            novelty=55.0,
            ai_score=64.0,
            line=1,
        ),
    )


def test_figures_and_topic_may_be_missing_and_an_affiliation_may_be_there() -> None:
    page = "Ada Byron\nHarbour University\nh-index3\n\n" + spaced()

    assert read(page).profiles == (
        AuthorProfile(name="Ada Byron", affiliation="Harbour University", h_index=3, line=1),
    )


def test_figures_without_a_name_are_reported() -> None:
    page = "h-index34\n\n" + spaced()

    assert read(page).profiles == ()
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

"""Promises of `papers.sources.listing` for the daily-papers page, and for code it has in common."""

from datetime import date

import pytest

from papers.sources import FetchedPaper
from tests.papers.listing_pages import (
    HEADING,
    PROSE,
    daily,
    dense,
    read,
    the_paper,
    the_problem,
    titles,
)


def test_the_daily_page_gives_titles_abstracts_and_its_date() -> None:
    fetched = read(HEADING + daily("First Drift") + daily("Second Drift"))

    assert fetched.papers == (
        FetchedPaper("First Drift", PROSE.strip(), published_on=date(2026, 5, 31), line=11),
        FetchedPaper("Second Drift", PROSE.strip(), published_on=date(2026, 5, 31), line=15),
    )
    assert fetched.problems == ()


def test_a_menu_above_the_heading_is_not_the_heading() -> None:
    page = "Daily Papers\n\nLog in\n\n" + HEADING + daily("First Drift")

    assert the_paper(page).published_on == date(2026, 5, 31)


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

"""Promises of `papers.sources.listing` for any file: what it may hold, and what is never lost.

What the formats say has files of its own: `test_listing_author_pages`, `test_listing_daily_page`,
`test_listing_seams`; and `test_listing_saved_pages` reads the real ones.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.naming import tidy
from papers.sources.listing.blocks import read_mark
from papers.sources.listing.page import LARGEST_FILE
from tests.papers.listing_pages import (
    HEADER,
    HEADING,
    PROSE,
    Format,
    author_formats,
    daily,
    dense,
    read,
    spaced,
    the_paper,
    the_problem,
    titles,
)


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
    assert the_paper(block() + block()) == the_paper(block())


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


FRAGMENTS = [
    *("CVMay 6", "CVMay 6Code", "ZZFeb 30", "Jan 1, 0001", "Daily Papers", "by", "h-index3", "AI"),
    *("54 Papers", "Ada Byron", "Drift of BoatsAda Byron, Lin Wu et al.", " et al.", " · uw"),
    *(PROSE, "\n", "\n\n", "\r", ",", "$$$", "\u202e", "李娜", "é"),
]
files = st.binary() | st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5)).map(
    lambda parts: "".join(parts).encode()
)


@given(files, st.dates())
def test_no_file_raises_and_every_problem_has_a_line(data: bytes, as_of: date) -> None:
    fetched = read(data, as_of)

    assert fetched.papers or fetched.problems
    assert all(1 <= problem.line <= len(data) + 1 for problem in fetched.problems)
    assert all(problem.message.endswith(".") for problem in fetched.problems)


def is_junk(text: str) -> bool:
    """Lines that start no paper of an author page."""
    lines = text.replace("\r", "\n").split("\n")
    return all(read_mark(tidy(line)) is None for line in lines)


characters = st.characters(codec="utf-8", exclude_characters="\0")
odd_lines = st.sampled_from(["Daily Papers", "h-index3", "54 Papers", "Jan 1", "Log in\nMenu"])
junk = st.lists(
    odd_lines | st.text(characters, max_size=40).filter(is_junk), min_size=4, max_size=4
)


@author_formats
@given(junk)
def test_junk_between_the_blocks_of_an_author_page_loses_none(
    block: Format, junk: list[str]
) -> None:
    blocks = ["", *(block(title=f"Drift Part {part}") for part in ("One", "Two", "Three"))]
    page = "".join(f"{good}{odd}\n" for good, odd in zip(blocks, junk, strict=True))

    assert titles(read(page)) == ["Drift Part One", "Drift Part Two", "Drift Part Three"]


@given(junk)
def test_junk_between_the_papers_of_a_daily_page_loses_none(junk: list[str]) -> None:
    papers = [HEADING, *(daily(f"Drift Part {part}") for part in ("One", "Two", "Three"))]
    page = "".join(f"{good}{odd}\n" for good, odd in zip(papers, junk, strict=True))

    assert {"Drift Part One", "Drift Part Two", "Drift Part Three"} <= set(titles(read(page)))

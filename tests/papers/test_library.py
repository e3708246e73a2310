"""What readers bring along: whichever form it has, the good part is read and the rest is named."""

import json
import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from time import process_time

import pytest

from papers.sources import FetchedPaper, Problem, SourceError
from papers.sources.own import library

TODAY = date(2026, 11, 20)
RIS = """TY  - JOUR
TI  - A Study of Small Things
AU  - Lovelace, Ada
AU  - The Example Team
AB  - We study
      small things.
DO  - 10.1000/182
ER  -

TY  - GEN
T1  - Attention to Detail
UR  - http://arxiv.org/abs/2401.01234v2
"""


def read(text: str) -> tuple[list[FetchedPaper], list[Problem]]:
    return library.read(text.encode(), TODAY)


def ids(papers: list[FetchedPaper]) -> list[str]:
    return [paper.arxiv_id or paper.doi for paper in papers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2401.01234", ["2401.01234"]),
        ("2401.01234v3\nhep-ex/0307015", ["2401.01234v3", "hep-ex/0307015"]),
        ("arXiv: 2401.01234, arXiv:2401.01235v1", ["2401.01234", "2401.01235v1"]),
        ("https://arxiv.org/abs/2401.01234 (read in May)", ["2401.01234"]),
        ("https://arxiv.org/pdf/2401.01234v1.pdf", ["2401.01234v1"]),
        ("https://doi.org/10.1000/182", ["10.1000/182"]),
        ("doi: 10.1000/182; 2401.01234", ["10.1000/182", "2401.01234"]),
        ("10.48550/arXiv.2401.01234", ["2401.01234"]),
        ("\ufeff2401.01234\r\n\r\n2401.01235\r\n", ["2401.01234", "2401.01235"]),
    ],
)
def test_ids_links_and_dois_are_read_in_any_mixture(text: str, expected: list[str]) -> None:
    papers, problems = read(text)

    assert ids(papers) == expected
    assert not problems


def test_a_line_without_an_id_is_named_with_its_number() -> None:
    papers, problems = read("2401.01234\nnot a paper\n2401.012, 2401.01235")

    assert ids(papers) == ["2401.01234", "2401.01235"]
    assert [problem.line for problem in problems] == [2, 3]
    assert "“not a paper” is no arXiv id" in problems[0].message
    assert "“2401.012” is no arXiv id" in problems[1].message


def test_the_good_half_of_a_broken_bibtex_file_is_read() -> None:
    papers, problems = read(
        "@article{one, title = {A Sound Entry}, doi = {10.1000/182}}\n"
        "@article{two, author = {Nobody}}\n"
        "@article{three, title = {Another Sound Entry}}\n"
        "@article{four, title = {Never closed\n"
    )

    assert [paper.title for paper in papers] == ["A Sound Entry", "Another Sound Entry"]
    assert [problem.line for problem in problems] == [2, 4]
    assert "look for a brace that is not closed" in problems[1].message


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("@misc{a, title = {One}\n@misc{b, title = {Two}}", "begins before this one has ended"),
        ("@misc{a, title {One}}", "no = between"),
        ("@misc{a title = {One}}", "a comma is missing after its key"),
        ("@misc{a, title = {One}", "the file ends before it does"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said_in_plain_words(entry: str, words: str) -> None:
    _, problems = read(entry)

    assert words in problems[0].message
    assert "Please mend it" in problems[0].message


def test_an_id_that_arxiv_cannot_have_given_is_none() -> None:
    papers, problems = read("9999.99999\n2401.01234\n2612.00001 10.1000/182")
    named, nothing = read("@misc{a, title = {A Sound Entry}, eprint = {9999.99999}}")

    assert ids(papers) == ["2401.01234", "10.1000/182"]
    assert [(one.line, one.message) for one in problems] == [
        (1, "arXiv has given no id 9999.99999 yet."),
        (3, "arXiv has given no id 2612.00001 yet."),
    ]
    assert [(one.title, one.arxiv_id) for one in named] == [("A Sound Entry", "")]
    assert not nothing


def test_ris_is_read_with_ids_authors_and_abstract() -> None:
    papers, problems = read(RIS)

    assert not problems
    assert [paper.title for paper in papers] == ["A Study of Small Things", "Attention to Detail"]
    assert [author.name for author in papers[0].authors] == ["Ada Lovelace", "The Example Team"]
    assert papers[0].abstract == "We study small things."
    assert ids(papers) == ["10.1000/182", "2401.01234v2"]


def test_of_ris_what_has_no_title_or_stands_outside_is_named() -> None:
    papers, problems = read(f"some words\nTY  - JOUR\nAU  - Nobody\nER  -\n{RIS}")

    assert len(papers) == 2
    assert [problem.line for problem in problems] == [1, 2]


def test_csl_json_is_read() -> None:
    entries = [
        {"title": "A <i>Small</i> Study", "DOI": "10.1000/182", "author": [{"family": "Li"}]},
        {"title": "Attention", "URL": "https://arxiv.org/abs/2401.01234", "author": "odd"},
    ]

    papers, problems = read(json.dumps(entries))
    alone, _ = read(json.dumps(entries[0]))

    assert not problems
    assert [paper.title for paper in papers] == ["A Small Study", "Attention"]
    assert ids(papers) == ["10.1000/182", "2401.01234"]
    assert ids(alone) == ["10.1000/182"]


def test_csl_json_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    papers, problems = read('[{"title": "One"},\n{"DOI": 5},\n7,\n{"title": "Two"},\n{"title": ')

    assert [paper.title for paper in papers] == ["One", "Two"]
    assert [problem.line for problem in problems] == [0, 0, 0]  # the entry is counted, not lines
    assert [problem.message[:8] for problem in problems] == ["Entry 2 ", "Entry 3 ", "Entry 5 "]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[]", "{}", '["\\u0000"]'])
def test_hostile_json_breaks_nothing(text: str) -> None:
    papers, _ = read(text)

    assert not papers


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing in it"),
        (b" \n ", "nothing in it"),
        (b"%PDF-1.7\0\1", "no text"),
        ("2401.01234".encode("utf-16"), "UTF-16"),
        (b"2401.01234\n\xe9t\xe9", "Line 2 is not UTF-8"),
        (b"<!doctype html><html><body>2401.01234", "web page"),
        (b"2" * (library.LARGEST + 1), "larger than 2 MB"),
        (b"@misc{a, title={" + b"{x}" * 100_000 + b"}}", "more LaTeX than is read at once"),
    ],
)
def test_what_is_nothing_of_the_kind_is_refused_with_what_is_expected(
    data: bytes, words: str
) -> None:
    with pytest.raises(SourceError, match=words):
        library.read(data, TODAY)


@pytest.mark.parametrize(
    ("at", "expected"), [(0, ["10.1000/182"]), (1, ["10.1000/182"]), (2, ["", "", "10.1000/182"])]
)
def test_the_examples_of_the_page_on_files_are_read(at: int, expected: list[str]) -> None:
    page = (Path(__file__).parents[2] / "docs/files.md").read_text(encoding="utf-8")
    brought_along = page.partition("## What readers bring along")[2]
    examples = re.findall(r"```\w+\n(.+?)```", brought_along, re.DOTALL)

    papers, problems = library.read(examples[at].encode(), TODAY)

    assert [paper.doi for paper in papers] == expected
    assert problems == []


LONG = {
    "one word": "arxiv.org/abs/" * 140_000,
    "empty lines": "\r" * 1_000_000 + "2401.00001",
    "one line of ids": "2401.00001 " * 150_000,
    "objects": "[{}" + ",{}" * 600_000 + "]",
    "entries": "TY  - \n" * 250_000,
}


@pytest.mark.parametrize("text", LONG)
def test_a_long_list_takes_no_long_time(text: str) -> None:
    """Each of them took from a quarter of a minute to five minutes."""
    start = process_time()
    with suppress(SourceError):
        read(LONG[text])

    assert process_time() - start < 10


def test_more_entries_than_can_be_kept_are_not_read() -> None:
    with pytest.raises(SourceError, match="more than 10000 entries"):
        read("2401.00001\n" * 10_001)

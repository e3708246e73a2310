"""Subjects: the first clause of the top pick, and how many more."""

import pytest

from subscriptions.emails.subject import first_clause, subject_line


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (["A Study of Sleep: Ten Years On", "B", "C"], "A Study of Sleep, and 2 more papers"),
        (["A Study of Sleep", "B"], "A Study of Sleep, and 1 more paper"),
        (["A Study of Sleep"], "A Study of Sleep"),
        ([], ""),
    ],
)
def test_names_the_top_pick_and_counts_the_rest(titles: list[str], expected: str) -> None:
    assert subject_line(titles) == expected


def test_an_editors_subject_wins() -> None:
    assert subject_line(["A", "B"], "Our hundredth edition") == "Our hundredth edition"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Why Do Networks Forget? A Survey", "Why Do Networks Forget"),
        ("DiMR: Images at Many Resolutions", "DiMR: Images at Many Resolutions"),
        ("State-of-the-Art Parsing", "State-of-the-Art Parsing"),
        (
            "A Title of Quite Some Length that Goes On and On",
            "A Title of Quite Some Length that Goes On…",
        ),
        ("x" * 60, "x" * 41 + "…"),
        ("x" * 250 + " and more", "x" * 41 + "…"),
        ("A " + "x" * 250, "A " + "x" * 39 + "…"),
        ("Line\nbreak\r\nBcc: someone", "Line break Bcc: someone"),
    ],
)
def test_a_clause_is_short_and_of_whole_words_where_it_can(title: str, expected: str) -> None:
    assert first_clause(title) == expected
    assert len(first_clause(title)) <= 42


def test_never_the_same_as_the_digest_before() -> None:
    titles = ["A Study of Sleep: One", "A Study of Dreams"]
    first = subject_line(titles)

    second = subject_line(titles, previous=first)

    assert second == "A Study of Dreams, and 1 more paper"
    assert subject_line(titles, previous=second) == first


@pytest.mark.parametrize("titles", [["The Same Title"], ["The Same Title"] * 3])
def test_differs_even_where_all_titles_are_the_same(titles: list[str]) -> None:
    first = subject_line(titles)

    assert first in subject_line(titles, previous=first).removeprefix("Worth a look: ")
    assert subject_line(titles, previous=first) != first


def test_an_editors_subject_may_come_twice() -> None:
    assert subject_line(["A"], "Holidays", previous="Holidays") == "Holidays"

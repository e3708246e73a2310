"""Promises of the dense page's hardest part: where a title ends and the first author begins."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

import pytest

from papers.naming import tidy
from papers.sources.listing.clues import Clues, clues_from
from papers.sources.listing.evidence import best_seam
from tests.papers.listing_pages import SHARED

DAILY_PAPERS = SHARED / "data/daily-papers"
NO_CLUES = Clues(frozenset(), frozenset())


def split(line: str, *elsewhere: str, abstract: str = "") -> tuple[str, str]:
    """Title and first author of a line on a page with these other lines and this abstract."""
    seam = best_seam(line, clues_from([line, *elsewhere], [abstract]))
    return (seam.title, seam.first_author) if seam else ("", "")


@pytest.mark.parametrize(
    "line",
    [
        "Drift of Boats|Ada Byron, Lin Wu",
        "Drift of Boats|Ada Byron",
        "Masts, Sails, and Anchors|Ada Byron, Lin Wu, Bo Ek",
        "Masts, Sails, and Anchors|Ada Byron",
        "Boats for No $$$|Ada Byron",
        "Do Boats Drift?|Ada Byron",
        "Boats (and Ships)|Ada Byron",
        "Boats in 2.0|Ada Byron",
        "Boats in 3D|Ada Byron, Lin Wu",
        "Drift with LSTM|Ada Byron",
        "Drift of Boats|Z-Boat Team, Lin Wu",
        "Drift of Boats|GLM-4.5 Team, Lin Wu",
        "Drift of Boats|Zhong-Yu Li",
        "Drift of Boats|J.K. Byron",
        "Drift of Boats|Ronan McByron, Lin Wu",
        "Drift of Boats|Ada O'Brien",
        "Drift of Boats|Ada van der Byron",
        "Drift of Boats|Élodie Ångström, Søren Ærø",
        "Drift of Boats|李娜, 张伟",
        "Drift of Boats|LI Na",
        "Drift of Boats|Ada Byron Jr., Lin Wu",
        "Drift of Boats|Ada Byron, C. d'Or, kumar",
    ],
)
def test_the_line_alone_is_often_enough(line: str) -> None:
    title, names = line.split("|")

    assert split(title + names) == (title, names.split(", ")[0])


@pytest.mark.parametrize(
    "line",
    [
        "Drift with BoatNet|Ada Byron",
        "Drift with a U-DiT|Le Byron",
        "Drift of Boats|McAda Byron",
        "Drift of Boats|YuAda Byron",
        "Drift of Boats|Madonna, Lin Wu",
        "Drift of Boats|van der Byron",
        "Drift of Boats|O'Brien",
    ],
)
def test_the_words_of_an_abstract_tell_where_a_title_ends(line: str) -> None:
    title, names = line.split("|")

    found = split(title + names, abstract="On boats we train a BoatNet and a U-DiT.")

    assert found == (title, names.split(", ")[0])


def test_a_name_that_stands_elsewhere_is_recognised() -> None:
    line, elsewhere = "Drift and seaMadonna, Lin Wu", "Tides at NightBo Ek, Madonna"

    assert split(line) == ("", "")
    assert split(line, elsewhere) == ("Drift and sea", "Madonna")


def test_a_name_that_could_end_two_lines_is_recognised() -> None:
    assert split("Drift and seaMadonna", "Tides at NightMadonna") == ("Drift and sea", "Madonna")


def test_the_owner_of_the_page_is_recognised() -> None:
    seam = best_seam("Drift and seaMadonna", clues_from([], [], owner="Madonna"))

    assert seam is not None
    assert seam.first_author == "Madonna"


@pytest.mark.parametrize(
    "line", ["the tides of march", "Drift of Boats", "Drift in OpenSea", "", "A", "Masts, Sails"]
)
def test_a_line_without_a_seam_is_not_split(line: str) -> None:
    assert best_seam(line, NO_CLUES) is None


def test_a_word_that_an_abstract_writes_whole_is_not_cut() -> None:
    assert split("Drift in BoatNet Images", abstract="We train a BoatNet.") == ("", "")


def real_papers() -> Iterator[tuple[str, str]]:
    """Titles with their first three authors, as a dense page would print them."""
    rows = {
        table: csv.DictReader((DAILY_PAPERS / f"{table}.csv").read_text("utf-8").splitlines())
        for table in ("author", "paper_author", "paper")
    }
    names = {row["node_id"]: tidy(row["name"]) for row in rows["author"]}
    authors = defaultdict(list)
    for row in rows["paper_author"]:
        authors[row["paper_id"]].append(names[row["author_id"]])
    for row in rows["paper"]:
        if row["node_id"] in authors:
            yield tidy(row["title"]), ", ".join(authors[row["node_id"]][:3])


@pytest.mark.skipif(not DAILY_PAPERS.is_dir(), reason=f"no data in {DAILY_PAPERS}")
def test_of_thousands_of_real_titles_nearly_all_are_split_right() -> None:
    """Pages of twenty, without abstracts, so with few clues."""
    papers = real_papers()
    wrong = missed = 0
    while page := list(islice(papers, 20)):
        clues = clues_from([title + names for title, names in page], [])
        for title, names in page:
            seam = best_seam(title + names, clues)
            missed += seam is None
            wrong += seam is not None and seam.title != title

    assert wrong <= 8
    assert missed <= 20

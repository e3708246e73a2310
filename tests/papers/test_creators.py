"""Promises of `papers.sources.arxiv.creators`."""

import pytest

from papers.sources import FetchedAuthor
from papers.sources.arxiv.creators import authors_in


@pytest.mark.parametrize(
    ("creator", "names"),
    [
        ("John Smith, Jr., Ada Byron", ["John Smith Jr.", "Ada Byron"]),
        ("Ada Byron, Henry Ford, III", ["Ada Byron", "Henry Ford III"]),
        (r"Paulo Andr\'e, M. {\"O}zel", ["Paulo André", "M. Özel"]),
        ("Ada Byron, Lin Wu and Bo Li", ["Ada Byron", "Lin Wu", "Bo Li"]),
        ("Ada Byron, Lin Wu, and Bo Li", ["Ada Byron", "Lin Wu", "Bo Li"]),
        ("Andrew Sandoval, Fernando Andrade", ["Andrew Sandoval", "Fernando Andrade"]),
        ("ATLAS and CMS Collaborations", ["ATLAS and CMS Collaborations"]),
        ("LHCb Collaboration: R. Aaij, B. Adeva", ["LHCb Collaboration", "R. Aaij", "B. Adeva"]),
        ("J. Doe, on behalf of the ALICE Collaboration", ["J. Doe", "ALICE Collaboration"]),
        ("A. Gould (1, 2), S. Dorsher (2) ((1) Ohio, (2) CfA)", ["A. Gould", "S. Dorsher"]),
        ("A. Gould (Ohio State, Columbus", ["A. Gould (Ohio State", "Columbus"]),
        (r"Ada \frac, \sqrt, Bo Li", [r"Ada \frac", r"\sqrt", "Bo Li"]),
        ("", []),
    ],
)
def test_a_line_becomes_people_and_teams(creator: str, names: list[str]) -> None:
    assert [author.name for author in authors_in(creator)] == names


def test_what_stands_in_brackets_is_an_affiliation() -> None:
    assert authors_in("A. Gould (Ohio State, Columbus), Bo Li") == (
        FetchedAuthor("A. Gould", "Ohio State, Columbus"),
        FetchedAuthor("Bo Li"),
    )

"""Papers that say nearly the same: by title but for a version or a part, or by their words."""

from random import Random

import pytest

from papers.twins import Text, twins

PARTS = ["ka", "mo", "ti", "ru", "se", "lo", "pi", "na", "du", "vo"]
WORDS = [f"{one}{two}{three}" for one in PARTS for two in PARTS for three in PARTS]


def abstract(number: int, changed: int = 0) -> str:
    """A hundred words, of which some are others."""
    text = Random(number).choices(WORDS, k=100)  # noqa: S311  # no secret
    return " ".join(["another", "word", "here", "instead"][:changed] + text[changed:])


def alike(*texts: tuple[str, str]) -> list[set[int]]:
    """The twins of the first one, and its kin."""
    given = tuple(Text(at, title, words) for at, (title, words) in enumerate(texts))
    found = twins(given).get(0)
    return [set(found.twins), set(found.kin)] if found else [set(), set()]


@pytest.mark.parametrize(
    ("title", "other", "expected"),
    [
        ("A Map of the Ocean Floor", "A map of the ocean floor (extended version)", "twins"),
        ("A Map of the Ocean Floor v2", "A Map of the Ocean Floor, Version 3", "twins"),
        ("A Map of the Ocean Floor", "A Map of the Ocean Floor", "twins"),
        ("Maps of the Ocean. Part I: Depths", "Maps of the Ocean, Part II: Depths", "kin"),
        ("Maps of the Ocean. Part I: Depths", "Maps of the Ocean, Part II: Heights", ""),
        ("A Map of the Ocean Floor", "A Map of the Ocean Shelf", ""),
        ("Introduction", "Introduction", ""),
        ("Partial Orders of Kings", "Orders of Kings", ""),
        ("Vision", "Version 2", ""),
    ],
)
def test_titles_that_differ_in_a_version_or_a_part_alone(
    title: str, other: str, expected: str
) -> None:
    same, kin = alike((title, ""), (other, ""))

    assert same == ({1} if expected == "twins" else set())
    assert kin == ({1} if expected else set())


def test_texts_that_share_nearly_all_words_are_twins() -> None:
    others = [(f"Other {number}", abstract(number)) for number in range(5, 60)]

    found, _ = alike(("One title", abstract(1)), ("Quite another", abstract(1, changed=2)), *others)

    assert found == {1}


def test_short_texts_and_texts_of_one_subject_are_no_twins() -> None:
    assert alike(("On maps", "We study maps."), ("Of maps", "We study maps.")) == [set(), set()]
    assert alike(("On maps", abstract(1)), ("Of maps", abstract(2))) == [set(), set()]


def test_no_papers_have_no_twins() -> None:
    assert twins(()) == {}
    assert twins((Text(1, "", ""), Text(2, "\0", "{}"))) == {}

"""Promises of `papers.taxonomy`: every category once, and labels as pages print them."""

import pytest

from papers.taxonomy import all_topics, code_for_label


def test_every_category_stands_once_with_all_its_names() -> None:
    topics = all_topics()

    assert len({topic.code for topic in topics}) == len(topics) >= 150
    assert all(topic.group and topic.name and topic.full_name for topic in topics)


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("CV", "cs.CV"),
        ("cv", "cs.CV"),
        (" cs.CV ", "cs.CV"),
        ("CS.CV", "cs.CV"),
        ("QUANT-PH", "quant-ph"),
        ("ME", "stat.ME"),
        ("NC", "q-bio.NC"),
        ("MES-HALL", "cond-mat.mes-hall"),
        ("AS", "eess.AS"),
    ],
)
def test_a_label_is_the_last_part_of_a_code_or_all_of_it_in_any_case(label: str, code: str) -> None:
    assert code_for_label(label) == code


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("SY", "cs.SY"),  # rather than eess.SY
        ("IT", "cs.IT"),  # rather than math.IT
        ("NA", "cs.NA"),  # rather than math.NA
        ("AP", "stat.AP"),  # rather than math.AP
        ("CO", "stat.CO"),  # rather than math.CO and astro-ph.CO
        ("SP", "eess.SP"),  # rather than math.SP
        ("GN", "math.GN"),  # rather than econ.GN and q-bio.GN
        ("ST", "math.ST"),  # rather than q-fin.ST
    ],
)
def test_of_archives_that_share_a_last_part_the_preferred_one_is_meant(
    label: str, code: str
) -> None:
    assert code_for_label(label) == code


@pytest.mark.parametrize("label", ["ZZ", "", ".", "cs.", "cs", "Computer Vision"])
def test_what_is_no_category_has_no_code(label: str) -> None:
    assert code_for_label(label) is None


def test_every_code_means_itself() -> None:
    assert all(code_for_label(topic.code) == topic.code for topic in all_topics())

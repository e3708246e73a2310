import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.naming import name_key, tidy, title_key


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  A\n  Title\t", "A Title"),
        ("left\u202eright", "leftright"),
        ("nul\0and bell\x07", "nuland bell"),
        ("no\u00a0break", "no break"),
        ("", ""),
    ],
)
def test_text_becomes_one_printable_line(written: str, shown: str) -> None:
    assert tidy(written) == shown


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize("spelling", ["Müller, J.", "muller j", "MÜLLER  J", "Mu\u0308ller J"])
def test_spellings_of_a_name_share_a_key(spelling: str) -> None:
    assert name_key(spelling) == "muller j"


@pytest.mark.parametrize("spelling", ["Deep-Learning: A Study", "deep learning a study."])
def test_spellings_of_a_title_share_a_key(spelling: str) -> None:
    assert title_key(spelling) == "deeplearningastudy"


@given(st.text())
def test_keys_fit_their_columns(text: str) -> None:
    assert len(name_key(text)) <= 200
    assert len(title_key(text)) <= 400

import pytest

from papers.templatetags.wrapping import unbroken


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("A Zero-shot Study", 'A <span class="unbroken">Zero-shot</span> Study'),
        ("Plain - and simple", "Plain - and simple"),
        ("<b>-x & A-b", '&lt;b&gt;-x &amp; <span class="unbroken">A-b</span>'),
        ("a-word-longer-than-any-phone-is-wide", "a-word-longer-than-any-phone-is-wide"),
    ],
)
def test_words_with_a_hyphen_stay_whole_unless_they_are_long(title: str, shown: str) -> None:
    assert unbroken(title) == shown

import pytest
from django.core.exceptions import ValidationError

from subscriptions import addresses, typos


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada.Lovelace@Example.COM ", "Ada.Lovelace@example.com"),
        ("ada@xn--mnchen-3ya.de", "ada@münchen.de"),
        ("ada+papers@example.org", "ada+papers@example.org"),
        ("ada@почта.com", "ada@почта.com"),
    ],
)
def test_an_address_is_written_one_way(typed: str, kept: str) -> None:
    assert addresses.checked(typed) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "cannot be written to"),
        ("ada", "@-sign"),
        ("ada@", "cannot be written to"),
        ("ada@example", "period"),
        ("ada@@example.com", "After the @ stands what no address has there: '@'"),
        ("ada lovelace@example.com", "There is a space in the address"),
        ("ada\n@example.com", "Before the @ stands what no address has there"),
        ("ada\0@example.com", "Before the @ stands what no address has there"),
        ("x" * 10_000 + "@example.com", "too long"),
        ("ada@gооgle.com", "several alphabets"),  # noqa: RUF001  # two Cyrillic letters
        ("ada@mailinator.com", "Throw-away"),
    ],
)
def test_what_cannot_be_written_to_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        addresses.checked(typed)


@pytest.mark.parametrize(
    "spelling", ["A.D.A@gmail.com", "ada+x@gmail.com", "a.da+y.z@googlemail.com"]
)
def test_spellings_of_one_mailbox_share_a_hash(spelling: str) -> None:
    assert addresses.mailbox_hash(spelling) == addresses.mailbox_hash("ada@gmail.com")


def test_dots_make_another_mailbox_elsewhere() -> None:
    assert addresses.mailbox_hash("a.da@example.com") != addresses.mailbox_hash("ada@example.com")


def test_only_case_is_ignored_in_the_key_of_an_address() -> None:
    key = addresses.address_hash("ada@gmail.com")

    assert addresses.address_hash("ADA@gmail.com") == key
    assert addresses.address_hash("a.da@gmail.com") != key


def test_a_masked_address_tells_too_little_to_write_to() -> None:
    assert addresses.masked("reader@example.com") == "r•••@e•••.com"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ada@gmial.com", "ada@gmail.com"),
        ("ada@gamil.com", "ada@gmail.com"),
        ("ada@outlok.com", "ada@outlook.com"),
        ("ada@gmail.con", "ada@gmail.com"),
        ("ada@example.con", "ada@example.com"),
        ("ada@con", ""),
        ("ada@gmail.com", ""),
        ("ada@mail.com", ""),
        ("ada@example.com", ""),
        ("", ""),
    ],
)
def test_a_mistyped_provider_is_recognised(typed: str, meant: str) -> None:
    assert typos.likely_meant(typed) == meant

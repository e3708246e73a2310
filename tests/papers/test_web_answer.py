"""Text and JSON of an answer, whatever its bytes are."""

import pytest

from papers.sources import SourceError
from papers.sources.web import Answer

LATIN = 'attachment; charset="ISO-8859-1"'


def answer(body: bytes, content_type: str = "") -> Answer:
    return Answer("http://stub/feed", 200, {"content-type": content_type}, body)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Erdős".encode(), "", "Erdős"),
        ("Erdős".encode(), "text/xml; charset=us-ascii", "Erdős"),  # mislabelled
        ("é".encode("latin-1"), LATIN, "é"),
        ("“é”".encode("cp1252"), "text/xml;CHARSET=windows-1252", "“é”"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>é'.encode("latin-1"), "",
         '<?xml version="1.0" encoding="ISO-8859-1"?>é'),
        ("Erdős".encode("utf-8-sig"), LATIN, "Erdős"),
        ("Erdős".encode("utf-16"), "", "Erdős"),
        ("Erdős".encode("utf-32"), "", "Erdős"),
        ("plain".encode("utf-16-le"), "text/xml; charset=utf-16le", "plain"),
        (b"a\xffb", "text/xml; charset=klingon", "a\N{REPLACEMENT CHARACTER}b"),
        (b"a\xffb", "text/xml; charset=punycode", "a\N{REPLACEMENT CHARACTER}b"),
        (b"a\xffb", "text/xml; charset=", "a\N{REPLACEMENT CHARACTER}b"),
        (b"", "", ""),
    ],
)  # fmt: skip
def test_text_is_read_whatever_its_charset(body: bytes, content_type: str, text: str) -> None:
    assert answer(body, content_type).text == text


def test_json_is_read() -> None:
    assert answer('{"votes": [1, 2.5, null], "name": "Erdős"}'.encode()).json() == {
        "votes": [1, 2.5, None],
        "name": "Erdős",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"", b'{"votes": 1', b"<html>Sorry</html>", b"[" * 200_000, b'{"a":' * 100_000,
        b'{"votes": NaN}', b'{"votes": -Infinity}', b'{"votes": ' + b"9" * 10_000 + b"}",
    ],
)  # fmt: skip
def test_unsound_json_is_told(body: bytes) -> None:
    with pytest.raises(SourceError, match="http://stub/feed answered"):
        answer(body).json()

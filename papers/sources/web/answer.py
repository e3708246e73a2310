"""What a service answered."""

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from papers.sources import SourceError

# Longest first: the mark of UTF-32 begins with that of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.ASCII | re.IGNORECASE)
XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.ASCII)
# Python knows codecs that are no charsets (zip, punycode), so not whatever the answer names.
CHARSETS = {"ascii", "cp1252", "iso8859-1", "iso8859-15", "utf-16", "utf-16-le", "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Headers by lower-case name; the body decoded from gzip."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """By byte order mark, else UTF-8 if it is, else as the header or the XML says."""
        for mark, encoding in BYTE_ORDER_MARKS:
            if self.body.startswith(mark):
                return self.body.decode(encoding, errors="replace")
        try:
            # Nothing else looks like UTF-8 by chance, but UTF-16 does: as text full of NUL.
            if b"\0" not in self.body[:1000]:
                return self.body.decode()
        except UnicodeDecodeError:
            pass
        return self.body.decode(self._charset(), errors="replace")

    def _charset(self) -> str:
        header = CHARSET.search(self.headers.get("content-type", ""))
        declared = XML_ENCODING.search(self.body[:1000])
        name = header[1] if header else declared[1].decode() if declared else ""
        try:
            known = codecs.lookup(name).name
        except LookupError:
            known = ""
        return known if known in CHARSETS else "utf-8"

    def json(self) -> Any:
        """Raises SourceError where it is broken, breaks off, or is nested beyond all reason."""
        try:
            return json.loads(self.text, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise SourceError(
                f"{self.url[:200]} answered with what is not sound JSON; it may have broken off. "
                "Try again later, and check the service's address."
            ) from error


def _no_number(constant: str) -> float:
    message = f"{constant} is no JSON"
    raise ValueError(message)

"""XML from outside: read as far as it is sound, and never with a document type.

An answer that breaks off, or has one broken record, still gives its sound records: where the
whole cannot be parsed, it is cut into records and each is tried by itself.
"""

import re
from dataclasses import dataclass, replace
from xml.etree.ElementTree import (
    Element,
    ParseError,
)

from defusedxml.common import (
    DefusedXmlException,
)
from defusedxml.ElementTree import (
    fromstring,
)

from papers.sources import Problem, SourceError
from papers.sources.web import Answer

NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# never goes back over what it has read, so that a tag without an end costs no more than its length
TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]*+)[^<>]*+>")

# arXiv gives some 2,000 records at a time after a head of some 500 characters, which is read again
# for each of them; beyond these, an answer is not worth mending
MOST_RECORDS = 10_000
MOST_CHARACTERS = 2**25


@dataclass(frozen=True, slots=True)
class Document:
    """What is sound of an answer, as text too; `cut_off` when its end did not arrive.

    `broken` counts the records left out that ended, but for one that broke off.
    """

    url: str
    root: Element
    text: str
    problems: tuple[Problem, ...] = ()
    broken: int = 0
    cut_off: bool = False

    @property
    def is_whole(self) -> bool:
        return not self.problems


def read_document(answer: Answer, whole: str, record: str) -> Document:
    """The answer's tree, its broken records left out.

    `whole` is the tag around it all ("feed"), `record` that of a record ("entry"). Raises
    SourceError where nothing of it is XML, where it declares a document type, or is another's.
    """
    text = DECLARATION.sub("", NOT_IN_XML.sub(" ", answer.text.removeprefix("\ufeff"))).strip()
    root = _parsed(text, answer.url)
    document = (
        _mended(text, record, answer.url) if root is None else Document(answer.url, root, text)
    )
    if local_name(document.root) != whole:
        raise SourceError(
            f"The answer of {answer.url} is no <{whole}> but <{local_name(document.root)[:60]}>."
            " Check that the address in the settings is the right one."
        )
    return document


def local_name(element: Element) -> str:
    """The tag without its namespace."""
    return element.tag.rpartition("}")[2]


def named(element: Element, name: str) -> list[Element]:
    """All elements below (or this one) of that tag, in any namespace."""
    return [found for found in element.iter() if local_name(found) == name]


def children(element: Element, name: str) -> list[Element]:
    """Those of that tag, in any namespace; unlike `named`, no record is found within a record."""
    return [child for child in element if local_name(child) == name]


def text_of(element: Element, name: str) -> str:
    """The text of the first child of that tag in single spaces, or ""."""
    return next(iter(texts_of(element, name)), "")


def texts_of(element: Element, name: str) -> list[str]:
    """The texts of all children of that tag in single spaces, but for empty ones."""
    texts = (" ".join("".join(child.itertext()).split()) for child in children(element, name))
    return [text for text in texts if text]


def _parsed(text: str, url: str) -> Element | None:
    """None for what is not well-formed."""
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except ParseError:
        return None
    except DefusedXmlException as error:
        raise SourceError(
            f"The answer of {url} declares a document type, which arXiv never does; it was refused."
            " Check that the address in the settings is the right one."
        ) from error
    return root


def _mended(text: str, record: str, url: str) -> Document:
    """The tree of the sound records alone, with what stands before and after them."""
    starts = [found.start() for found in re.finditer(rf"<{record}[\s>]", text)]
    if not starts:
        raise SourceError(
            f"The answer of {url} is not the XML that was expected: it starts with"
            f" “{text[:60]}”. Try again later, or check the address in the settings."
        )
    if len(starts) > MOST_RECORDS or len(starts) * starts[0] > MOST_CHARACTERS:
        raise SourceError(
            f"The answer of {url} is broken XML and too long to be mended. Try again later, or"
            " check the address in the settings."
        )
    pieces = [text[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]
    pieces[-1], close, tail = pieces[-1].partition(f"</{record}>")
    pieces[-1] += close
    head, closing = text[: starts[0]], _closing_tags(text[: starts[0]])
    broken = {
        place: piece
        for place, piece in enumerate(pieces, 1)
        if _parsed(head + piece + closing, url) is None
    }
    sound = (piece for place, piece in enumerate(pieces, 1) if place not in broken)
    problems = tuple(
        Problem(url, place, _what_is_wrong(record, place, piece)) for place, piece in broken.items()
    )
    document = _document(url, "".join([head, *sound]), (tail, closing), problems)
    return replace(document, broken=sum(f"</{record}>" in piece for piece in broken.values()))


def _document(
    url: str, start: str, ends: tuple[str, str], problems: tuple[Problem, ...]
) -> Document:
    """With the end that came, else with the end that should have come."""
    for place, end in enumerate(ends):
        root = _parsed(start + end, url)
        if root is not None:
            cut = Problem(url, 1, "The answer breaks off before its end; the rest is missing.")
            cut_off = place > 0
            return Document(url, root, start + end, (*problems, *[cut] * cut_off), cut_off=cut_off)
    raise SourceError(
        f"The answer of {url} is broken XML from its start. Try again later, or check the address"
        " in the settings."
    )


def _what_is_wrong(record: str, place: int, piece: str) -> str:
    wrong = "is not well-formed XML" if f"</{record}>" in piece else "breaks off"
    return f"The {record} number {place} {wrong}; it was left out: “{piece[:80]}”"


def _closing_tags(head: str) -> str:
    """Those that the start of a document still needs."""
    still_open: list[str] = []
    for tag in TAG.finditer(head):
        if tag["end"]:
            del still_open[-1:]
        elif not tag[0].endswith("/>"):
            still_open.append(tag["name"])
    return "".join(f"</{name}>" for name in reversed(still_open))

"""Frames: what many mails share is rendered once, with holes, and each mail's own fills them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from secrets import token_hex
from typing import Self

_MARK = token_hex(8)  # nobody's text contains it
_HOLE = re.compile(rf"(?:<!--)?hole-{_MARK}-(\w+)-(?:-->)?")


def hole(name: str) -> str:
    """Given to a template in place of a fact; may stand in a comment, which is filled whole."""
    return f"hole-{_MARK}-{name}-"


def markup(text: str) -> str:
    """Text as it stands between tags, written as css_inline writes it."""
    return escape(text, quote=False).replace("\xa0", "&nbsp;")


@dataclass(frozen=True, slots=True)
class Frame:
    """`pieces`: text up to the first hole, the hole's name, text up to the next one, and so on."""

    pieces: tuple[str, ...]

    @classmethod
    def of(cls, rendered: str) -> Self:
        return cls(tuple(_HOLE.split(rendered)))

    def filled(self, own: Mapping[str, str]) -> str:
        pieces = list(self.pieces)
        pieces[1::2] = map(own.__getitem__, pieces[1::2])
        return "".join(pieces)

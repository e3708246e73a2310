"""An email's folder turned into subject, text and HTML."""

import re
from datetime import date
from functools import cache
from textwrap import wrap
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import get_template, render_to_string

TEXT_WIDTH = 72
# As many words as there is room for, or one that is longer; twenty times as fast as textwrap.
_LINE = re.compile(rf"([^ ]{{{TEXT_WIDTH + 1},}}|.{{1,{TEXT_WIDTH}}})(?: +|$)")
# After a preheader mail programs show the text that follows, unless there is enough of nothing.
NOTHING = "\u034f\u200c\u00a0" * 50
BASE = {
    "site_name": settings.SITE_NAME,
    "site_url": settings.SITE_URL,
    "preheader_end": NOTHING,
}


def edition_url(day: date) -> str:
    """The public page of that day's edition."""
    return f"{settings.SITE_URL}/d/{day.isoformat()}/"


def render_subject(folder: str, facts: dict[str, Any]) -> str:
    return " ".join(render_to_string(f"emails/{folder}/subject.txt", BASE | facts).split())


def render_text(folder: str, facts: dict[str, Any]) -> str:
    """Plain text: no HTML escaping, no runs of empty lines, lines of 72 characters."""
    return tidied(render_to_string(f"emails/{folder}/body.txt", BASE | facts)) + "\n"


def tidied(text: str) -> str:
    """No runs of empty lines, lines of 72 characters."""
    return re.sub(r"\n{3,}", "\n\n", wrapped(text)).strip()


def wrapped(text: str) -> str:
    """No line longer than 72, but for addresses, which nothing breaks."""
    lines = text.splitlines()
    return "\n".join(line if len(line) <= TEXT_WIDTH else _folded(line) for line in lines)


def _folded(line: str) -> str:
    lines = (found[1].rstrip(" ") for found in _LINE.finditer(line))
    return "\n".join(
        one if len(one) <= TEXT_WIDTH or "://" in one else "\n".join(wrap(one, TEXT_WIDTH))
        for one in lines
    )


def render_html(folder: str, facts: dict[str, Any]) -> str:
    """The whole document, styles inlined; rules that cannot be (dark mode, phones) stay."""
    html = render_to_string(f"emails/{folder}/body.html", BASE | facts | {"styles": _styles()})
    return _inliner().inline(html)


def render_row(template: str, facts: dict[str, Any]) -> str:
    """A row of a document's table, styles inlined, to be put in place of a comment there."""
    row = render_to_string(template, BASE | facts).strip()
    table = _inliner().inline_fragment(f"<table><tbody>{row}</tbody></table>", _styles())
    return table.removeprefix("<table><tbody>").removesuffix("</tbody></table>")


@cache
def _styles() -> str:
    return str(get_template("emails/styles.css").render())


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)

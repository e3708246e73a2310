"""An email's folder turned into subject, text and HTML."""

import re
from functools import cache
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import get_template, render_to_string

BASE = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}


def render_subject(folder: str, facts: dict[str, Any]) -> str:
    return " ".join(render_to_string(f"emails/{folder}/subject.txt", BASE | facts).split())


def render_text(folder: str, facts: dict[str, Any]) -> str:
    """Plain text: no HTML escaping, no runs of empty lines."""
    text = render_to_string(f"emails/{folder}/body.txt", BASE | facts)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def render_html(folder: str, facts: dict[str, Any]) -> str:
    """The whole document, styles inlined; rules that cannot be (dark mode, phones) stay."""
    html = render_to_string(f"emails/{folder}/body.html", BASE | facts | {"styles": _styles()})
    return _inliner().inline(html)


def render_fragment(template: str, facts: dict[str, Any]) -> str:
    """A piece of a document, styles inlined, to be put in place of a comment in render_html's."""
    return _inliner().inline_fragment(render_to_string(template, BASE | facts), _styles()).strip()


@cache
def _styles() -> str:
    return str(get_template("emails/styles.css").render())


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)

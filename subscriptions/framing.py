"""The HTML part of a mail as a page of its own: in a fenced-in frame of another page, or alone.

A frame follows the system's light or dark and cannot be told otherwise from outside. So the copy
that is shown gets its media queries answered in advance.
"""

import re

from django.http import HttpResponse

THEMES = ("light", "dark")
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
INLINE_STYLES_ONLY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; "
)
IN_A_FRAME = f"{INLINE_STYLES_ONLY}frame-ancestors 'self'; sandbox {SANDBOX}"
ALONE = f"{INLINE_STYLES_ONLY}frame-ancestors 'none'"
_PREFERENCE = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def in_a_frame(html: str, theme: str = "") -> HttpResponse:
    """What a frame of this site shows; no script runs in it and no form is sent from it."""
    headers = {"Content-Security-Policy": IN_A_FRAME, "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse(framed(html, theme), headers=headers)


def alone(html: str) -> HttpResponse:
    """The same as a page that fills the window."""
    return HttpResponse(html, headers={"Content-Security-Policy": ALONE})


def framed(html: str, theme: str) -> str:
    """The part as shown: links open a new tab, and `theme` ("" is the system's) is what it gets."""
    start = '<base target="_blank">'
    if theme in THEMES:
        start += f"<style>:root {{ color-scheme: {theme} !important; }}</style>"
        html = _PREFERENCE.sub(lambda found: _answer(found[1].lower() == theme), html)
    head = _HEAD.search(html)
    place = head.end() if head else 0
    return html[:place] + start + html[place:]


def _answer(yes: bool) -> str:  # noqa: FBT001  # the answer to a yes-or-no question
    return "(min-width: 0)" if yes else "(max-width: 0)"

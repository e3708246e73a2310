"""How a page is looked at: by axe in every look, and for what sticks out of a narrow window."""

from collections.abc import Sequence
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Theme = Literal["light", "dark"]
WIDTHS = (375, 1280)
NARROWEST = 320
TWICE_AS_LARGE = 640  # what is left of 1280 where everything is shown twice as large
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What another colour scheme can change; all else is looked at once for each width.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
THEMES: dict[Theme, dict[str, Any]] = {
    "light": {"type": "tag", "values": LEVELS},
    "dark": {"type": "rule", "values": OF_COLOUR},
}


def obstacles(page: Page, *, without: Sequence[str] = ()) -> list[str]:
    """All that stands in anybody's way on this page: for axe, and in a narrow window."""
    return problems(page, without=without) + sideways(page)


def problems(
    page: Page, *, without: Sequence[str] = (), widths: Sequence[int] = WIDTHS
) -> list[str]:
    """What axe finds, as "rule: element (look)"; `without` rules."""
    page.wait_for_load_state()
    page.evaluate(Axe().axe_script)
    return [
        f"{found['id']}: {node['target']} ({width}, {theme})"
        for width in widths
        for theme, rules in THEMES.items()
        for found in _violations(page, width, theme, rules)
        if found["id"] not in without
        for node in found["nodes"]
    ]


def sideways(page: Page) -> list[str]:
    """Where the page must be moved sideways: at 320 px, and with text of twice the size."""
    found = []
    for width, text in ((NARROWEST, "100%"), (TWICE_AS_LARGE, "200%")):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{wide} px of {width} (text {text})"] if wide > width else []
    page.evaluate("() => { document.documentElement.style.fontSize = '' }")
    return found


def _violations(page: Page, width: int, theme: Theme, rules: dict[str, Any]) -> Any:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    # The admin site changes its colours within a moment; in closed details that moment never ends.
    page.evaluate("document.getAnimations().forEach(it => it.finish())")
    # Frames are left out: a mail is looked at by itself.
    options = {"runOnly": rules, "resultTypes": ["violations"], "iframes": False}
    found = page.evaluate("how => axe.run(how)", options)
    return found["violations"]

"""Every sample mail in a browser: for everybody, on a phone, and in programs that drop styles."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

from seeds.mails import Sample, samples
from tests.browser.looking import NARROWEST, OF_COLOUR, problems

PHONE = 375
FINGER = 40  # px
# Mail programs show a mail within a page of theirs, whose landmarks it must not add to.
LANDMARKS = ("region", "landmark-one-main")

WITHOUT_STYLES = "document.querySelectorAll('style').forEach(it => it.remove())"
# Outlook marks what it has recoloured; the mail then says how it would be dark.
IN_OUTLOOKS_DARK = "['ogsc', 'ogsb'].forEach(it => document.documentElement.dataset[it] = '')"
LOW = """least => [...document.querySelectorAll('a')]
    .filter(it => !it.closest('.title') && it.getBoundingClientRect().height < least)
    .map(it => it.textContent)"""
OUT_OF_ORDER = """() => [...document.querySelectorAll('h1, h2, h3, p')]
    .map(it => [it.textContent, it.getBoundingClientRect()])
    .filter(([, box], at, all) => box.height === 0 || at && box.top < all[at - 1][1].bottom - 1)
    .map(([text]) => text)"""

every_language = pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])


def with_html(language: str) -> list[Sample]:
    return [sample for sample in samples(language) if sample.mail.html]


def show(page: Page, sample: Sample) -> None:
    page.emulate_media(color_scheme="light")
    page.set_content(sample.mail.html)


def sticks_out(page: Page, width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 900})
    return bool(page.evaluate("document.documentElement.scrollWidth") > width)


def contrast(page: Page) -> list[str]:
    """What axe finds in the colours, as they are now."""
    page.evaluate(Axe().axe_script)
    options = {"runOnly": {"type": "rule", "values": OF_COLOUR}, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


@every_language
def test_nothing_stands_in_anybodys_way(
    page: Page, language: str, subtests: pytest.Subtests
) -> None:
    for sample in with_html(language):
        with subtests.test(mail=sample.name):
            show(page, sample)
            assert problems(page, without=LANDMARKS) == []


@every_language
def test_fits_a_phone_and_its_links_fit_a_finger(
    page: Page, language: str, subtests: pytest.Subtests
) -> None:
    for sample in with_html(language):
        with subtests.test(mail=sample.name):
            show(page, sample)
            assert not sticks_out(page, NARROWEST)
            assert not sticks_out(page, PHONE)
            assert page.evaluate(LOW, FINGER) == []


@every_language
def test_is_readable_where_its_styles_are_dropped(
    page: Page, language: str, subtests: pytest.Subtests
) -> None:
    for sample in with_html(language):
        with subtests.test(mail=sample.name):
            show(page, sample)
            page.evaluate(WITHOUT_STYLES)
            assert not sticks_out(page, PHONE)
            assert page.evaluate(OUT_OF_ORDER) == []
            assert contrast(page) == []


def test_is_readable_in_the_dark_that_outlook_makes(page: Page, subtests: pytest.Subtests) -> None:
    for sample in with_html("en"):
        with subtests.test(mail=sample.name):
            show(page, sample)
            page.evaluate(IN_OUTLOOKS_DARK)
            assert contrast(page) == []

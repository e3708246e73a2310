"""Makes the README's pictures from a running demonstration.

make demo                                                   # in one terminal
.venv/bin/python docs/images/make.py http://localhost:8000  # in another

Needs Chromium and pngquant (both are Debian packages of that name).
"""
# ruff: noqa: INP001  # a script, which nothing imports

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent
MAILBOX = "/dev/mailbox/?to=reader@example.com&subject=more+papers"
EDITIONS = "/admin/papers/edition/"


def make(site: str) -> None:
    """For readers the front page and the sample reader's digest, for editors three pages."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        readers = new_page(browser, site, 1280, 850)
        take(readers, "/", "site.png")
        readers.set_viewport_size({"width": 700, "height": 900})
        take(readers, digest(readers), "digest.png")
        editors = new_page(browser, site, 1280, 850)
        log_in(editors)
        take(editors, "/admin/", "desk.png")
        take(editors, f"{newest_edition(editors)}papers/", "edition.png")
        take(editors, f"{EDITIONS}preview/?topics=cs.CV&papers=5", "preview.png")
        browser.close()


def new_page(browser: Browser, site: str, width: int, height: int) -> Page:
    return browser.new_page(
        base_url=site,
        viewport={"width": width, "height": height},
        color_scheme="light",
        reduced_motion="reduce",
    )


def digest(page: Page) -> str:
    """The address of the newest digest, by itself and in its light colours."""
    page.goto(MAILBOX)
    page.locator(".mailbox-subject").first.click()
    return f"{page.url}html/?theme=light"


def log_in(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("morning-papers")
    page.get_by_role("button", name="Log in").click()


def newest_edition(page: Page) -> str:
    page.goto(EDITIONS)
    page.locator("#result_list tbody th a").first.click()
    return page.url.removesuffix("change/")


def take(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.screenshot(path=FOLDER / name)
    command = ["pngquant", "--force", "--output", name, "64", name]
    subprocess.run(command, cwd=FOLDER, check=True)  # noqa: S603  # no word of it is foreign


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  # the script and the address
        sys.exit(__doc__)
    make(sys.argv[1].rstrip("/"))

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

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parent
MAILBOX = "/dev/mailbox/?to=reader@example.com&subject=more+papers"


def make(site: str) -> None:
    """site.png is the front page, digest.png the top of the sample reader's digest."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        take(browser, f"{site}/", "site.png", 1280, 850)
        take(browser, digest_on(browser, site), "digest.png", 700, 900)
        browser.close()


def digest_on(browser: Browser, site: str) -> str:
    """The address of the newest digest, by itself and in its light colours."""
    page = browser.new_page(base_url=site)
    page.goto(MAILBOX)
    page.locator(".mailbox-subject").first.click()
    return f"{page.url}html/?theme=light"


def take(browser: Browser, address: str, name: str, width: int, height: int) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce"
    )
    page.goto(address)
    page.screenshot(path=FOLDER / name)
    command = ["pngquant", "--force", "--output", name, "64", name]
    subprocess.run(command, cwd=FOLDER, check=True)  # noqa: S603  # no word of it is foreign


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  # the script and the address
        sys.exit(__doc__)
    make(sys.argv[1].rstrip("/"))

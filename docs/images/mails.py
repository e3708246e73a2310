"""Makes a picture of every sample mail, on a phone and a desk, light and dark, and a page of all.

manage.py email_samples FOLDER
.venv/bin/python docs/images/mails.py FOLDER

make email-preview does both. Needs Chromium. Exit code 1 if a picture could not be made.
"""
# ruff: noqa: INP001  # a script, which nothing imports

import shutil
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

WIDTHS = (375, 600)
THEMES = ("light", "dark")
NO_CHROMIUM = """Chromium is missing, so no picture can be made. Install it and call this again:
  Debian, Ubuntu  apt install chromium
  macOS           brew install --cask chromium
The mails themselves are in {folder}, as .html and .txt."""
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Every mail</title>
<style>
  body {{ margin: 24px; font: 16px/1.5 system-ui, sans-serif; background: #f1f1f1; color: #111; }}
  nav ul {{ columns: 18rem; }}
  .four {{ display: flex; gap: 16px; align-items: flex-start; overflow-x: auto; }}
  figure {{ margin: 0; flex: none; }}
  img, pre {{ display: block; border: 1px solid #bbb; }}
  pre {{ padding: 16px; overflow-x: auto; background: #fff; }}
</style>
<h1>Every mail</h1>
<nav><ul>
{contents}
</ul></nav>
{mails}
</html>
"""


def make(folder: Path) -> None:
    """The pictures beside the mails, and index.html, which shows them side by side."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        sys.exit(NO_CHROMIUM.format(folder=folder))
    names = sorted(file.stem for file in folder.glob("*.txt"))
    if not names:
        sys.exit(f"There is no mail in {folder}. Call manage.py email_samples {folder} first.")
    for stale in folder.glob("*.png"):
        stale.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        count = sum(take(browser, folder, width, theme) for width in WIDTHS for theme in THEMES)
        browser.close()
    index = folder / "index.html"
    index.write_text(index_of(folder, names), encoding="utf-8")
    print(f"{count} pictures of {len(names)} mails: {index.resolve().as_uri()}")  # noqa: T201  # where to look


def take(browser: Browser, folder: Path, width: int, theme: str) -> int:
    """All mails that have HTML, at that width and in these colours; how many."""
    page = browser.new_page(
        viewport={"width": width, "height": 400},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=False,
    )
    mails = sorted(set(folder.glob("*.html")) - {folder / "index.html"})
    for mail in mails:
        page.goto(mail.resolve().as_uri())
        page.screenshot(path=picture(mail, width, theme), full_page=True)
    page.close()
    return len(mails)


def picture(mail: Path, width: int, theme: str) -> Path:
    return mail.with_name(f"{mail.stem}-{width}-{theme}.png")


def index_of(folder: Path, names: list[str]) -> str:
    contents = "\n".join(f'  <li><a href="#{name}">{name}</a></li>' for name in names)
    mails = "\n".join(line for name in names for line in lines_of(folder / f"{name}.html"))
    return PAGE.format(contents=contents, mails=mails)


def lines_of(mail: Path) -> Iterator[str]:
    """One mail: its four pictures and its text."""
    text = mail.with_suffix(".txt")
    yield f'<h2 id="{mail.stem}">{mail.stem}</h2>'
    if mail.exists():
        yield f'<p><a href="{mail.name}">HTML</a>, {mail.stat().st_size / 1024:.0f} KB</p>'
        yield '<div class="four">'
        for shot in (picture(mail, width, theme) for width in WIDTHS for theme in THEMES):
            yield f'  <figure><img src="{shot.name}" alt="{shot.stem}" loading="lazy"></figure>'
        yield "</div>"
    yield f"<details><summary>Text</summary><pre>{escape(text.read_text('utf-8'))}</pre></details>"


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  # the script and the folder
        sys.exit(__doc__)
    try:
        make(Path(sys.argv[1]))
    except (Error, OSError) as error:
        sys.exit(f"The pictures could not be made. {error}")

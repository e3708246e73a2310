"""The translations in locale/, as the tests read them."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "locale"
MISSING_GETTEXT = "needs GNU gettext: install the package gettext"

PLACEHOLDER = re.compile(r"%\([a-z_]+\)[-+ 0]*[sd]|%%|\{[a-z_]+(?::[^}]*)?\}")
TAG = re.compile(r"</?[a-z][^>]*>")


def entries(language: str) -> list[polib.POEntry]:
    """Those of the .po that are in use."""
    file = LOCALE / language / "LC_MESSAGES" / "django.po"
    return [entry for entry in polib.pofile(str(file)) if not entry.obsolete]


def pairs(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    """What is said in English, and in the other language: once, or for one and for many."""
    if not entry.msgid_plural:
        yield entry.msgid, entry.msgstr
        return
    yield entry.msgid, entry.msgstr_plural.get(0, "")
    yield entry.msgid_plural, entry.msgstr_plural.get(1, "")


def fixed_parts(text: str) -> tuple[list[str], list[str]]:
    """What no translation may change: placeholders and HTML, in any order."""
    return sorted(PLACEHOLDER.findall(text)), sorted(TAG.findall(text))


def fragments(text: str) -> list[str]:
    """The words between placeholders and tags, as a page would show them."""
    return [part.strip() for part in re.split(f"{PLACEHOLDER.pattern}|{TAG.pattern}", text)]

"""Every language is complete: nothing untranslated, nothing missing, nothing out of date."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from papers import editions
from papers.models import Paper
from papers.scores import rank
from subscriptions import links
from subscriptions.feedback import Wish
from subscriptions.links import Purpose
from subscriptions.models import Digest, Subscriber
from tests.catalogue import LOCALE, MISSING_GETTEXT, ROOT, entries, fixed_parts, fragments, pairs
from tests.conftest import CI
from tests.factories import PaperFactory, SubscriberFactory
from tests.reading_pages import links_of, words_of
from tests.subscriptions.sent_digests import page_of, sent_to

OTHERS = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
GATHERED = ("digest_project", "papers", "seeds", "subscriptions", "static", "templates", "locale")
TOLD_APART = 12  # characters: shorter ones may stand in a page by chance
EACH = 3  # pages of one kind that are visited

for_each_language = pytest.mark.parametrize("language", OTHERS)


@for_each_language
def test_every_sentence_is_translated(language: str) -> None:
    missing = [
        english
        for entry in entries(language)
        for english, translated in pairs(entry)
        if not translated.strip() or entry.fuzzy
    ]

    assert not missing


@for_each_language
def test_translations_keep_placeholders_and_markup(language: str) -> None:
    changed = [
        (english, translated)
        for entry in entries(language)
        for english, translated in pairs(entry)
        if fixed_parts(english) != fixed_parts(translated)
    ]

    assert not changed


@for_each_language
def test_the_compiled_file_is_of_the_written_one(language: str) -> None:
    compiled = polib.mofile(str(LOCALE / language / "LC_MESSAGES" / "django.mo"))

    assert {_said(entry) for entry in compiled} == {
        _said(entry) for entry in entries(language) if entry.translated()
    }, "compile it: make messages"


def _said(entry: Any) -> tuple[Any, ...]:
    return (entry.msgctxt, entry.msgid, entry.msgstr, *sorted(entry.msgstr_plural.items()))


@for_each_language
def test_the_file_has_every_sentence_of_the_code(language: str, tmp_path: Path) -> None:
    if not shutil.which("xgettext"):
        (pytest.fail if CI else pytest.skip)(MISSING_GETTEXT)
    for folder in GATHERED:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "manage.py", tmp_path)

    subprocess.run(
        [sys.executable, "manage.py", "makemessages"],
        cwd=tmp_path,
        env=os.environ | {"DEMO": "true", "DJANGO_SETTINGS_MODULE": "digest_project.settings"},
        check=True,
        capture_output=True,
    )

    gathered = polib.pofile(str(tmp_path / "locale" / language / "LC_MESSAGES" / "django.po"))
    assert {(entry.msgctxt, entry.msgid) for entry in gathered} == {
        (entry.msgctxt, entry.msgid) for entry in entries(language)
    }, "gather them: make messages"


@pytest.mark.django_db
@for_each_language
def test_no_page_says_anything_in_english(language: str) -> None:
    client = Client(headers={"accept-language": language})
    pages = {
        address: words_of(html) for address, html in _visit(client, _first_pages(language)).items()
    }
    english = {
        fragment
        for entry in entries(language)
        for said, translated in pairs(entry)
        for fragment in fragments(said)
        if len(fragment) > TOLD_APART and fragment not in translated
    }

    left = {
        (address, fragment)
        for address, words in pages.items()
        for fragment in english
        if fragment in words
    }

    assert len(pages) > len(_KINDS)
    assert not left


# Found by no link, or only in some cases.
_KINDS = [
    "/",
    "/nothing/",
    "/d/2020-01-01/",
    "/archive/2020-01/",
    "/a/sam-same/",
    "/submit/thanks/",
    "/search/?q=nobody+wrote+this&code=on",
    "/search/?q=the",
    "/search/?since=tomorrow&topic=none",
    "/my-link/",
    "/check-your-inbox/",
    "/check-your-inbox/?link=asked",
    "/voting/",
    "/preferences/unknown/",
]


def _first_pages(language: str) -> list[str]:
    now = timezone.now()
    reader = SubscriberFactory.create(language=language, topics=["cs.CV"], next_send_at=now)
    left = SubscriberFactory.create(language=language, state=Subscriber.State.UNSUBSCRIBED)
    personal = [
        links.path(purpose, subscriber, made_at)
        for subscriber in (reader, left)
        for purpose in Purpose
        if purpose != Purpose.DIGEST
        for made_at in (now, now - timedelta(days=900))
    ]
    personal.append(links.path(Purpose.PREFERENCES, reader, now, page="welcome"))
    personal.append(links.path(Purpose.UNDO, left, now, page="why_left"))
    for number in range(4):
        PaperFactory.create(authors=["Sam Same", f"Member {number}"], title=f"Number {number}")
    bare = Paper.objects.create(title="Bare", has_code=True)
    gone = PaperFactory.create(status=Paper.Status.HIDDEN, withdrawn="Zurückgezogen")
    rank(now)
    editions.refresh(now)
    papers = [bare.get_absolute_url(), gone.get_absolute_url()]
    return [*_KINDS, *personal, *_pages_of_a_digest(sent_to(reader, now)), *papers]


def _pages_of_a_digest(digest: Digest) -> list[str]:
    """What its mail leads to."""
    web_copy = links.digest_path(digest)
    feedback = [page_of(digest, wish) for wish in Wish]
    return [web_copy, *feedback, f"{web_copy}worth/?answer=yes", f"{web_copy}worth/?answer=no"]


def _visit(client: Client, addresses: list[str]) -> dict[str, str]:
    """The HTML of those pages, and of a few of each kind that they lead to."""
    seen: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    waiting = list(addresses)
    while waiting:
        address = waiting.pop(0).partition("#")[0]
        kind = _kind(address)
        if address in seen or not kind or (kinds[kind] >= EACH and address not in addresses):
            continue
        kinds[kind] += 1
        answer = client.get(address)
        if answer.get("Content-Type", "").startswith("text/html") and answer.content:
            seen[address] = answer.content.decode()
            waiting += links_of(seen[address])
    return seen


def _kind(address: str) -> str:
    """The name of the page; "" where there is nothing to read for people."""
    path = address.partition("?")[0]
    if not path.startswith("/") or path.startswith(("/feeds/", "/dev/", "/static/")):
        return ""
    try:
        return resolve(path).view_name
    except Resolver404:
        return "nothing"

"""Making a correction in the admin: written, looked at with its reach, then made once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from papers.models import Correction, Edition
from subscriptions import corrections
from subscriptions.models import Notice
from tests.admin_site import sign_in
from tests.factories import DigestFactory, EditionFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/papers/correction/add/"
WORDS = {"subject": "Wrong authors", "text": "They were swapped.\r\n\r\nSorry."}


@pytest.fixture
def edition() -> Edition:
    now = datetime.now(UTC)
    edition: Edition = EditionFactory.create(date=now.date(), frozen_at=now)
    later = now + timedelta(hours=9)
    for _ in range(3):
        DigestFactory.create(edition=edition, state="sent", sending_at=now, not_after=later)
    DigestFactory.create(edition=edition, state="ready", not_after=later)
    return edition


@pytest.fixture
def editor(client: Client) -> Client:
    sign_in(client, Permission.objects.filter(codename="correct_edition"))
    return client


def post(client: Client, edition: Edition, **facts: Any) -> str:
    answer = client.post(ADD, {"edition": edition.pk, **WORDS, **facts}, follow=True)
    assert answer.status_code == 200
    return answer.text


def test_the_first_page_asks_for_the_words(editor: Client, edition: Edition) -> None:
    text = editor.get(ADD, {"edition": edition.pk}).text

    assert "exactly those whose digest of this edition left without it" in text
    assert 'name="subject"' in text


def test_the_second_shows_the_mail_and_whom_it_reaches_and_makes_nothing(
    editor: Client, edition: Edition
) -> None:
    text = post(editor, edition)

    assert "It goes to <strong>3 readers</strong>" in text
    assert "1 digest that waits carries it at the head" in text
    assert "Correction: Wrong authors" in text
    assert "They were swapped." in text
    assert "reader@example.org" in text
    assert not Correction.objects.exists()


@pytest.mark.parametrize("number", [2, 32768, 10**20])
def test_no_number_is_left_out(editor: Client, edition: Edition, number: int) -> None:
    post(editor, edition, number=number, confirmed="yes")

    assert not Correction.objects.exists()


def test_a_yes_makes_it_and_the_page_keeps_account(editor: Client, edition: Edition) -> None:
    text = post(editor, edition, number=1, confirmed="yes")

    made = Correction.objects.get()
    assert (made.number, made.subject, made.text) == (
        1,
        "Wrong authors",
        "They were swapped.\n\nSorry.",
    )
    assert "Made." in text
    assert "Not opened yet: the next tick opens them." in text
    assert corrections.open_notices(datetime.now(UTC)) == 3
    page = editor.get(f"/admin/papers/correction/{made.pk}/change/").text
    assert "3 due = 0 sent" in page
    assert "Not opened yet" not in page
    assert "0 unexplained" in page
    assert LogEntry.objects.get().object_repr == str(made)


def test_a_double_click_makes_one(editor: Client, edition: Edition) -> None:
    post(editor, edition, number=1, confirmed="yes")

    text = post(editor, edition, number=1, confirmed="yes")

    assert "has a correction of that number already" in text
    assert Correction.objects.count() == 1


def test_a_yes_without_the_second_page_is_asked_again(editor: Client, edition: Edition) -> None:
    assert "3 readers" in post(editor, edition, confirmed="yes")
    assert not Correction.objects.exists()


@pytest.mark.parametrize("field", ["subject", "text"])
def test_words_that_are_missing_are_asked_for(editor: Client, edition: Edition, field: str) -> None:
    assert "This field is required" in post(
        editor, edition, number=1, confirmed="yes", **{field: " "}
    )
    assert not Correction.objects.exists()


@pytest.mark.parametrize("chosen", ["", "x", "0", "9" * 30, "-1", "\x00"])
def test_without_an_edition_it_leads_to_their_list(editor: Client, chosen: str) -> None:
    answer = editor.get(ADD, {"edition": chosen})

    assert answer.status_code == 302
    assert answer["Location"] == "/admin/papers/edition/"


def test_an_open_edition_is_changed_not_corrected(editor: Client) -> None:
    edition = EditionFactory.create()

    assert editor.get(ADD, {"edition": edition.pk}).status_code == 302
    post_answer = editor.post(
        ADD, {"edition": edition.pk, **WORDS, "number": 1, "confirmed": "yes"}
    )
    assert post_answer.status_code == 302
    assert not Correction.objects.exists()


def test_once_made_it_stays(admin_client: Client, edition: Edition) -> None:
    post(admin_client, edition, number=1, confirmed="yes")
    url = f"/admin/papers/correction/{Correction.objects.get().pk}"

    assert admin_client.post(f"{url}/change/", WORDS).status_code == 403
    assert admin_client.post(f"{url}/delete/", {"post": "yes"}).status_code == 403


def test_without_the_right_nothing_is_shown_or_made(client: Client, edition: Edition) -> None:
    sign_in(client, Permission.objects.filter(codename="change_edition"))

    assert client.get(ADD, {"edition": edition.pk}).status_code == 403
    made = client.post(ADD, {"edition": edition.pk, **WORDS, "number": 1, "confirmed": "yes"})
    assert made.status_code == 403
    assert client.get("/admin/papers/correction/").status_code == 403
    assert not Correction.objects.exists()
    assert not Notice.objects.exists()

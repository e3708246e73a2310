"""Addresses never mailed again, in the admin site: found, added, listed, lifted with a reason."""

from datetime import UTC, datetime
from typing import Any

import pytest
from auditlog.models import LogEntry as AuditEntry
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from subscriptions import addresses, events, suppressing
from subscriptions.models import ProviderEvent, Subscriber, Suppression
from tests.admin_site import act, cost, sign_in
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LIST = "/admin/subscriptions/suppression/"
IMPORT = f"{LIST}import/"
READER = "reader@example.com"


@pytest.fixture
def support(client: Client) -> Client:
    rights = Permission.objects.filter(content_type__app_label="subscriptions")
    sign_in(client, rights.exclude(codename="view_address"))
    return client


def compared(client: Client, text: str, **facts: str) -> Any:
    """The page between a file and its effect."""
    file = SimpleUploadedFile("list.txt", text.encode())
    asked = {"format": "0", "resource": "0", "reason": "bounced", "note": "from the old system"}
    return client.post(IMPORT, {**asked, "import_file": file, **facts})


def confirmed(client: Client, page: Any) -> str:
    form = page.context["confirm_form"]
    return client.post(
        f"{LIST}process_import/",
        {bound.html_name: bound.value() for bound in form},
        follow=True,
    ).text


# --- one at a time -------------------------------------------------------------------------------


def test_a_reader_is_suppressed_by_address(support: Client) -> None:
    SubscriberFactory.create(email=READER)
    facts = {"email": "Reader@example.com", "reason": "asked", "note": "by letter"}

    first, second = (support.post(f"{LIST}add/", facts) for _ in range(2))

    assert (first.status_code, Subscriber.objects.get().state) == (302, "suppressed")
    assert "suppressed already" in second.text
    kept = [list(model.objects.values()) for model in (Suppression, LogEntry, AuditEntry)]
    assert "eader@" not in str(kept)


def test_a_suppression_is_found_by_its_whole_address(support: Client) -> None:
    suppressing.suppress(READER, "asked", NOW)
    suppressing.suppress("other@example.com", "asked", NOW)

    assert "1 suppression" in support.get(LIST, {"q": "READER@example.com"}).text
    assert "0 suppressions" in support.get(LIST, {"q": "reader"}).text


def test_why_it_is_suppressed_stands_on_its_page(support: Client) -> None:
    reader = SubscriberFactory.create(email=READER)
    events.store(events.Facts("Postmark", "complained", NOW, address=READER))
    events.process_waiting(NOW)
    row = Suppression.objects.get()

    page = support.get(f"{LIST}{row.pk}/change/").text

    assert "told by Postmark" in page
    assert "Postmark: reported as spam; address suppressed" in page
    assert reader.email not in page


def test_lifting_asks_for_a_reason_and_is_remembered(support: Client) -> None:
    reader = SubscriberFactory.create(email=READER)
    suppressing.suppress(READER, "bounced", NOW)
    row = Suppression.objects.get()

    asked = act(support, LIST, "lift", row)
    without = act(support, LIST, "lift", row, confirmed="yes", reason="")
    assert Suppression.objects.exists()
    told = act(support, LIST, "lift", row, confirmed="yes", reason="The mailbox was full")

    assert "Lift these suppressions?" in asked
    assert "This field is required" in without
    assert "Lifted: 1." in told
    reader.refresh_from_db()
    assert (Suppression.objects.exists(), reader.state) == (False, "unsubscribed")
    assert AuditEntry.objects.filter(additional_data__told="Lifted: The mailbox was full").exists()


def test_it_is_not_deleted_without_a_reason(support: Client) -> None:
    suppressing.suppress(READER, "bounced", NOW)
    row = Suppression.objects.get()

    assert support.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    act(support, LIST, "delete_selected", row, post="yes")

    assert Suppression.objects.exists()


def test_who_may_only_look_can_neither_lift_nor_add(client: Client) -> None:
    sign_in(client, Permission.objects.filter(codename="view_suppression"))
    suppressing.suppress(READER, "bounced", NOW)
    row = Suppression.objects.get()

    act(client, LIST, "lift", row, confirmed="yes", reason="Because")

    assert Suppression.objects.exists()
    assert client.get(f"{LIST}{row.pk}/change/").status_code == 200
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get(IMPORT).status_code == 403
    assert compared(client, READER).status_code == 403


# --- a list --------------------------------------------------------------------------------------


def test_a_list_is_compared_before_anything_is_changed(support: Client) -> None:
    suppressing.suppress("known@example.com", "asked", NOW)
    lines = ["email,since", READER, "known@example.com,2020", f'"{READER.upper()}"', "# note", "no"]

    page = compared(support, "\n".join(lines))

    listing = page.context["result"].listing
    assert (len(listing.new), len(listing.known), listing.repeated) == (1, 1, 1)
    assert listing.unreadable == [(6, "no")]
    assert "Suppress 1 address<" in page.text
    assert "Line 6: no" in page.text
    assert Suppression.objects.count() == 1


def test_a_confirmed_list_suppresses_its_readers(support: Client) -> None:
    reader = SubscriberFactory.create(email=READER)

    told = confirmed(support, compared(support, f"{READER}\nother@example.com\n"))

    assert "Suppressed: 2." in told
    reader.refresh_from_db()
    assert reader.state == "suppressed"
    rows = Suppression.objects.values_list("reason", "note")
    assert set(rows) == {("bounced", "from the old system")}
    assert AuditEntry.objects.filter(additional_data__told="Suppressed by a list").count() == 2


def test_the_same_list_once_more_changes_nothing(support: Client) -> None:
    confirmed(support, compared(support, READER))

    page = compared(support, READER)

    assert "Nothing to change" in page.text
    assert Suppression.objects.count() == 1


def test_what_was_exported_here_can_be_brought_back(support: Client) -> None:
    suppressing.suppress(READER, "complained", NOW, "told by Postmark")
    exported = support.post(f"{LIST}export/", {"format": "0", "resource": "0"}).text
    Suppression.objects.all().delete()

    told = confirmed(support, compared(support, exported))

    assert "eader@" not in exported
    assert addresses.address_hash(READER) in exported
    assert "Suppressed: 1." in told
    assert Suppression.objects.get().address_hash == addresses.address_hash(READER)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe\xfa", "no text in UTF-8"), (b"x" * 1_100_000, "larger than 1 MB")],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    support: Client, content: bytes, says: str
) -> None:
    file = SimpleUploadedFile("list.txt", content)
    facts = {"format": "0", "resource": "0", "reason": "asked", "import_file": file}

    page = support.post(IMPORT, facts)

    assert says in page.text
    assert not Suppression.objects.exists()


def test_ten_thousand_lines_take_few_queries(support: Client) -> None:
    text = "\n".join(f"reader{number}@example.com" for number in range(10_000))

    with CaptureQueriesContext(connection) as looking:
        page = compared(support, text)
    with CaptureQueriesContext(connection) as doing:
        told = confirmed(support, page)

    assert "Suppressed: 10000." in told
    assert len(looking) < 60
    assert len(doing) < 500  # 50 for a thousand, most of them the history


# --- speed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [LIST, "/admin/subscriptions/providerevent/"])
def test_a_list_costs_the_same_at_any_length(admin_client: Client, url: str) -> None:
    def more() -> None:
        for _ in range(5):
            reader = SubscriberFactory.create()
            suppressing.suppress(reader.email, "asked", NOW)
            events.store(events.Facts("Brevo", "complained", NOW, address=reader.email))
        events.process_waiting(NOW)

    more()
    cost(admin_client, url)  # content types are kept from here on
    few = cost(admin_client, url)
    more()

    assert cost(admin_client, url) == few
    assert ProviderEvent.objects.count() == 10

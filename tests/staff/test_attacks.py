"""Ways around the rights of staff, and what strangers wrote in the hope that staff look at it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import CharField, Model, TextField
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from papers.models import Author, Paper
from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Digest, MailboxMessage, Subscriber
from tests.admin_site import sign_in_with_both_factors
from tests.factories import DigestFactory, NoticeFactory, PaperFactory, SubscriberFactory
from tests.staff.admin_urls import GUESSED, Address, a_row_of, addresses
from tests.staff.codes import code_of_key
from tests.subscriptions.sent_digests import sent_to

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,  # each page's own tests see to them
]
READER = "canary.bird@secret-nest.org"
DIGESTS = "/admin/subscriptions/digest/"
OWN_SIGN_IN = {"login", "logout", "enrol", "second_step", "your_sign_in", "password_change"}
NOT_OF_THE_PAGES = (LogEntry, Session)
PRESSED = {
    **dict.fromkeys(["confirmed", "post", "import", "cancel", "again", "_save"], "yes"),
    **dict.fromkeys(["reason", "subject", "note", "title"], "Changed"),
    **dict.fromkeys(["paper", "edition", "position", "rank"], "1"),
    "text": "2401.01234",
    "email": "new@example.org",
    "date": "2026-11-01",
}
EVIL = "\"'><img src=x onerror=alert(1)>"
FIXED = {"timezone", "language", "owner"}  # chosen from what we know, or the machinery's own


def who_may(*rights: str) -> Client:
    """Whose rights begin so."""
    user = User.objects.create(username="sam", is_staff=True, email="sam@example.org")
    found = Permission.objects.select_related("content_type")
    user.user_permissions.set(right for right in found if right.codename.startswith(rights))
    return signed_in(user)


def one_of(group: str) -> Client:
    user = User.objects.create(username="sam", is_staff=True, email="sam@example.org")
    user.groups.add(Group.objects.get(name=group))
    return signed_in(user)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(name="rows")
def a_row_of_each() -> dict[Any, Any]:
    return all_rows()


def all_rows() -> dict[Any, Any]:
    return {model: a_row_of(model) for model in {each.model for each in addresses()} if model}


def stored() -> dict[str, list[str]]:
    """Every row of the database, but who is at work and the log of it."""
    models = [model for model in apps.get_models() if model not in NOT_OF_THE_PAGES]
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list())) for model in models
    }


def url_of(address: Address, rows: dict[Any, Any]) -> str:
    return address.of(rows[address.model].pk if address.model else 1)


# --- what may not be changed ---------------------------------------------------------------------


def acts_on(address: Address) -> list[str]:
    if address.model and address.name.endswith("changelist"):
        owner = admin.site.get_model_admin(address.model)
        names = [str(getattr(act, "__name__", act)) for act in owner.actions or ()]
        return [*names, "delete_selected", "pause", "resume"]
    return ["pin", "add"]


def test_who_may_only_look_changes_nothing_whatever_they_post(rows: dict[Any, Any]) -> None:
    client = who_may("view_")
    before = stored()

    for address in addresses():
        if address.name not in OWN_SIGN_IN:
            chosen = rows[address.model].pk if address.model else 1
            for act in acts_on(address):
                facts = {**PRESSED, "act": act, "action": act, "_selected_action": chosen}
                client.post(url_of(address, rows), facts)

    assert stored() == before


def test_looking_at_every_page_changes_nothing(rows: dict[Any, Any]) -> None:
    client = signed_in(User.objects.create_superuser("chief"))
    before = stored()

    for address in addresses():
        if address.name != "logout":
            client.get(url_of(address, rows))

    assert stored() == before


@pytest.mark.parametrize("present", ["", "123456", "abcdefgh"])
def test_an_open_browser_alone_replaces_no_device(client: Client, sam: User, present: str) -> None:
    url = reverse("admin:enrol")
    first = sign_in_with_both_factors(client, sam)
    page = client.get(url).context
    facts = {"key": page["form"]["key"].value(), "code": code_of_key(page["key_to_type"])}

    answer = client.post(url, {**facts, "present": present})

    assert answer.context["form"].errors.keys() == {"present"}
    assert TOTPDevice.objects.get() == first


# --- who reads -----------------------------------------------------------------------------------


def secrets_behind(model: type[Model], depth: int = 3) -> Iterator[str]:
    """Lookups that lead from a list's rows to what nobody may read out letter by letter."""
    for field in model._meta.get_fields():
        if field.name in {"email", "password", "key", "token"} and depth < 3:
            yield field.name
        elif field.is_relation and field.related_model and depth:
            for path in secrets_behind(field.related_model, depth - 1):
                yield f"{field.name}__{path}"


def test_no_list_is_narrowed_by_a_secret_of_another_row(rf: Any) -> None:
    request = rf.get("/")
    request.user = User(is_superuser=True, is_staff=True)

    told = [
        f"{model._meta.label}: {path}"
        for model, owner in admin.site._registry.items()
        for path in secrets_behind(model)
        if owner.lookup_allowed(f"{path}__startswith", "a", request)
    ]

    assert "subscriber__email" in set(secrets_behind(Digest))
    assert not told


@pytest.mark.parametrize(("group", "finds"), [("Editors", False), ("Support", True)])
def test_by_an_address_only_those_find_digests_who_may_know_readers(
    group: str, finds: bool
) -> None:
    digest = DigestFactory.create(subscriber__email=READER)

    page = one_of(group).get(DIGESTS, {"q": READER}).text

    assert (f"{DIGESTS}{digest.pk}/" in page) is finds


@pytest.mark.parametrize("model", [Author, Paper, Subscriber])
def test_the_way_to_a_public_page_tells_nothing_of_rows_that_one_may_not_see(
    model: type[Model],
) -> None:
    kind = ContentType.objects.get_for_model(model).pk
    client = who_may("hold_")

    ways = [
        reverse("admin:view_on_site", args=[kind, row]) for row in (a_row_of(model).pk, GUESSED)
    ]

    assert [client.get(way).status_code for way in ways] == [403, 403]


@pytest.mark.parametrize("group", ["Editors", "Support", "Operators"])
def test_a_reader_is_nowhere_named_on_a_tour_of_all_pages(group: str) -> None:
    now = datetime.now(UTC)
    PaperFactory.create_batch(8, first_seen_at=now - timedelta(hours=1))
    digest = sent_to(SubscriberFactory.create(email=READER, next_send_at=now), now)
    reader = digest.subscriber
    notice = NoticeFactory.create(subscriber=reader, kind="welcome", state="sent")
    rows = all_rows() | {Subscriber: reader, Digest: digest, type(notice): notice}
    tokens = [links.token(purpose, reader, now) for purpose in Purpose]
    secret = ["canary", "secret-nest", links.digest_path(digest).split("/")[2], *tokens]
    client = one_of(group)

    pages = {
        address.name: client.get(url_of(address, rows))
        for address in addresses()
        if address.name != "logout"
    }
    asked = {"reader": reader.pk}
    pages["preview of one"] = client.get(reverse("admin:preview"), asked)
    pages["mail of one"] = client.get(reverse("admin:preview_mail"), asked)
    client.post(reverse("admin:preview_test", query=asked))

    named = [
        name
        for name, page in pages.items()
        if any(sign in page.getvalue().decode() for sign in secret)
    ]
    kept = [
        model._meta.label
        for model in set(apps.get_models()) - {Subscriber, MailboxMessage}
        if any(sign in str(list(model._base_manager.values())) for sign in secret)
    ]
    assert (named, kept) == ([], [])
    assert digest.state == "sent"


# --- what strangers wrote ------------------------------------------------------------------------


def test_nothing_stored_is_taken_for_html(rows: dict[Any, Any]) -> None:
    for model in rows:
        for field in model._meta.concrete_fields:
            text = isinstance(field, CharField | TextField) and not field.choices
            if text and not field.unique and field.name not in FIXED | {"password"}:
                model._base_manager.update(**{field.name: EVIL[: field.max_length]})
    client = signed_in(User.objects.create_superuser("chief", first_name=EVIL))

    pages = {
        address.name: client.get(url_of(address, rows))
        for address in addresses()
        if address.name != "logout"
    }

    shown = [
        name
        for name, page in pages.items()
        if b"<img src=x" in page.getvalue() and "html" in page["Content-Type"]
    ]
    assert not shown
    assert any(b"&lt;img src=x" in page.getvalue() for page in pages.values())


@pytest.mark.parametrize("digits", ["9" * 30, "9" * 5000])
@pytest.mark.parametrize(
    "url",
    [
        "subscriptions/subscriber/?q=",
        "subscriptions/digest/?q=",
        "subscriptions/digest/?edition__id__exact=",
        "papers/edition/preview/?reader=",
        "papers/correction/add/?edition=",
        "auditlog/logentry/?kind=",
    ],
)
def test_a_number_that_no_row_has_is_no_crash(url: str, digits: str) -> None:
    client = signed_in(User.objects.create_superuser("chief"))

    assert client.get(f"/admin/{url}{digits}", follow=True).status_code == 200

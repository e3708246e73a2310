"""The page with the switch for all mail, and the banner that everybody sees while it is off."""

from datetime import UTC, datetime, timedelta

import pytest
from auditlog.models import LogEntry as AuditEntry
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import Settings

from digest_project.staff.groups import rights_of
from papers.editions import release
from subscriptions import breaker, switch
from subscriptions.models import Brake, Breaker, Sending
from tests.admin_site import cost, sign_in
from tests.factories import DigestFactory, EditionFactory, NoticeFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/subscriptions/sending/"
OPENED = datetime(2026, 11, 20, 8, tzinfo=UTC)


def press(client: Client, act: str, reason: str = "") -> str:
    return client.post(PAGE, {"act": act, "reason": reason}, follow=True).text


def with_right(client: Client, *names: str) -> Client:
    sign_in(client, Permission.objects.filter(codename__in=names))
    return client


def test_it_says_that_mail_leaves_and_has_one_button(admin_client: Client) -> None:
    text = admin_client.get(PAGE).text

    assert "Mail leaves when its time has come" in text
    assert "Pause all sending" in text
    assert "Resume" not in text


def test_a_pause_needs_a_reason_and_names_who_began_it(admin_client: Client) -> None:
    without = press(admin_client, "pause", "  ")
    assert not Sending.objects.exists()

    text = press(admin_client, "pause", "Wrong <links>")

    assert "This field is required" in without
    assert "No mail begins to leave from here on" in text
    assert "Wrong &lt;links&gt;" in text
    assert Sending.objects.get().paused_by == "admin"


def test_a_second_pause_is_told_and_keeps_the_first(admin_client: Client) -> None:
    press(admin_client, "pause", "wrong links")

    assert "paused already" in press(admin_client, "pause", "other links")
    assert Sending.objects.get().reason == "wrong links"


def test_resuming_twice_is_told(admin_client: Client) -> None:
    press(admin_client, "pause", "wrong links")

    assert "goes on with the next tick" in press(admin_client, "resume")
    assert not Sending.objects.exists()
    assert "not paused any more" in press(admin_client, "resume")


def test_before_resuming_it_says_what_waits_and_what_came_too_late(admin_client: Client) -> None:
    now = datetime.now(UTC)
    switch.pause("wrong links", "sam", now - timedelta(hours=9))
    for hours in (1, 2, -1):
        DigestFactory.create(state="ready", not_after=now + timedelta(hours=hours))
    NoticeFactory.create(state="ready", not_after=now + timedelta(hours=1))

    text = admin_client.get(PAGE).text

    assert "2 digests and 1 notice: they leave when sending goes on" in text
    assert "1 digest and 0 notices grew too old in the pause" in text


def test_a_look_changes_nothing(admin_client: Client) -> None:
    admin_client.get(PAGE, {"act": "pause", "reason": "wrong links"})

    assert not Sending.objects.exists()


def test_a_button_of_another_name_does_nothing(admin_client: Client) -> None:
    assert admin_client.post(PAGE, {"reason": "wrong links"}).status_code == 200
    assert not Sending.objects.exists()


def test_both_are_in_the_history(admin_client: Client) -> None:
    press(admin_client, "pause", "wrong links")
    press(admin_client, "resume")

    told = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(told) == ["Paused all sending: wrong links", "Resumed sending"]


# --- what else may stop the mail -------------------------------------------------------------


def test_while_nothing_stops_it_each_part_says_so(admin_client: Client) -> None:
    text = admin_client.get(PAGE).text

    assert "Closed: the provider takes our mail" in text
    assert "No limit is set, and nobody asked us to slow down." in text
    assert "None was so far." in text
    assert "Nothing says that this database is a copy" in text
    assert "Close it now" not in text


def test_of_an_open_breaker_it_tells_since_when_why_and_what_comes(admin_client: Client) -> None:
    breaker.open("SMTPAuthenticationError: 535 <b>", OPENED)
    Breaker.objects.update(probes=3, probe_at=datetime(2126, 11, 20, 9, 30, tzinfo=UTC))

    text = admin_client.get(PAGE).text

    assert "Nobody paused it, but no mail leaves" in text
    assert "the provider refuses us" in text
    assert "SMTPAuthenticationError: 535 &lt;b&gt;" in text
    assert "20 November 2026, 08:00 UTC" in text
    assert "3 mails since then" in text
    assert "20 November 2126, 09:30 UTC" in text


def test_when_a_probe_is_due_or_under_way_it_says_so(admin_client: Client) -> None:
    breaker.open("wrong login", OPENED)
    due = admin_client.get(PAGE).text
    breaker.share("a worker", 100, datetime.now(UTC))
    under_way = admin_client.get(PAGE).text

    assert "with the next tick, if a mail waits" in due
    assert "under way" in under_way


def test_closing_the_breaker_is_told_and_doing_it_twice_changes_nothing(
    admin_client: Client,
) -> None:
    breaker.open("wrong login", OPENED)

    assert "Sending goes on with the next tick." in press(admin_client, "close")
    assert breaker.opened() is None
    assert "It was closed already" in press(admin_client, "close")
    told = LogEntry.objects.values_list("change_message", flat=True)
    assert list(told) == ["Closed the breaker: wrong login"]
    told = AuditEntry.objects.values_list("additional_data__told", flat=True)
    assert list(told) == ["Closed the breaker: wrong login"]


def test_closing_the_breaker_ends_no_pause(admin_client: Client) -> None:
    switch.pause("wrong links", "sam", OPENED)
    breaker.open("wrong login", OPENED)

    text = press(admin_client, "close")

    assert "Paused." in text
    assert Sending.objects.exists()


def test_what_the_brake_held_is_listed(admin_client: Client) -> None:
    edition = EditionFactory.create(held=True, held_by="the brake", hold_reason="6 of 100")
    Brake.objects.create(edition=edition, acted_at=OPENED, reason="6 of 100")
    held = admin_client.get(PAGE).text
    release(edition)
    released = admin_client.get(PAGE).text

    assert f"/admin/papers/edition/{edition.pk}/change/" in held
    assert "<td>held</td>" in held
    assert "<td>released</td>" in released


def test_rates_are_told_as_they_are_and_as_they_are_set(
    admin_client: Client, settings: Settings
) -> None:
    settings.EMAIL_RATE, settings.EMAIL_DOMAIN_RATES = 14, {"example.com": 2.5}

    text = admin_client.get(PAGE).text

    assert "the provider" in text
    assert "<td>14</td>" in text
    assert "example.com" in text
    assert "<td>2.50</td>" in text
    assert "as set" in text


# --- rights ----------------------------------------------------------------------------------


def test_without_a_right_there_is_no_page(client: Client) -> None:
    with_right(client, "view_digest")

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"act": "pause", "reason": "x"}).status_code == 403
    assert not Sending.objects.exists()


def test_who_may_only_look_sees_no_button(client: Client) -> None:
    with_right(client, "view_sending")
    breaker.open("wrong login", OPENED)

    assert "<button" not in client.get(PAGE).text.partition('id="content"')[2]
    assert client.post(PAGE, {"act": "pause", "reason": "x"}).status_code == 403


def test_who_may_pause_cannot_resume(client: Client) -> None:
    with_right(client, "add_sending")
    press(client, "pause", "wrong links")

    assert client.post(PAGE, {"act": "resume"}).status_code == 403
    assert Sending.objects.exists()


def test_only_who_may_resume_may_close_the_breaker(client: Client) -> None:
    breaker.open("wrong login", OPENED)

    with_right(client, "add_sending", "view_sending")
    assert "Close it now" not in client.get(PAGE).text
    assert client.post(PAGE, {"act": "close"}).status_code == 403
    assert breaker.opened()


@pytest.mark.parametrize(("group", "closed"), [("Editors", False), ("Operators", True)])
def test_operators_may_close_it_and_editors_may_not(
    client: Client, group: str, *, closed: bool
) -> None:
    breaker.open("wrong login", OPENED)
    with_right(client, *(right.partition(".")[2] for right in rights_of(group)))

    assert ("Close it now" in client.get(PAGE).text) == closed
    press(client, "close")

    assert (breaker.opened() is None) == closed


def test_nobody_reaches_it_signed_out(client: Client) -> None:
    assert client.post(PAGE, {"act": "pause", "reason": "x"}).status_code == 302
    assert not Sending.objects.exists()


# --- the banner ------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/admin/", "/admin/papers/paper/", "/admin/password_change/"])
def test_while_paused_every_page_says_so(admin_client: Client, page: str) -> None:
    before = admin_client.get(page).text
    switch.pause("wrong links", "sam", datetime.now(UTC))

    assert "All sending is paused" not in before
    text = admin_client.get(page).text
    assert "All sending is paused" in text
    assert "by sam: wrong links" in text


def test_who_is_not_signed_in_learns_nothing_of_it(client: Client) -> None:
    switch.pause("wrong links", "sam", datetime.now(UTC))

    assert "paused" not in client.get("/admin/login/").text


def test_it_costs_the_same_however_much_waits(admin_client: Client) -> None:
    switch.pause("wrong links", "sam", datetime.now(UTC))
    costs = []
    for _ in range(2):
        DigestFactory.create_batch(20, state="ready")
        costs.append(cost(admin_client, PAGE))

    assert costs[0] == costs[1]

"""When a session of staff ends. Readers have none."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.fixtures import Settings

from tests.admin_site import sign_in_with_both_factors
from tests.factories import PaperFactory
from tests.staff.codes import PASSWORD, give_password

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_it_ends_after_two_idle_hours(client: Client, sam: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        give_password(client)
        for _ in range(3):
            clock.shift(timedelta(hours=1, minutes=58))
            assert is_in(client)
        clock.shift(timedelta(hours=2, minutes=1))
        assert not is_in(client)


def test_it_ends_after_twelve_hours_of_work_and_says_so(client: Client, sam: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        give_password(client)
        for _ in range(11):
            clock.shift(timedelta(hours=1))
            assert is_in(client)
        clock.shift(timedelta(hours=1))

        page = client.get("/admin/", follow=True)

    assert "Your session has ended. Please log in again." in page.text
    assert page.request["PATH_INFO"] == "/admin/login/"


def test_work_within_a_minute_is_not_written_down(client: Client, sam: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        give_password(client)
        before = Session.objects.get().expire_date
        clock.shift(59)
        client.get("/admin/")
        assert Session.objects.get().expire_date == before
        clock.shift(1)
        client.get("/admin/")
        assert Session.objects.get().expire_date > before


def test_it_ends_with_the_membership(client: Client, sam: User) -> None:
    give_password(client)
    User.objects.update(is_staff=False)

    assert not is_in(client)
    assert "_auth_user_id" not in client.session


def test_it_ends_with_the_account(client: Client, sam: User) -> None:
    give_password(client)
    User.objects.update(is_active=False)

    assert not is_in(client)


def test_a_new_password_ends_the_other_sessions(client: Client, sam: User) -> None:
    other = Client()
    give_password(client)
    give_password(other)
    new = "another good and long one"
    facts = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

    client.post("/admin/password_change/", facts)

    assert is_in(client)
    assert not is_in(other)


def test_it_ends_with_the_device(client: Client, sam: User) -> None:
    device = sign_in_with_both_factors(client, sam)
    assert is_in(client)

    device.delete()

    assert not is_in(client)
    assert "_auth_user_id" not in client.session


def test_logging_out_leaves_nothing(client: Client, sam: User) -> None:
    give_password(client)

    client.post("/admin/logout/")

    assert not Session.objects.exists()
    assert not is_in(client)


def test_no_link_logs_anybody_out(client: Client, sam: User) -> None:
    give_password(client)

    assert client.get("/admin/logout/").status_code == 405
    assert is_in(client)


def test_the_cookie_is_for_the_server_alone(client: Client, sam: User, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True

    answer = client.post("/admin/login/", {"username": "sam", "password": PASSWORD})

    cookie = answer.cookies["sessionid"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert cookie["max-age"] == 7200


@pytest.mark.parametrize("path", ["/", "/archive/", "/search/?q=vision", "/privacy/", "/submit/"])
def test_readers_have_no_session(client: Client, db: None, path: str) -> None:
    PaperFactory.create()

    answer = client.get(path)

    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies

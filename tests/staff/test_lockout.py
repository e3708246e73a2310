"""Who guesses passwords waits, and nobody else does."""

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from tests.staff.codes import PASSWORD

LOGIN = "/admin/login/"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def try_to_log_in(
    password: str = "wrong",  # noqa: S107
    name: str = "sam",
    at: str = HERE,
    **headers: Any,
) -> Any:
    facts = {"username": name, "password": password}
    return Client().post(LOGIN, facts, REMOTE_ADDR=at, **headers)


def lock(**facts: Any) -> Any:
    return [try_to_log_in(**facts) for _ in range(5)][-1]


def test_five_wrong_passwords_lock_even_the_right_one_out(sam: User) -> None:
    answers = [try_to_log_in() for _ in range(5)]
    right = try_to_log_in(PASSWORD)

    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert right.status_code == 429
    assert "sessionid" not in right.cookies


def test_the_page_says_when_and_what_to_do(sam: User) -> None:
    with time_machine.travel(NOON, tick=False):
        answer = lock()

    assert "Try again after 12:30 UTC." in answer.text
    assert "Whoever runs this site can let you in at once" in answer.text
    assert answer["Retry-After"] == "1801"
    assert "sam" not in answer.text


def test_after_half_an_hour_it_is_open_again_whoever_guessed_on_meanwhile(sam: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        lock()
        clock.shift(29 * 60)
        assert try_to_log_in(PASSWORD).status_code == 429
        clock.shift(61)
        assert try_to_log_in(PASSWORD).status_code == 302


def test_the_owner_elsewhere_and_colleagues_here_are_not_kept_out(sam: User) -> None:
    User.objects.create_superuser("kim", password=PASSWORD)
    lock()

    assert try_to_log_in(PASSWORD, at=ELSEWHERE).status_code == 302
    assert try_to_log_in(PASSWORD, name="kim").status_code == 302


def test_who_changes_the_browser_or_the_last_bits_of_the_address_is_the_same_guesser(
    sam: User,
) -> None:
    for guess in range(5):
        try_to_log_in(at=f"2001:db8::{guess}", HTTP_USER_AGENT=f"browser {guess}")

    assert try_to_log_in(PASSWORD, at="2001:db8::ffff").status_code == 429


def test_behind_a_proxy_only_what_the_proxy_saw_counts(sam: User, settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for guess in range(5):
        try_to_log_in(HTTP_X_FORWARDED_FOR=f"192.0.2.{guess}, {HERE}")

    same = try_to_log_in(PASSWORD, HTTP_X_FORWARDED_FOR=f"192.0.2.99, {HERE}")
    other = try_to_log_in(PASSWORD, HTTP_X_FORWARDED_FOR=ELSEWHERE)

    assert same.status_code == 429
    assert other.status_code == 302


def test_a_hundred_passwords_from_one_place_are_five_guesses(sam: User) -> None:
    answers = [try_to_log_in(f"guess {number}") for number in range(99)]
    answers.append(try_to_log_in(PASSWORD))

    assert sum(answer.status_code == 429 for answer in answers) == 96
    assert AccessAttempt.objects.get().failures_since_start == 5


def test_a_login_forgets_the_mistakes_before(sam: User) -> None:
    for _ in range(3):
        guesses = [try_to_log_in() for _ in range(4)]
        assert {guess.status_code for guess in guesses} == {200}
        assert try_to_log_in(PASSWORD).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_names_that_nobody_has_are_locked_alike(sam: User) -> None:
    with time_machine.travel(NOON, tick=False):
        unknown, known = lock(name="nobody"), lock()

    assert (unknown.status_code, unknown.text) == (known.status_code, known.text)


def test_a_password_typed_as_a_name_is_kept_nowhere(
    sam: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "axes")

    lock(name="hunter2 is my password", password="hunter3")
    Client().post(f"{LOGIN}?next=/admin/hunter4", {"username": "x", "password": "hunter5"})

    kept = f"{list(AccessAttempt.objects.values())} {caplog.text}"
    assert "hunter" not in kept


def test_logs_hold_no_name_and_no_address(sam: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "axes")

    lock()
    try_to_log_in(PASSWORD, at=ELSEWHERE)

    assert "staff_locked_out" in caplog.text
    assert not [word for word in ("sam", HERE, ELSEWHERE) if word in caplog.text]


def test_the_operator_unlocks_one_person_at_once(sam: User) -> None:
    lock()

    call_command("axes_reset_username", "sam")

    assert try_to_log_in(PASSWORD).status_code == 302


def test_no_page_of_the_admin_shows_who_guessed(admin_client: Client) -> None:
    assert "/admin/axes/" not in admin_client.get("/admin/").text
    assert admin_client.get("/admin/axes/accessattempt/").status_code == 404

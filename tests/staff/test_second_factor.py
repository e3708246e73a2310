"""The second factor: set up at the first login, asked for at every other, never passed by."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.fixtures import Settings

from tests.admin_site import sign_in_with_both_factors
from tests.staff.codes import code_of, code_of_key, give_password, wrong

STEP = "/admin/second-step/"
ENROL = "/admin/enrol/"
YOURS = "/admin/your-sign-in/"


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def device(sam: User) -> TOTPDevice:
    """Sam's, set up some days ago."""
    made: TOTPDevice = TOTPDevice.objects.create(user=sam, name="app")
    return made


def set_up(client: Client, **present: str) -> list[str]:
    """The recovery codes that are shown."""
    page = client.get(ENROL).context
    facts = {"key": page["form"]["key"].value(), "code": code_of_key(page["key_to_type"])}
    facts |= present
    codes: list[str] = client.post(ENROL, facts).context["codes"]
    return codes


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


# --- the first login -----------------------------------------------------------------------------


def test_the_first_login_leads_to_setting_it_up(client: Client, sam: User) -> None:
    assert give_password(client) == ENROL

    codes = set_up(client)

    assert len(set(codes)) == 10
    assert is_in(client)


def test_the_key_is_drawn_and_can_be_typed(client: Client, sam: User) -> None:
    give_password(client)

    page = client.get(ENROL)

    assert "<svg" in page.text
    assert page.context["key_to_type"] in page.text
    assert "style=" not in page.text
    assert not TOTPDevice.objects.exists()  # a look changes nothing


def test_a_wrong_code_sets_nothing_up_and_keeps_the_key(client: Client, sam: User) -> None:
    give_password(client)
    page = client.get(ENROL).context
    code = wrong(code_of_key(page["key_to_type"]))

    again = client.post(ENROL, {"key": page["form"]["key"].value(), "code": code}).context

    assert again["key_to_type"] == page["key_to_type"]
    assert "This code is wrong" in again["form"].errors["code"][0]
    assert not TOTPDevice.objects.exists()
    assert not is_in(client)


@pytest.mark.parametrize("key", ["", "00" * 20, "made up"])
def test_nobody_brings_a_key_of_their_own(client: Client, sam: User, key: str) -> None:
    give_password(client)

    client.post(ENROL, {"key": key, "code": "123456"})

    assert not TOTPDevice.objects.exists()


def test_a_key_shown_to_another_is_refused(client: Client, sam: User) -> None:
    User.objects.create_superuser("kim", password="kims long password")
    theirs = Client()
    theirs.post("/admin/login/", {"username": "kim", "password": "kims long password"})
    page = theirs.get(ENROL).context
    give_password(client)
    facts = {"key": page["form"]["key"].value(), "code": code_of_key(page["key_to_type"])}

    client.post(ENROL, facts)

    assert not TOTPDevice.objects.exists()


def test_a_password_alone_never_replaces_a_device(client: Client, device: TOTPDevice) -> None:
    give_password(client)

    answers = [client.get(ENROL), client.post(ENROL, {"key": "", "code": "123456"})]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert TOTPDevice.objects.get() == device


# --- every other login ---------------------------------------------------------------------------


def test_a_code_lets_in(client: Client, device: TOTPDevice) -> None:
    assert give_password(client) == STEP
    assert not is_in(client)

    client.post(STEP, {"code": code_of(device)})

    assert is_in(client)


def test_codes_are_taken_as_people_type_them(client: Client, device: TOTPDevice) -> None:
    give_password(client)
    code = code_of(device)

    client.post(STEP, {"code": f" {code[:3]} {code[3:]} "})

    assert is_in(client)


def test_a_code_is_taken_once(client: Client, device: TOTPDevice) -> None:
    code = code_of(device)
    give_password(client)
    client.post(STEP, {"code": code})
    other = Client()
    give_password(other)

    answer = other.post(STEP, {"code": code})

    assert "used before" in answer.text
    assert not is_in(other)


def test_the_code_that_set_it_up_is_used_up(client: Client, sam: User) -> None:
    give_password(client)
    page = client.get(ENROL).context
    code = code_of_key(page["key_to_type"])
    client.post(ENROL, {"key": page["form"]["key"].value(), "code": code})
    other = Client()
    give_password(other)

    other.post(STEP, {"code": code})

    assert not is_in(other)


def test_who_guesses_codes_waits_and_is_told_until_when(client: Client, device: TOTPDevice) -> None:
    give_password(client)
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False) as clock:
        give_password(client)
        for _ in range(5):
            client.post(STEP, {"code": wrong(code_of(device))})
            clock.shift(17)
        client.post(STEP, {"code": wrong(code_of(device))})

        answer = client.post(STEP, {"code": code_of(device)})  # the right one, too early

        assert "Try again at 12:01:57 UTC" in answer.text
        assert not is_in(client)
        clock.shift(33)
        client.post(STEP, {"code": code_of(device)})
        assert is_in(client)


def test_a_hundred_guesses_are_hardly_any(client: Client, device: TOTPDevice) -> None:
    give_password(client)

    for guess in range(100):
        client.post(STEP, {"code": f"{guess:06d}"})

    device.refresh_from_db()
    assert device.throttling_failure_count < 20  # so many were looked at
    assert not is_in(client)


def test_who_has_given_a_password_alone_reaches_no_page(client: Client, device: TOTPDevice) -> None:
    give_password(client)
    half_way = {"login", "logout", "second_step", "enrol"}
    names = get_resolver().namespace_dict["admin"][1].reverse_dict
    pages = [address_of(name) for name in names if isinstance(name, str) and name not in half_way]
    assert len(pages) > 20

    answers = [ask(page) for page in pages if page for ask in (client.get, client.post)]

    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"].partition("?")[0] for answer in answers} == {"/admin/login/"}


def address_of(name: str) -> str:
    """Empty for a page of one row."""
    try:
        return reverse(f"admin:{name}")
    except NoReverseMatch:
        return ""


def test_the_session_gets_a_new_key_with_each_step(client: Client, device: TOTPDevice) -> None:
    keys = []
    client.get("/admin/login/")
    give_password(client)
    keys.append(client.session.session_key)
    client.post(STEP, {"code": code_of(device)})
    keys.append(client.session.session_key)
    stolen = Client()
    stolen.cookies["sessionid"] = str(keys[0])

    assert len(set(keys)) == 2
    assert not is_in(stolen)


@pytest.mark.parametrize(
    "wish", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_no_step_leads_to_another_site(client: Client, device: TOTPDevice, wish: str) -> None:
    client.post("/admin/login/", {"username": "sam", "password": "x", "next": wish})
    assert give_password(client, next=wish) == STEP

    answer = client.post(f"{STEP}?next={wish}", {"code": code_of(device)})

    assert answer["Location"] == "/admin/"


def test_the_way_on_is_kept_through_all_steps(client: Client, device: TOTPDevice) -> None:
    wish = "/admin/papers/paper/?q=vision"
    facts = {"username": "sam", "password": "a long and good password", "next": wish}
    step = client.post("/admin/login/", facts, follow=True)
    address, _ = step.redirect_chain[-1]

    answer = client.post(address, {"code": code_of(device)})

    assert answer["Location"] == wish


def test_half_way_one_can_log_out(client: Client, device: TOTPDevice) -> None:
    give_password(client)

    client.post("/admin/logout/")

    assert "_auth_user_id" not in client.session
    assert client.get(STEP)["Location"] == "/admin/login/"


# --- recovery codes ------------------------------------------------------------------------------


def test_a_recovery_code_lets_in_once(client: Client, sam: User) -> None:
    give_password(client)
    code = set_up(client)[3].upper()
    first, second = Client(), Client()
    for other in (first, second):
        give_password(other)
        other.post(STEP, {"code": code})

    assert is_in(first)
    assert not is_in(second)
    assert StaticToken.objects.count() == 9


def test_fresh_codes_cost_a_code_and_end_the_old_ones(client: Client, sam: User) -> None:
    give_password(client)
    old = set_up(client)

    refused = client.post(YOURS, {"code": "abcdefgh"})
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        fresh = client.post(YOURS, {"code": code_of(TOTPDevice.objects.get())}).context["codes"]

    assert "This code is wrong" in refused.text
    assert not set(old) & set(fresh)
    assert set(StaticToken.objects.values_list("token", flat=True)) == set(fresh)


def test_the_page_of_ones_own_says_how_many_are_left(client: Client, sam: User) -> None:
    give_password(client)
    set_up(client)

    page = client.get(YOURS).text

    assert "Recovery codes left" in page
    assert "<dd>10</dd>" in page


# --- a lost device -------------------------------------------------------------------------------


def test_another_device_takes_the_place_of_the_first(client: Client, sam: User) -> None:
    first = sign_in_with_both_factors(client, sam)

    set_up(client, present=code_of(first))

    assert TOTPDevice.objects.get() != first
    assert is_in(client)


def test_the_last_recovery_code_is_enough_for_another_device(client: Client, sam: User) -> None:
    give_password(client)
    code = set_up(client)[0]
    first = TOTPDevice.objects.get()
    StaticToken.objects.exclude(token=code).delete()
    client.post("/admin/logout/")

    give_password(client)
    client.post(STEP, {"code": code})
    set_up(client)

    assert TOTPDevice.objects.get() != first


def test_with_another_device_sessions_of_old_codes_end(client: Client, sam: User) -> None:
    give_password(client)
    codes = set_up(client)
    thief = Client()
    give_password(thief)
    thief.post(STEP, {"code": codes[0]})
    assert is_in(thief)

    set_up(client, present=codes[1])

    assert (is_in(client), is_in(thief)) == (True, False)


def test_a_superuser_takes_a_lost_device_away_and_it_is_written_down(
    client: Client, sam: User
) -> None:
    kim = User.objects.create_superuser("kim")
    theirs = Client()
    sign_in_with_both_factors(theirs, kim)
    sign_in_with_both_factors(client, sam)
    facts = {"action": "take_away", "_selected_action": kim.pk}

    asked = client.post("/admin/auth/user/", facts).text
    client.post("/admin/auth/user/", {**facts, "confirmed": "yes"})

    assert "Take their second factor away?" in asked
    assert not TOTPDevice.objects.filter(user=kim).exists()
    assert theirs.get(ENROL)["Location"] == "/admin/login/"  # the session is over
    entry = LogEntry.objects.filter(object_repr="kim").latest("pk")
    assert entry.additional_data == {"told": "Second factor taken away"}
    assert entry.actor == sam


def test_the_command_takes_it_away_too(client: Client, sam: User) -> None:
    sign_in_with_both_factors(client, sam)
    printed = StringIO()

    call_command("reset_second_factor", "sam", stdout=printed)
    call_command("reset_second_factor", "sam", stdout=printed)

    assert printed.getvalue().splitlines() == [
        "Second factor taken away. sam sets up a new one at the next login.",
        "sam had no second factor.",
    ]
    assert not is_in(client)
    assert LogEntry.objects.filter(additional_data__told="Second factor taken away").count() == 1


def test_the_command_knows_nobody_of_a_wrong_name(db: None) -> None:
    with pytest.raises(CommandError, match="no user Sam"):
        call_command("reset_second_factor", "Sam")


# --- where it is optional ------------------------------------------------------------------------


def test_where_it_is_optional_a_password_lets_in(
    client: Client, sam: User, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False

    assert give_password(client) == "/admin/"
    assert "Set up a second factor" in client.get(YOURS).text


def test_who_has_set_it_up_is_asked_even_where_it_is_optional(
    client: Client, device: TOTPDevice, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False

    assert give_password(client) == STEP
    assert not is_in(client)

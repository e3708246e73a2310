"""New staff: what a superuser fills in is enough to log in, and the first login is told truly."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django.fixtures import Settings

from tests.admin_site import form_of
from tests.staff.codes import code_of_key, give_password

ADD = "/admin/auth/user/add/"
ENROL = "/admin/enrol/"
YOURS = "/admin/your-sign-in/"
PASSWORD = "a-long-enough-password"  # of nobody

pytestmark = pytest.mark.django_db


def test_who_is_added_as_the_form_stands_can_log_in(
    admin_client: Client, client: Client, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    form = form_of(admin_client, ADD)
    form |= {"username": "ada", "password1": PASSWORD, "password2": PASSWORD}

    added = admin_client.post(ADD, form)

    ada = User.objects.get(username="ada")
    assert added["Location"] == f"/admin/auth/user/{ada.pk}/change/"
    answer = client.post("/admin/login/?next=/admin/", {"username": "ada", "password": PASSWORD})
    assert answer["Location"] == "/admin/"
    assert "superuser" not in client.get("/admin/").text


def test_the_field_says_what_it_is_for(admin_client: Client, admin_user: User) -> None:
    for page in (ADD, f"/admin/auth/user/{admin_user.pk}/change/"):
        assert "without it the login refuses even the right password" in admin_client.get(page).text


def test_rights_come_from_groups_and_single_ones_are_folded_away(
    admin_client: Client, admin_user: User
) -> None:
    text = admin_client.get(f"/admin/auth/user/{admin_user.pk}/change/").text

    assert text.index('name="groups"') < text.index("<details") < text.index("user_permissions")


def test_putting_somebody_into_a_group_keeps_all_else(
    admin_client: Client, admin_user: User
) -> None:
    ada = User.objects.create_user("ada", password=PASSWORD, is_staff=True)
    page = f"/admin/auth/user/{ada.pk}/change/"

    admin_client.post(
        page, form_of(admin_client, page) | {"groups": Group.objects.get(name="Editors").pk}
    )

    ada.refresh_from_db()
    assert ada.is_staff
    assert [group.name for group in ada.groups.all()] == ["Editors"]


def test_only_who_had_codes_is_told_that_those_are_worth_nothing(
    client: Client, sam: User, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    give_password(client)
    page = client.get(ENROL).context
    facts = {"key": page["form"]["key"].value(), "code": code_of_key(page["key_to_type"])}

    first = client.post(ENROL, facts)
    again = client.post(YOURS, {"code": first.context["codes"][0]})

    assert "Codes from before" not in first.text
    assert "Codes from before are worth nothing any more." in again.text
    assert "none yet" not in client.get(YOURS).text

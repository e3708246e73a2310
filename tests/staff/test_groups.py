"""The three groups are there after every `migrate`, with their rights and no others."""

from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command

from digest_project.staff.groups import GROUPS, rights_of


def rights(group: str) -> set[str]:
    held = Permission.objects.filter(group__name=group)
    return {
        f"{app}.{name}" for app, name in held.values_list("content_type__app_label", "codename")
    }


def test_every_right_that_is_named_exists_and_is_given(db: None) -> None:
    assert {name: rights(name) for name in GROUPS} == {name: rights_of(name) for name in GROUPS}


def test_migrating_again_mends_them_and_leaves_members_and_other_groups(db: None) -> None:
    editors = Group.objects.get(name="Editors")
    sam = User.objects.create(username="sam")
    sam.groups.add(editors)
    own = Group.objects.create(name="Guests")
    own.permissions.set(Permission.objects.filter(codename="view_paper"))
    editors.permissions.set(Permission.objects.filter(codename="delete_paper"))

    for _ in range(2):
        call_command("migrate", verbosity=0)

    assert rights("Editors") == rights_of("Editors")
    assert rights("Guests") == {"papers.view_paper"}
    assert list(sam.groups.all()) == [editors]
    assert Group.objects.count() == 4


def test_nobody_of_them_manages_users_or_deletes_what_readers_were_sent() -> None:
    everything = set().union(*map(rights_of, GROUPS))

    assert not {right for right in everything if right.startswith("auth.")}
    assert {right for right in everything if ".delete_" in right} == {
        "subscriptions.delete_interest",
        "subscriptions.delete_sending",
        "subscriptions.delete_suppression",
    }


def test_addresses_are_for_support_alone() -> None:
    assert [name for name in GROUPS if "subscriptions.view_address" in rights_of(name)] == [
        "Support"
    ]

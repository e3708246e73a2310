"""manage.py pause_sending: the switch for all mail, from a shell."""

import json
from io import StringIO

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command

from subscriptions.models import Sending

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    printed = StringIO()
    call_command("pause_sending", *arguments, stdout=printed)
    return printed.getvalue()


def test_it_pauses_and_resumes_and_says_so() -> None:
    paused = said("--reason", " wrong links ")
    assert Sending.objects.get().reason == "wrong links"
    resumed = said("--resume")

    assert paused.startswith("Sending is paused since ")
    assert "by manage.py pause_sending: wrong links" in paused
    assert resumed.startswith("Sending goes on. It was paused since ")
    assert resumed.endswith(" UTC, by manage.py pause_sending: wrong links\n")
    assert not Sending.objects.exists()


def test_twice_changes_nothing_and_is_told() -> None:
    said("--reason", "wrong links")

    assert said("--reason", "other").startswith("Nothing was changed. Sending is paused since ")
    assert Sending.objects.get().reason == "wrong links"
    said("--resume")
    assert said("--resume") == "Nothing was changed. Sending is not paused.\n"


def test_the_status_is_an_exit_code() -> None:
    assert said("--status") == "Sending is not paused.\n"
    said("--reason", "wrong links")

    with pytest.raises(SystemExit) as ended:
        said("--status")

    assert ended.value.code == 1


def test_as_json_it_is_one_object() -> None:
    paused = json.loads(said("--reason", "wrong links", "--json"))
    again = json.loads(said("--reason", "wrong links", "--json"))
    resumed = json.loads(said("--resume", "--json"))

    assert paused.pop("since")
    by = "manage.py pause_sending"
    assert paused == {"changed": True, "paused": True, "by": by, "reason": "wrong links"}
    assert not again["changed"]
    assert resumed == {"changed": True, "paused": False}


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_reason_must_say_something_in_a_line(reason: str) -> None:
    with pytest.raises(CommandError, match="1 to 200 characters") as refused:
        said("--reason", reason)

    assert refused.value.returncode == 2
    assert not Sending.objects.exists()


@pytest.mark.parametrize("arguments", [[], ["--resume", "--status"], ["--reason", "x", "--resume"]])
def test_just_one_thing_is_asked_for(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        said(*arguments)

    assert not Sending.objects.exists()


def test_both_are_written_down() -> None:
    said("--reason", "wrong links")
    said("--resume")

    told = LogEntry.objects.filter(object_pk="1").order_by("pk")
    assert [entry.additional_data["told"] for entry in told] == [
        "Paused all sending: wrong links",
        "Resumed sending",
    ]
    assert {entry.additional_data["by"] for entry in told} == {"manage.py pause_sending"}

"""manage.py suppress: one address or a list of them, and back."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from auditlog.models import LogEntry as AuditEntry
from django.core.management import CommandError, call_command

from subscriptions.models import Subscriber, Suppression
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
READER = "reader@example.com"


def suppress(*arguments: str) -> Any:
    out = io.StringIO()
    call_command("suppress", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_one_address_is_suppressed_and_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    SubscriberFactory.create(email=READER)

    call_command("suppress", READER, "--note", "by letter")

    kept = Suppression.objects.get()
    assert (kept.reason, kept.note, Subscriber.objects.get().state) == (
        "asked",
        "by letter",
        "suppressed",
    )
    assert "suppressed: 1" in (told := capsys.readouterr().out)
    assert "reader" not in told


def test_twice_changes_nothing_more() -> None:
    suppress(READER)

    told = suppress(READER.upper())
    assert told == {"dry_run": False, "suppressed": 0, "already": 1, "repeated": 0}
    assert AuditEntry.objects.count() == 1


def test_a_dry_run_counts_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert suppress(READER, "--dry-run")["suppressed"] == 1
    call_command("suppress", READER, "--dry-run")

    assert capsys.readouterr().out.startswith("Dry run: nothing was changed")
    assert not Suppression.objects.exists()
    assert not AuditEntry.objects.exists()


def test_each_is_written_down_with_the_command() -> None:
    suppress(READER, "other@example.com")

    written = {"told": "Suppressed: asked", "by": "manage.py suppress"}
    entries = AuditEntry.objects.values_list("additional_data", "actor")
    assert list(entries) == [(written, None)] * 2


def test_a_list_says_which_lines_hold_no_address(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"email;since\n{READER};2020\n\nnonsense\n{READER}\nother@example.com\n")

    with pytest.raises(CommandError, match="Line 4 is not an address"):
        suppress("--file", str(file), "--reason", "bounced")

    assert Suppression.objects.filter(reason="bounced").count() == 2


def test_an_argument_is_no_heading_and_is_named_by_its_place(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^Argument 1 is not an address\.$"):
        suppress("bad", READER)
    file = tmp_path / "list.csv"
    file.write_text(f"email\n{READER}\nnonsense\n")
    with pytest.raises(CommandError, match=r"^2 are not addresses: argument 2, line 3\.$"):
        suppress(READER, "bad", "--file", str(file))


def test_a_list_may_come_from_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{READER}\n"))

    assert suppress("--file", "-")["suppressed"] == 1


def test_lifting_needs_a_reason_and_is_remembered() -> None:
    reader = SubscriberFactory.create(email=READER)
    suppress(READER)

    with pytest.raises(CommandError, match="--note"):
        suppress("--lift", READER)
    told = suppress("--lift", READER, "other@example.com", "--note", "works again")

    assert told == {"dry_run": False, "lifted": 1, "not suppressed": 1}
    reader.refresh_from_db()
    assert (reader.state, Suppression.objects.exists()) == ("unsubscribed", False)
    assert AuditEntry.objects.filter(additional_data__told="Lifted: works again").exists()


@pytest.mark.parametrize(
    "arguments", [(), ("--lift", "--note", "why"), (READER, "--note", "n" * 201)]
)
def test_what_makes_no_sense_is_a_wrong_command_line(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as refused:
        suppress(*arguments)

    assert refused.value.returncode == 2


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        suppress("--file", str(tmp_path / "none.txt"))

"""As they arrive, the mails look like no spam: SpamAssassin's local tests score each below 2."""

import mailbox
import os
import re
import shutil
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.conftest import CI, NO_SPAMASSASSIN
from tests.subscriptions.sample_mails import HOST, as_sent, sample_mails

pytestmark = pytest.mark.once

MOST = 2.0
SPAM = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"  # known to filters
RULES = "use_bayes 0\nuse_auto_welcomelist 0\nreport_safe 0"


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, str]]:
    """By sample: its score, and the tests that made it. And that of a mail that is spam."""
    program = shutil.which("spamassassin")
    if not program:
        (pytest.fail if CI else pytest.skip)(NO_SPAMASSASSIN)
    now = datetime.now(UTC)
    mails = sample_mails()
    mails["spam"] = replace(mails["notice-confirm.en"], text=SPAM, html="")
    arrived = {name: _arrived(raw, now) for name, raw in as_sent(mails, now)}
    judged = _judged(program, tmp_path_factory.mktemp("spam"), arrived)
    return {str(mail["X-Sample"]): _verdict(mail) for mail in judged}


def _arrived(raw: bytes, now: datetime) -> bytes:
    """With what the servers on its way put on top."""
    on_top = (
        f"Return-Path: <bounces@{HOST}>\n"
        f"Received: from mail.{HOST} (mail.{HOST} [93.184.216.34])\n"
        f"\tby mx.example.com (Postfix) with ESMTPS id 4BkP2x; {format_datetime(now)}\n"
    )
    return on_top.encode() + raw.replace(b"\r\n", b"\n")


def _judged(program: str, folder: Path, mails: dict[str, bytes]) -> list[Message]:
    """All by one process: to start it takes longer than to judge a mail."""
    box = mailbox.mbox(folder / "in")
    for name, raw in mails.items():
        box.add(b"X-Sample: " + name.encode() + b"\n" + raw)
    box.close()
    with (folder / "in").open("rb") as given, (folder / "out").open("wb") as taken:
        command = [program, "--local", "--nocreate-prefs", "--mbox", f"--cf={RULES}"]
        environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C"}
        subprocess.run(command, stdin=given, stdout=taken, env=environment, check=True, timeout=300)  # noqa: S603
    with closing(mailbox.mbox(folder / "out")) as out:
        return list(out)


def _verdict(mail: Message) -> tuple[float, str]:
    found = re.search(
        r"score=(\S+) .*tests=(.*) autolearn", " ".join(mail["X-Spam-Status"].split())
    )
    assert found
    return float(found[1]), found[2]


def test_no_mail_scores_two_points(scores: dict[str, tuple[float, str]]) -> None:
    marked = {name: verdict for name, verdict in scores.items() if verdict[0] >= MOST}

    assert marked.keys() == {"spam"}
    assert len(scores) == len(sample_mails()) + 1


def test_nothing_is_hidden_by_its_colour(scores: dict[str, tuple[float, str]]) -> None:
    assert not [name for name, verdict in scores.items() if "LOW_CONTRAST" in verdict[1]]

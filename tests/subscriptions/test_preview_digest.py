"""manage.py preview_digest: what a reader would get now, shown and not sent."""

import json
import re
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from papers.models import Paper
from subscriptions.digests import pipeline
from subscriptions.models import Digest, DigestPaper, MailboxMessage
from subscriptions.timing import Clock
from tests.factories import SubscriberFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("todays_papers", "mailbox", "at_nine"),
]

ADA = "ada@example.com"


def preview(*arguments: str) -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("preview_digest", *arguments, stdout=printed)
    return printed.getvalue()


def test_prints_the_subject_and_the_text_part(todays_papers: list[Paper]) -> None:
    SubscriberFactory.create(email=ADA, topics=["cs.CV"])

    printed = preview("ADA@example.com")

    title = todays_papers[0].title
    assert printed.startswith(f"Subject: {title}, and 5 more papers\n\n")
    assert title in printed.split("\n", 1)[1]
    assert "In Computer vision, which you follow" in printed


def test_is_the_mail_that_is_then_sent(
    now: datetime, clock: Clock, mailbox: QuerySet[MailboxMessage]
) -> None:
    SubscriberFactory.create(email=ADA, topics=["cs.CV"], next_send_at=now)
    printed = preview(ADA)

    pipeline.run(clock)

    sent = mailbox.get()
    copy = re.search(r"Read it on the web[^/]+http\S+/w/\S+\n\n", sent.text)
    assert copy  # which only a digest that was opened has
    assert printed == f"Subject: {sent.subject}\n\n{sent.text.replace(copy[0], '')}"


def test_who_had_todays_is_told_when_the_next_one_really_comes(now: datetime) -> None:
    SubscriberFactory.create(email=ADA, next_send_at=now + timedelta(days=1, hours=20))

    assert "Your next digest comes on Sunday 22 November at 05:00 (UTC)." in " ".join(
        preview(ADA).split()
    )


def test_writes_both_parts_into_files_and_names_them(tmp_path: Path) -> None:
    SubscriberFactory.create(email=ADA)
    html, text = tmp_path / "digest.html", tmp_path / "digest.txt"

    printed = preview(ADA, "--html", str(html), "--text", str(text))

    assert printed == f"Written: {html}\nWritten: {text}\n"
    assert html.read_text(encoding="utf-8").lstrip().startswith("<!DOCTYPE html>")
    assert "<html" not in text.read_text(encoding="utf-8")
    assert "Trending among all papers" in text.read_text(encoding="utf-8")


def test_writes_nothing_to_the_ledger_and_sends_nothing_however_often(
    mailbox: QuerySet[MailboxMessage],
) -> None:
    reader = SubscriberFactory.create(email=ADA)
    first = preview(ADA)

    assert preview(ADA) == first

    assert not Digest.objects.exists()
    assert not DigestPaper.objects.exists()
    assert not mailbox.exists()
    before = (reader.state, reader.next_send_at, reader.link_version)
    reader.refresh_from_db()
    assert (reader.state, reader.next_send_at, reader.link_version) == before


def test_an_unknown_address_is_named() -> None:
    with pytest.raises(CommandError, match=r"There is no subscriber nobody@example.com"):
        preview("nobody@example.com")


def test_a_file_that_cannot_be_written_is_named_with_the_reason(tmp_path: Path) -> None:
    SubscriberFactory.create(email=ADA)
    file = tmp_path / "missing" / "digest.html"

    with pytest.raises(CommandError, match=r"digest.html cannot be written: No such file"):
        preview(ADA, "--html", str(file))


def test_who_has_had_every_paper_would_get_none(now: datetime, clock: Clock) -> None:
    SubscriberFactory.create(email=ADA, paper_count=25, next_send_at=now)
    pipeline.run(clock)

    with pytest.raises(CommandError, match="no paper that this subscriber has not had"):
        preview(ADA)


def test_a_made_up_reader_of_topics_is_shown_a_digest_too(todays_papers: list[Paper]) -> None:
    printed = preview("--topics", "cs.CV,cs.LG")

    assert printed.startswith(f"Subject: {todays_papers[0].title}, and ")
    assert not Digest.objects.exists()


def test_an_unknown_topic_is_named() -> None:
    with pytest.raises(CommandError, match=r"--topics: 'cs\.XX' is not known"):
        preview("--topics", "cs.XX")


def test_as_json_it_is_one_object() -> None:
    SubscriberFactory.create(email=ADA)

    told = json.loads(preview(ADA, "--json"))

    assert set(told) == {"subject", "papers", "html_bytes", "text"}

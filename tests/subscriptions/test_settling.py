"""Settling what may have left or not, by a person; and manage.py reconcile, which does it too."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db.models import QuerySet
from pytest_django import Settings

from papers.models import Correction, Paper
from subscriptions.digests import pipeline
from subscriptions.models import Digest, MailboxMessage, Notice, Suppression
from subscriptions.models.states import State
from subscriptions.notices import send_notices
from subscriptions.settling import outlook, settle_as_sent, settle_to_resend, unsettled
from tests.factories import DigestFactory, EditionFactory, NoticeFactory
from tests.subscriptions.sent_digests import sent_to

HOUR = timedelta(hours=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]


@pytest.fixture(autouse=True)
def hold(settings: Settings) -> None:
    settings.DIGEST_UNKNOWN_POLICY = "hold"


def doubtful(now: datetime, **facts: Any) -> Digest:
    """It began to leave an hour ago; nobody knows more."""
    facts = {
        "state": State.UNKNOWN,
        "reason": "lease ran out while sending",
        "may_have_left": True,
        "subscriber__next_send_at": now + 22 * HOUR,
        "edition__date": now.date(),
        "local_date": now.date(),
        "due_at": now - 2 * HOUR,
        "sending_at": now - HOUR,
    } | facts
    digest: Digest = DigestFactory.create(**facts)
    return digest


def doubtful_notice(now: datetime, **facts: Any) -> Notice:
    """The mail to confirm, in the same doubt."""
    facts = {
        "state": State.UNKNOWN,
        "may_have_left": True,
        "asked_at": now - 2 * HOUR,
        "sending_at": now - HOUR,
        "not_after": now + HOUR,
        "message_id": "<notice-1@localhost>",
    } | facts
    notice: Notice = NoticeFactory.create(**facts)
    return notice


def reconcile(*arguments: str) -> tuple[str, int]:
    """What the command prints, and its exit code."""
    printed = StringIO()
    try:
        call_command("reconcile", *arguments, stdout=printed)
    except SystemExit as end:
        return printed.getvalue(), int(end.code or 0)
    return printed.getvalue(), 0


# --- both answers --------------------------------------------------------------------------------


def test_settled_as_sent_it_left_when_it_began_to_and_nothing_more_is_sent(
    now: datetime, mailbox: QuerySet[MailboxMessage]
) -> None:
    digest = doubtful(now, next_attempt_at=now + HOUR)

    counts = [settle_as_sent(unsettled(), now) for _ in range(2)]
    pipeline.run(lambda: now)

    digest.refresh_from_db()
    assert counts == [1, 0]
    assert (digest.state, digest.sent_at) == (State.SENT, now - HOUR)
    assert (digest.reason, digest.next_attempt_at) == ("settled by hand", None)
    assert not mailbox.exists()


def test_settled_to_be_sent_again_the_same_mail_leaves_once_more(
    now: datetime, todays_papers: list[Paper], mailbox: QuerySet[MailboxMessage]
) -> None:
    digest = sent_to(next_send_at=now)
    first = mailbox.get()
    MailboxMessage.objects.all().delete()
    Digest.objects.update(state=State.UNRESOLVED, reason="lost", sent_at=None, not_after=now)

    counts = [settle_to_resend(unsettled(), now) for _ in range(2)]
    digest.refresh_from_db()
    assert digest.reason == "settled by hand: to be sent again"
    for _ in range(2):
        pipeline.run(lambda: now)

    digest.refresh_from_db()
    assert (counts, digest.state) == ([1, 0], State.SENT)
    second = mailbox.get()
    assert (second.message_id, second.text, second.html) == (
        first.message_id,
        first.text,
        first.html,
    )


@pytest.mark.parametrize(
    "facts",
    [
        {"subscriber__state": "unsubscribed"},
        {"subscriber__next_send_at": None},
        {"long_ago": True},
    ],
)
def test_what_can_no_longer_come_stays_to_be_settled(now: datetime, facts: dict[str, Any]) -> None:
    if facts.pop("long_ago", False):
        facts["due_at"] = now - timedelta(days=2)
    doubtful(now, **facts)

    assert settle_to_resend(unsettled(), now) == 0
    assert unsettled().count() == 1
    assert settle_as_sent(unsettled(), now) == 1


@pytest.mark.parametrize("state", sorted(set(State) - {State.UNKNOWN, State.UNRESOLVED}))
def test_what_is_certain_is_not_settled(now: datetime, state: str) -> None:
    doubtful(now, state=state)

    assert settle_as_sent(Digest.objects.all(), now) == 0
    assert settle_to_resend(Digest.objects.all(), now) == 0


# --- notices -------------------------------------------------------------------------------------


def test_a_notice_settled_as_sent_is_not_sent_again(
    now: datetime, mailbox: QuerySet[MailboxMessage]
) -> None:
    notice = doubtful_notice(now)

    counts = [settle_as_sent(unsettled(Notice), now) for _ in range(2)]
    send_notices(lambda: now)

    notice.refresh_from_db()
    assert (counts, notice.state, notice.sent_at) == ([1, 0], State.SENT, now - HOUR)
    assert not mailbox.exists()


def test_a_notice_settled_to_be_sent_again_leaves_once_more(
    now: datetime, mailbox: QuerySet[MailboxMessage]
) -> None:
    notice = doubtful_notice(now)

    counts = [settle_to_resend(unsettled(Notice), now) for _ in range(2)]
    for _ in range(2):
        send_notices(lambda: now)

    notice.refresh_from_db()
    assert (counts, notice.state, notice.not_after) == ([1, 0], State.SENT, now + HOUR)
    assert mailbox.get().message_id == notice.message_id


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"subscriber__state": "suppressed"}, "its reader is suppressed"),
        ({"not_after": "now"}, "it is too old"),
        ({"kind": "reminder", "subscriber__state": "active"}, "it is not for its reader any more"),
    ],
)
def test_a_notice_that_may_not_come_any_more_stays_to_be_settled(
    now: datetime, facts: dict[str, Any], why: str
) -> None:
    if "not_after" in facts:
        facts = {"not_after": now}
    doubtful_notice(now, **facts)

    assert outlook(unsettled(Notice), now) == {why: 1}
    assert settle_to_resend(unsettled(Notice), now) == 0
    assert settle_as_sent(unsettled(Notice), now) == 1


def test_a_notice_to_a_suppressed_address_is_not_sent_again(now: datetime) -> None:
    notice = doubtful_notice(now)
    Suppression.objects.create(address_hash=notice.subscriber.address_hash, reason="bounced")

    assert settle_to_resend(unsettled(Notice), now) == 0


def test_settling_one_kind_leaves_the_other_alone(now: datetime) -> None:
    digest, notice = doubtful(now), doubtful_notice(now)

    settle_as_sent(Digest.objects.all(), now)

    digest.refresh_from_db()
    notice.refresh_from_db()
    assert (digest.state, notice.state) == (State.SENT, State.UNKNOWN)


# --- reconcile -----------------------------------------------------------------------------------


def test_reconcile_shows_what_is_to_be_settled_and_fails_while_there_is_some(now: datetime) -> None:
    digest, notice = doubtful(now), doubtful_notice(now)

    printed, code = reconcile()

    assert f"unknown  digest  {digest.pk}  2026-11-20  2026-11-20 08:00 UTC" in printed
    assert f"unknown  notice  {notice.pk}  please confirm  2026-11-20 08:00 UTC" in printed
    assert digest.message_id in printed
    assert "unsettled: 2" in printed
    assert code == 1
    assert digest.subscriber.email not in printed
    assert notice.subscriber.email not in printed
    assert unsettled().count() == unsettled(Notice).count() == 1


def test_reconcile_tells_programs_by_what_to_look_for_each(now: datetime) -> None:
    digest = doubtful(now)

    [told] = json.loads(reconcile("--json")[0])["mails"]

    assert told["message_id"] == digest.message_id
    assert told["last_attempt"] == "2026-11-20 08:00 UTC"


def test_reconcile_has_nothing_to_say_where_all_is_certain(now: datetime) -> None:
    doubtful(now, state=State.SENT)

    assert reconcile()[1] == 0


@pytest.mark.parametrize(("answer", "state"), [("--sent", "sent"), ("--resend", "deferred")])
def test_reconcile_settles_all_in_the_one_way_or_the_other(
    now: datetime, answer: str, state: str
) -> None:
    mails = [doubtful(now), doubtful_notice(now)]

    first, second = (json.loads(reconcile(answer, "--all", "--json")[0]) for _ in range(2))

    assert (first["settled"], first["left"], second["unsettled"]) == (2, 0, 0)
    assert [row["mail"] for row in first["mails"]] == ["digest", "notice"]
    for mail in mails:
        mail.refresh_from_db()
        assert mail.state == state
        assert LogEntry.objects.get_for_object(mail).count() == 1


def test_only_what_was_settled_is_in_the_log(now: datetime) -> None:
    late, fresh = doubtful(now, due_at=now - timedelta(days=2)), doubtful(now)

    facts = json.loads(reconcile("--resend", "--all", "--json")[0])

    assert (facts["settled"], facts["left"]) == (1, 1)
    assert [LogEntry.objects.get_for_object(one).count() for one in (late, fresh)] == [0, 1]


def test_a_dry_run_says_what_would_be_and_changes_nothing(now: datetime) -> None:
    doubtful(now)

    facts = json.loads(reconcile("--resend", "--all", "--dry-run", "--json")[0])

    assert (facts["settled"], facts["left"], facts["dry_run"]) == (1, 0, True)
    assert unsettled().count() == 1
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    "narrowed", [["--edition", "2026-11-19"], ["--older-than", "24"], ["--digest", "{}"]]
)
def test_reconcile_settles_only_those_that_were_asked_for(
    now: datetime, narrowed: list[str]
) -> None:
    doubtful(now)
    yesterday = now - timedelta(days=1, hours=1)
    wanted = doubtful(now, edition__date=yesterday.date(), due_at=yesterday)
    doubtful_notice(now)

    reconcile("--sent", *(word.format(wanted.pk) for word in narrowed))

    wanted.refresh_from_db()
    assert wanted.state == State.SENT
    assert unsettled().count() == unsettled(Notice).count() == 1


@pytest.mark.parametrize(
    "narrowed", [["--edition", "2026-11-19"], ["--older-than", "24"], ["--notice", "{}"]]
)
def test_reconcile_settles_only_those_notices_that_were_asked_for(
    now: datetime, narrowed: list[str]
) -> None:
    doubtful(now)
    doubtful_notice(now)
    yesterday = now - timedelta(days=1, hours=1)
    edition = EditionFactory.create(date=yesterday.date())
    correction = Correction.objects.create(
        edition=edition, number=1, subject="s", text="t", made_at=yesterday
    )
    facts = {"kind": "correction", "correction": correction, "asked_at": yesterday}
    wanted = doubtful_notice(now, **facts)

    reconcile("--sent", *(word.format(wanted.pk) for word in narrowed))

    wanted.refresh_from_db()
    assert wanted.state == State.SENT
    assert unsettled().count() == unsettled(Notice).count() == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--digest", "99999"], "There is no digest 99999."),
        (["--notice", "99999"], "There is no notice 99999."),
        (["--edition", "2020-01-01"], "There is no edition of 2020-01-01."),
    ],
)
def test_reconcile_says_when_there_is_no_such_thing(
    now: datetime, arguments: list[str], told: str
) -> None:
    doubtful(now)

    with pytest.raises(CommandError, match=told):
        reconcile("--sent", *arguments)

    assert unsettled().count() == 1


def test_reconcile_does_not_settle_everything_by_accident(now: datetime) -> None:
    doubtful(now)

    with pytest.raises(CommandError, match="Which ones") as refused:
        reconcile("--sent")

    assert refused.value.returncode == 2
    assert unsettled().count() == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--edition", "today"],
        ["--older-than", "a day"],
        ["--older-than", "9" * 12],
        ["--sent", "--resend"],
        ["--digest", "1", "--notice", "1"],
    ],
)
def test_reconcile_says_what_it_does_not_understand(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match=r"such as|not allowed with"):
        reconcile(*arguments)

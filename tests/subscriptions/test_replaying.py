"""Replaying: what never left is tried again, and nothing that left, or may have, leaves twice."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet

from papers.models import Paper
from subscriptions.digests import pipeline
from subscriptions.digests.recovery import recover
from subscriptions.models import Digest, DigestPaper, MailboxMessage, Subscriber, Suppression
from subscriptions.models.states import State
from subscriptions.replaying import outlook, replay
from tests.factories import DigestFactory, EditionFactory
from tests.subscriptions.sent_digests import sent_to

HOUR = timedelta(hours=1)
NEVER_LEFT = [State.SKIPPED, State.REFUSED, State.FAILED, State.DEFERRED]

pytestmark = pytest.mark.django_db


def ended(now: datetime, state: str, **facts: Any) -> Digest:
    """A digest of this morning that came to this end; its reader's next one is tomorrow's."""
    facts = {
        "subscriber__next_send_at": now + 22 * HOUR,
        "edition__date": now.date(),
        "local_date": now.date(),
        "due_at": now - 2 * HOUR,
        "message_id": "<kept@example.com>",
        "frozen": {"timezone": "UTC", "next_send_at": now.isoformat(), "language": "en"},
        "reason": "of the test",
    } | facts
    digest: Digest = DigestFactory.create(state=state, **facts)
    return digest


def replayed(now: datetime) -> int:
    return len(replay(Digest.objects.all(), now))


def why_not(now: datetime) -> list[str]:
    return list(outlook(Digest.objects.all(), now))


# --- what is tried again -------------------------------------------------------------------------


@pytest.mark.parametrize("state", NEVER_LEFT)
def test_what_never_left_is_sent_once_with_the_message_id_it_had(
    now: datetime,
    todays_papers: list[Paper],
    mailbox: QuerySet[MailboxMessage],
    state: str,
) -> None:
    digest = sent_to(next_send_at=now)
    MailboxMessage.objects.all().delete()
    Digest.objects.update(
        state=state, reason="of the test", sent_at=None, attempts=6, next_attempt_at=now + HOUR
    )
    if state != State.DEFERRED:
        Digest.objects.give_back([digest.pk])

    assert (replayed(now), replayed(now)) == (1, 0)
    for _ in range(2):
        pipeline.run(lambda: now)

    digest.refresh_from_db()
    assert digest.state == State.SENT
    assert [mail.message_id for mail in mailbox] == [digest.message_id]


def test_a_deferred_one_keeps_its_papers_and_what_was_given_up_chooses_anew(
    now: datetime, todays_papers: list[Paper], mailbox: QuerySet[MailboxMessage]
) -> None:
    digest = sent_to(next_send_at=now)
    chosen = list(digest.items.values_list("paper", flat=True))
    Digest.objects.update(state=State.DEFERRED, reason="away", next_attempt_at=now + HOUR)
    replayed(now)
    assert list(digest.items.values_list("paper", flat=True)) == chosen

    Digest.objects.update(state=State.REFUSED)
    replayed(now)

    digest.refresh_from_db()
    assert (digest.state, digest.subject, digest.items.count()) == (State.PENDING, "", 0)


def test_papers_that_came_in_another_digest_do_not_come_again(
    now: datetime, todays_papers: list[Paper], mailbox: QuerySet[MailboxMessage]
) -> None:
    digest = ended(now, State.FAILED)
    before = DigestFactory.create(
        subscriber=digest.subscriber, local_date=now.date() - timedelta(days=1), state=State.SENT
    )
    for position, paper in enumerate(todays_papers, start=1):
        DigestPaper.objects.create(
            digest=before, subscriber=digest.subscriber, paper=paper, position=position
        )

    replayed(now)
    pipeline.run(lambda: now)

    digest.refresh_from_db()
    assert (digest.state, digest.reason) == (State.SKIPPED, "empty")
    assert not mailbox.exists()


def test_it_is_fresh_as_if_due_now_but_never_beyond_the_readers_next_digest(now: datetime) -> None:
    soon = ended(now, State.FAILED, subscriber__next_send_at=now + HOUR)
    later = ended(now, State.FAILED, edition=soon.edition)

    assert replayed(now) == 2

    ends = Digest.objects.order_by("pk").values_list("not_after", flat=True)
    assert list(ends) == [now + HOUR, now + 12 * HOUR]
    later.refresh_from_db()
    assert later.frozen["next_send_at"] == (now + 22 * HOUR).isoformat()


def test_what_a_pause_let_them_miss_is_told_by_the_second_try_as_well(now: datetime) -> None:
    since = now - timedelta(days=5)
    frozen = {"next_send_at": now.isoformat(), "missed_since": since.isoformat(), "cards": {}}
    digest = ended(now, State.FAILED, frozen=frozen)

    replayed(now)

    digest.refresh_from_db()
    assert digest.frozen.keys() == {"next_send_at"}
    assert Subscriber.objects.get().missed_since == since


# --- what is left alone --------------------------------------------------------------------------


@pytest.mark.parametrize("state", sorted(set(State) - set(NEVER_LEFT)))
def test_what_left_or_may_have_or_is_on_its_way_is_left_alone(now: datetime, state: str) -> None:
    digest = ended(now, state)

    assert replayed(now) == 0

    assert Digest.objects.get().not_after == digest.not_after
    assert [reason for reason in why_not(now) if reason]


def test_one_that_may_have_left_at_an_earlier_attempt_is_left_alone(now: datetime) -> None:
    ended(now, State.FAILED, may_have_left=True)

    assert replayed(now) == 0
    assert why_not(now) == ["it may have arrived at an earlier attempt"]


def test_one_that_a_killed_sender_left_and_that_grew_too_old_is_left_alone(now: datetime) -> None:
    over = datetime.now(now.tzinfo) - HOUR
    ended(now, State.SENDING, owner="killed", lease_until=over, not_after=now + HOUR)

    recover(Digest.objects.all(), now)  # by policy, it is deferred
    recover(Digest.objects.all(), now + 2 * HOUR)  # and grows too old

    assert replayed(now) == 0


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"subscriber__state": "paused"}, "its reader is not active"),
        ({"subscriber__state": "unsubscribed"}, "its reader is not active"),
        ({"days": 2}, "it is older than two days"),
        ({"subscriber__next_send_at": None}, "its reader's next digest is due"),
        ({"next": -1}, "its reader's next digest is due"),
    ],
)
def test_who_may_not_be_mailed_or_gets_another_soon_is_left_alone(
    now: datetime, facts: dict[str, Any], reason: str
) -> None:
    if "days" in facts:
        facts = {"due_at": now - timedelta(days=facts["days"])}
    if "next" in facts:
        facts = {"subscriber__next_send_at": now + facts["next"] * HOUR}
    ended(now, State.FAILED, **facts)

    assert replayed(now) == 0
    assert why_not(now) == [reason]


def test_a_suppressed_reader_is_left_alone(now: datetime) -> None:
    digest = ended(now, State.FAILED)
    Suppression.objects.create(address_hash=digest.subscriber.address_hash)

    assert replayed(now) == 0
    assert why_not(now) == ["its reader is suppressed"]


def test_yesterdays_does_not_come_after_todays_whatever_became_of_that(now: datetime) -> None:
    today = ended(now, State.SKIPPED)
    yesterday = now.date() - timedelta(days=1)
    ended(
        now,
        State.SKIPPED,
        subscriber=today.subscriber,
        edition=today.edition,
        local_date=yesterday,
        due_at=now - timedelta(days=1),
    )

    assert [digest.pk for digest in replay(Digest.objects.all(), now)] == [today.pk]
    assert "its reader has a later digest" in why_not(now)


# --- many, and at once ---------------------------------------------------------------------------


def test_many_cost_a_few_statements_a_chunk(
    now: datetime, django_assert_max_num_queries: Any
) -> None:
    edition = EditionFactory.create(date=now.date())
    for _ in range(60):
        ended(now, State.SKIPPED, edition=edition)

    with django_assert_max_num_queries(12):
        assert replayed(now) == 60


@pytest.mark.postgresql  # SQLite's transactions take turns anyway
@pytest.mark.django_db(transaction=True)
def test_two_at_once_try_each_digest_again_once(now: datetime) -> None:
    edition = EditionFactory.create(date=now.date())
    for _ in range(40):
        ended(now, State.FAILED, edition=edition)
    together, counts = Barrier(2), []

    def one_of_two() -> None:
        together.wait()
        counts.append(replayed(now))
        connections.close_all()

    threads = [Thread(target=one_of_two) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 40
    assert set(Digest.objects.values_list("state", flat=True)) == {State.PENDING}

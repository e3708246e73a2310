"""An address that must never be mailed again, until that is lifted."""

from datetime import UTC, datetime
from typing import Any

import pytest

from subscriptions import addresses, leaving, signup, suppressing
from subscriptions.digests import pipeline
from subscriptions.models import Digest, MailboxMessage, Notice, Subscriber, Suppression
from subscriptions.notices import send_notices
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
READER = "reader@example.com"


def state_of(address: str) -> str:
    return Subscriber.objects.with_address(address).get().state


@pytest.mark.parametrize("state", ["pending", "active", "paused", "unsubscribed"])
def test_a_suppressed_reader_gets_nothing_whatever_the_state(state: str) -> None:
    SubscriberFactory.create(email=READER, state=state)

    assert suppressing.suppress("READER@example.com", "bounced", NOW, "told by Postmark")

    assert state_of(READER) == "suppressed"
    kept = Suppression.objects.get()
    assert (kept.reason, kept.note, kept.created_at) == ("bounced", "told by Postmark", NOW)


def test_suppressing_twice_keeps_the_first() -> None:
    suppressing.suppress(READER, "asked", NOW, "by letter")

    assert not suppressing.suppress(READER, "bounced", NOW)

    assert Suppression.objects.get().note == "by letter"


def test_a_complaint_weighs_more_than_a_bounce() -> None:
    suppressing.suppress(READER, "bounced", NOW)

    suppressing.suppress(READER, "complained", NOW)

    assert Suppression.objects.get().reason == "complained"


def test_a_thousand_addresses_take_a_few_statements(
    django_assert_max_num_queries: Any,
) -> None:
    hashes = [addresses.address_hash(f"reader{n}@example.com") for n in range(1000)]
    suppressing.suppress_hash(hashes[0], "asked", NOW)

    with django_assert_max_num_queries(18):
        assert suppressing.suppress_all(hashes, "asked", NOW) == 999


def test_lifting_brings_no_digest_back_by_itself() -> None:
    reader = SubscriberFactory.create(email=READER)
    suppressing.suppress(READER, "complained", NOW)

    suppressing.lift(Suppression.objects.get(), NOW)

    assert state_of(READER) == "unsubscribed"
    reader.refresh_from_db()
    leaving.undo(reader, NOW)  # by the link in an old goodbye
    assert state_of(READER) == "pending"


def test_after_lifting_the_reader_may_sign_up_and_confirm() -> None:
    SubscriberFactory.create(email=READER)
    suppressing.suppress(READER, "bounced", NOW)
    suppressing.lift(Suppression.objects.get(), NOW)

    signup.ask_to_subscribe(READER, [], now=NOW)
    signup.confirm(Subscriber.objects.get(), NOW)

    assert Notice.objects.get().kind == "confirm"
    assert state_of(READER) == "active"


def test_lifting_twice_changes_nothing_more() -> None:
    SubscriberFactory.create(email=READER)
    suppressing.suppress(READER, "bounced", NOW)
    suppression = Suppression.objects.get()
    suppressing.lift(suppression, NOW)
    signup.ask_to_subscribe(READER, [], now=NOW)

    suppressing.lift(suppression, NOW)

    assert state_of(READER) == "pending"


# --- where it is asked for -----------------------------------------------------------------------
# Of whoever got past one of them, the next one knows. At sign-up: test_signup. There is no import
# of readers; what a list of suppressions does is in test_suppress_command.


@pytest.mark.usefixtures("todays_papers")
def test_no_digest_is_selected_for_an_address_whose_row_does_not_know() -> None:
    SubscriberFactory.create(email=READER, next_send_at=NOW)
    Suppression.objects.create(address_hash=addresses.address_hash(READER))

    pipeline.open_chunk(NOW)

    digest = Digest.objects.get()
    assert (digest.state, digest.reason) == ("skipped", "suppressed")
    assert not pipeline.select_chunk(Digest.objects.all(), NOW)


@pytest.mark.usefixtures("todays_papers", "mailbox")
@pytest.mark.parametrize("state", ["ready", "claimed"])
def test_the_statement_that_sends_asks_once_more(state: str) -> None:
    reader = SubscriberFactory.create(email=READER, next_send_at=NOW)
    pipeline.open_chunk(NOW)
    pipeline.select_chunk(Digest.objects.all(), NOW)
    claimed = Digest.objects.claim("a sender", NOW, 10) if state == "claimed" else []
    Suppression.objects.create(address_hash=reader.address_hash)

    assert not claimed or Digest.objects.all().mark_sending(claimed, NOW) == set()
    Digest.objects.update(state="ready", owner="", lease_until=None)
    pipeline.run(lambda: NOW)

    digest = Digest.objects.get()
    assert (digest.state, digest.reason) == ("skipped", "suppressed")
    assert not MailboxMessage.objects.exists()


@pytest.mark.usefixtures("mailbox")
def test_notices_ask_it_too() -> None:
    reader = SubscriberFactory.create(email=READER)
    signup.ask_for_link(READER, NOW)
    Suppression.objects.create(address_hash=reader.address_hash)

    send_notices(lambda: NOW)

    assert Notice.objects.get().state == "skipped"
    assert not MailboxMessage.objects.exists()

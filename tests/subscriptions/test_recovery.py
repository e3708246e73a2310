"""Recovery: whatever a killed process left behind finds its next step, and twice is harmless."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from subscriptions.digests.recovery import recover
from subscriptions.models import Digest
from tests.factories import DigestFactory, PaperFactory

pytestmark = pytest.mark.django_db

# Leases run by the database's clock.
OVER = datetime.now(UTC) - timedelta(minutes=1)
RUNNING = datetime.now(UTC) + timedelta(hours=1)


def left_behind(now: datetime, **facts: Any) -> Digest:
    facts = {"owner": "killed", "lease_until": OVER, "not_after": now + timedelta(hours=1)} | facts
    return DigestFactory.create(**facts)


def recovered(digest: Digest, now: datetime) -> str:
    recover(Digest.objects.all(), now)
    digest.refresh_from_db()
    return digest.state


def test_a_claim_whose_lease_ran_out_is_ready_again(now: datetime) -> None:
    digest = left_behind(now, state="claimed")

    assert recovered(digest, now) == "ready"
    assert (digest.owner, digest.attempts) == ("", 0)


def test_what_was_claimed_or_began_to_leave_just_now_is_left_alone(now: datetime) -> None:
    digest = DigestFactory.create(state="ready", not_after=now + timedelta(hours=1))
    claimed = Digest.objects.claim("worker", now, 1)

    assert recovered(digest, now) == "claimed"
    assert Digest.objects.all().mark_sending(claimed, now) == {digest.pk}
    assert recovered(digest, now) == "sending"


@pytest.mark.parametrize("state", ["claimed", "sending"])
def test_a_running_lease_is_left_alone(now: datetime, state: str) -> None:
    assert recovered(left_behind(now, state=state, lease_until=RUNNING), now) == state


def test_what_was_being_sent_is_sent_again_with_the_same_message_id(now: datetime) -> None:
    digest = left_behind(now, state="sending", message_id="<kept@example.com>")

    assert recovered(digest, now) == "deferred"
    assert digest.message_id == "<kept@example.com>"
    assert (digest.next_attempt_at, digest.attempts) == (now, 1)
    assert digest.reason == "lease ran out while sending"


def test_under_the_policy_hold_it_stays_unknown(now: datetime, settings: Settings) -> None:
    settings.DIGEST_UNKNOWN_POLICY = "hold"
    digest = left_behind(now, state="sending")

    assert recovered(digest, now) == "unknown"
    assert recovered(digest, now) == "unknown"


@pytest.mark.parametrize("facts", [{"attempts": 6}, {"stale": True}])
def test_the_unknown_that_cannot_be_tried_again_is_unresolved(
    now: datetime, facts: dict[str, Any]
) -> None:
    stale = {"not_after": now} if facts.pop("stale", False) else {}
    digest = left_behind(now, state="unknown", reason="no reply", **facts, **stale)

    assert recovered(digest, now) == "unresolved"


def test_second_call_changes_nothing(now: datetime) -> None:
    left_behind(now, state="sending")
    recover(Digest.objects.all(), now)
    after_one = list(Digest.objects.values())

    recover(Digest.objects.all(), now)

    assert list(Digest.objects.values()) == after_one


@pytest.mark.parametrize("state", ["sent", "skipped", "refused", "failed", "delivered", "ready"])
def test_what_has_ended_or_waits_is_left_alone(now: datetime, state: str) -> None:
    assert recovered(left_behind(now, state=state, reason="because"), now) == state


@pytest.mark.parametrize("state", ["pending", "ready", "deferred"])
def test_what_is_too_old_ends_as_expired_and_gives_its_papers_back(
    now: datetime, state: str
) -> None:
    digest = left_behind(now, state=state, lease_until=None, not_after=now)
    digest.items.create(subscriber=digest.subscriber, paper=PaperFactory.create(), position=1)

    assert recovered(digest, now) == "skipped"
    assert digest.reason == "expired"
    assert not digest.items.exists()


@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_what_may_have_arrived_and_is_too_old_is_for_a_person_and_keeps_its_papers(
    now: datetime, settings: Settings, policy: str
) -> None:
    settings.DIGEST_UNKNOWN_POLICY = policy
    digest = left_behind(now, state="deferred", may_have_left=True, not_after=now)
    digest.items.create(subscriber=digest.subscriber, paper=PaperFactory.create(), position=1)

    assert recovered(digest, now) == "unresolved"

    assert "may have left" in digest.reason
    assert digest.items.exists()


def test_a_lost_reply_waits_before_it_is_sent_again(now: datetime) -> None:
    later = now + timedelta(minutes=1)
    digest = left_behind(now, state="unknown", reason="no reply", next_attempt_at=later)

    assert recovered(digest, now) == "deferred"
    assert digest.next_attempt_at == later


def test_what_becomes_unknown_in_the_midst_of_it_is_not_given_up(
    now: datetime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DIGEST_UNKNOWN_POLICY = "resend"
    digest = left_behind(now, state="sending", lease_until=RUNNING)
    ledger = type(Digest.objects.all())
    update = ledger.update

    def another_hears_nothing(rows: Any, **changes: Any) -> int:
        changed: int = update(rows, **changes)
        if changes.get("state") == "deferred":
            facts = {"reason": "no answer", "sending_at": now, "unanswered_at": now}
            update(Digest.objects.filter(pk=digest.pk), state="unknown", **facts)
        return changed

    monkeypatch.setattr(ledger, "update", another_hears_nothing)

    assert recovered(digest, now) == "unknown"

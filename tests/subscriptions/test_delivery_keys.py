"""Delivery: a provider that takes an idempotency key is asked again, for as long as it knows it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from subscriptions import claiming, settling
from subscriptions.digests import recovery
from subscriptions.digests.delivery import deliver
from subscriptions.models import Digest, Subscriber
from subscriptions.timing import Clock
from tests.provider import Provider
from tests.subscriptions.claimed import (
    as_email,
    claimed_again,
    digest_to,
    digests_to,
    fresh,
    send_by,
    state_of,
)

pytestmark = pytest.mark.django_db
MEMORIES = {"resend": timedelta(hours=24), "brevo": timedelta(minutes=30)}
Again = Callable[[datetime], None]


@pytest.fixture(params=["resend", "brevo"])
def memory(request: pytest.FixtureRequest, provider: Provider, settings: Settings) -> timedelta:
    """Of a provider that takes keys, by which mail goes."""
    send_by(provider, request.param, settings)
    return MEMORIES[request.param]


@pytest.fixture
def again() -> Again:
    """What a tick and a worker do."""

    def look(at: datetime) -> None:
        recovery.recover(Digest.objects.all(), at)
        if claimed := claiming.claim(Digest.objects.all(), at):
            deliver(claimed, as_email, lambda: at)

    return look


def lost(now: datetime, **facts: object) -> Digest:
    """One that the provider accepted without saying so."""
    digest = digest_to("a@example.com", now, not_after=now + timedelta(hours=48), **facts)
    deliver([digest], as_email, lambda: now)
    assert state_of(digest) == "unknown"
    return digest


@pytest.mark.usefixtures("memory")
def test_each_mail_has_a_key_of_its_own_and_keeps_it(
    provider: Provider, now: datetime, clock: Clock
) -> None:
    provider.behave(remembers=0)
    digests = digests_to(3, now)
    deliver(digests, as_email, clock)

    deliver([claimed_again(digest) for digest in digests], as_email, clock)

    first, second = provider.accepted[:3], provider.accepted[3:]
    assert len({mail.key for mail in first}) == 3
    assert [(mail.key, mail.body) for mail in first] == [(mail.key, mail.body) for mail in second]


def test_a_provider_without_keys_is_told_none(
    provider: Provider, settings: Settings, now: datetime, clock: Clock
) -> None:
    send_by(provider, "resend", settings)
    deliver([digest_to("a@example.com", now)], as_email, clock)
    send_by(provider, "postmark", settings)
    deliver([digest_to("b@example.com", now)], as_email, clock)

    assert [bool(mail.key) for mail in provider.accepted] == [True, False]


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("policy", ["resend", "hold"])
@pytest.mark.parametrize("fate", ["drops_after", "hangs_after", "gateway", "unreadable"])
def test_a_lost_reply_is_asked_for_again_and_nobody_gets_two(
    provider: Provider,
    settings: Settings,
    now: datetime,
    again: Again,
    policy: str,
    fate: str,
) -> None:
    settings.DIGEST_UNKNOWN_POLICY = policy
    provider.behave(**{fate: 1})
    digest = lost(now)
    provider.behave()

    again(now + timedelta(minutes=2))

    assert state_of(digest) == "sent"
    assert provider.recipients == ["a@example.com"]


def test_one_that_comes_too_late_for_the_key_is_held(
    provider: Provider, settings: Settings, memory: timedelta, now: datetime, again: Again
) -> None:
    settings.DIGEST_UNKNOWN_POLICY = "hold"
    provider.behave(drops_after=1)
    digest = lost(now)
    provider.behave(remembers=0)

    again(now + memory)

    assert state_of(digest) == "unknown"
    assert provider.recipients == ["a@example.com"]


def test_one_that_was_put_off_until_it_is_too_late_for_the_key_is_held_again(
    provider: Provider, settings: Settings, memory: timedelta, now: datetime, again: Again
) -> None:
    """What counts is when it may have left first, not the attempt that was put off."""
    settings.DIGEST_UNKNOWN_POLICY = "hold"
    provider.behave(drops_after=1)
    digest = lost(now)
    provider.behave(status=500, text="{}")
    again(now + memory - timedelta(minutes=4))
    assert state_of(digest) == "deferred"
    provider.behave(remembers=0)

    again(now + memory + timedelta(minutes=5))

    assert (state_of(digest), digest.attempts) == ("unknown", 2)
    assert provider.recipients == ["a@example.com"]


def test_without_a_key_what_may_have_left_stays_where_it_is_once_the_policy_is_hold(
    provider: Provider, settings: Settings, now: datetime, again: Again
) -> None:
    send_by(provider, "postmark", settings)
    provider.behave(drops_after=1)
    digest = lost(now)
    recovery.recover(Digest.objects.all(), now)
    assert state_of(digest) == "deferred"
    provider.behave()
    settings.DIGEST_UNKNOWN_POLICY = "hold"

    again(now + timedelta(minutes=2))

    assert state_of(digest) == "unknown"
    assert len(provider.accepted) == 1


def test_a_person_may_have_it_sent_again_all_the_same(
    provider: Provider, settings: Settings, now: datetime, again: Again
) -> None:
    send_by(provider, "postmark", settings)
    settings.DIGEST_UNKNOWN_POLICY = "hold"
    provider.behave(drops_after=1)
    digest = lost(now, local_date=now.date())
    Subscriber.objects.update(next_send_at=now + timedelta(days=1))
    provider.behave()
    settling.settle_to_resend(Digest.objects.filter(pk=digest.pk), now)

    again(now + timedelta(minutes=2))

    assert state_of(digest) == "sent"
    assert len(provider.accepted) == 2
    assert len({mail.body for mail in provider.accepted}) == 1


def test_a_key_that_is_known_with_another_mail_means_that_one_may_have_left(
    provider: Provider, settings: Settings, now: datetime, clock: Clock
) -> None:
    send_by(provider, "resend", settings)
    digest = digest_to("a@example.com", now)
    deliver([digest], as_email, clock)
    settings.DEFAULT_FROM_EMAIL = "another@example.org"

    deliver([claimed_again(digest)], as_email, clock)

    assert state_of(digest) == "unknown"
    assert len(provider.accepted) == 1


def test_a_key_that_is_just_being_used_means_later(
    provider: Provider, settings: Settings, now: datetime, clock: Clock
) -> None:
    send_by(provider, "resend", settings)
    provider.behave(latency=1.5)  # longer than we wait
    digest = lost(now)

    deliver([claimed_again(digest)], as_email, clock)

    assert fresh(digest).state in {"deferred", "unknown"}
    assert len(provider.accepted) <= 1

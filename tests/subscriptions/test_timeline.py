"""What happened to one subscriber and one mail, and where today's digest is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from papers.models import Correction, Edition
from subscriptions import timeline
from subscriptions.models import (
    Digest,
    ProviderEvent,
    Sending,
    Subscriber,
    Suppression,
    Vote,
)
from subscriptions.whereabouts import of_todays_digest
from tests.factories import DigestFactory, NoticeFactory, PaperFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)


def told(subscriber: Subscriber, *kinds: str, most: int = 50) -> list[str]:
    return [entry.told for entry in timeline.of_subscriber(subscriber, kinds, most)]


def full_life(now: datetime) -> Subscriber:
    """A reader to whom everything has happened once."""
    reader: Subscriber = SubscriberFactory.create(
        created_at=now - 9 * DAY,
        confirmed_at=now - 8 * DAY,
        missed_since=now - 3 * DAY,
        paused_until=now - 2 * DAY,
        unsubscribed_at=now - DAY,
        left_because="too_often",
        state="unsubscribed",
    )
    digest = DigestFactory.create(
        subscriber=reader, state="skipped", reason="paused", due_at=now - 4 * DAY
    )
    NoticeFactory.create(subscriber=reader, state="sent", asked_at=now - 9 * DAY, not_after=now)
    ProviderEvent.objects.create(
        provider="mailgun",
        event_id="1",
        kind="delivered",
        digest=digest,
        address_hash=reader.address_hash,
        happened_at=now - 3 * DAY,
    )
    Vote.objects.create(
        subscriber=reader, paper=PaperFactory.create(title="Graphs"), given_at=now - 5 * DAY
    )
    Suppression.objects.create(
        address_hash=reader.address_hash, reason="asked", note="by post", created_at=now
    )
    return reader


def test_everything_that_happened_is_told_the_newest_first(now: datetime) -> None:
    reader = full_life(now)

    stories = timeline.of_subscriber(reader, (), 50)

    assert [entry.at for entry in stories] == sorted((one.at for one in stories), reverse=True)
    words = "\n".join(entry.told for entry in stories)
    for story in (
        "asked to subscribe",
        "confirmed",
        "paused until 2026-11-18 09:00 UTC",
        "unsubscribed: It came too often",
        "suppressed: asked never to be mailed (by post)",
        "skipped: paused",
        "notice “please confirm”, sent",
        "mailgun: delivered",
        "voted for “Graphs”",
    ):
        assert words.count(story) == 1, story
    assert reader.email not in words


@pytest.mark.parametrize(
    ("kind", "count"), [("coming", 5), ("digests", 1), ("notices", 1), ("events", 1), ("votes", 1)]
)
def test_it_can_be_narrowed(now: datetime, kind: str, count: int) -> None:
    assert len(told(full_life(now), kind)) == count


def test_it_costs_the_same_for_a_day_and_for_years(
    now: datetime, django_assert_num_queries: Any
) -> None:
    reader = full_life(now)
    for days in range(2, 40):
        DigestFactory.create(
            subscriber=reader,
            edition=Edition.objects.get(),
            local_date=now.date() - days * DAY,
            due_at=now - days * DAY,
        )

    told(reader)  # the content types are known from here on
    with django_assert_num_queries(8):
        assert len(told(reader, most=20)) == 20


def test_one_digest_tells_what_became_of_it(now: datetime) -> None:
    digest = DigestFactory.create(due_at=now, sending_at=now + DAY, attempts=2)
    event = {"provider": "mailgun", "event_id": "1", "kind": "delivered", "outcome": "delivered"}
    ProviderEvent.objects.create(digest=digest, happened_at=now + 2 * DAY, **event)

    stories = [entry.told for entry in timeline.of_mail(digest)]

    assert stories.index("mailgun: delivered; delivered") < stories.index("due")
    assert "began to leave (attempts so far: 2)" in stories


def test_what_happened_at_one_moment_is_told_in_its_order(now: datetime) -> None:
    """The database's clock goes on while a tick works with one moment."""
    digest = DigestFactory.create(
        due_at=now, created_at=now + DAY / 2, sending_at=now, sent_at=now, state="sent"
    )

    stories = [entry.told for entry in timeline.of_mail(digest)]

    assert stories == ["handed over", "began to leave (attempts so far: 0)", "opened", "due"]


def test_when_it_grows_too_old_is_told_while_it_waits(now: datetime) -> None:
    waiting, sent = (DigestFactory.create(due_at=now, state=state) for state in ("ready", "sent"))

    assert timeline.of_mail(waiting)[0].told == "too old from here on"
    assert "too old from here on" not in [entry.told for entry in timeline.of_mail(sent)]


def test_a_digest_tells_of_the_corrections_that_followed_it(now: datetime) -> None:
    digest = DigestFactory.create(due_at=now, state="sent")
    reader, edition = digest.subscriber, digest.edition
    made = Correction.objects.create(
        edition=edition, number=1, subject="Sorry", text="Sorry", made_at=now
    )
    notice = NoticeFactory.create(
        subscriber=reader, kind="correction", correction=made, state="sent", asked_at=now + DAY
    )
    NoticeFactory.create(kind="correction", correction=made)  # another reader's

    told = [entry for entry in timeline.of_mail(digest) if entry.kind == "notices"]

    assert [(entry.told, entry.row) for entry in told] == [
        ("notice “correction of an edition”, sent", notice)
    ]


# --- where today's digest is ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"state": "sent"}, "left at 07:00 UTC; no provider has told more of it."),
        ({"state": "delivered"}, "left at 07:00 UTC; it was delivered."),
        ({"state": "bounced"}, "left at 07:00 UTC; it bounced."),
        ({"state": "complained"}, "left at 07:00 UTC; it was reported as spam."),
        ({"state": "skipped", "reason": "empty"}, "was skipped: nothing new fitted."),
        ({"state": "skipped", "reason": "expired: x"}, "was skipped: expired: x."),
        ({"state": "refused", "reason": "550"}, "was refused by the mail server: 550."),
        ({"state": "failed", "reason": "a bug"}, "failed: a bug."),
        ({"state": "unknown", "reason": "lost"}, "may have arrived or not (lost): somebody"),
        (
            {"state": "deferred", "reason": "421", "next_attempt_at": TEN},
            "could not be handed over yet (421); the next attempt is at 10:00 UTC.",
        ),
        ({"state": "pending"}, "waits since 07:00 UTC: a worker takes it in its turn."),
        (
            {"state": "ready", "edition__held": True, "edition__hold_reason": "a typo"},
            "waits since 07:00 UTC: its edition is held: a typo.",
        ),
    ],
)
def test_todays_digest_is_told_in_one_sentence(
    now: datetime, facts: dict[str, Any], sentence: str
) -> None:
    seven = now.replace(hour=7)
    digest: Digest = DigestFactory.create(
        local_date=now.date(), due_at=seven, sent_at=seven, **facts
    )

    assert f"Today’s digest {sentence}" in of_todays_digest(digest.subscriber, now)


def test_a_pause_of_all_sending_is_the_reason_where_there_is_one(now: datetime) -> None:
    Sending.objects.create(reason="wrong links", paused_at=now)
    digest = DigestFactory.create(local_date=now.date(), state="ready")

    assert "all sending is paused since" in of_todays_digest(digest.subscriber, now)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"state": "pending"}, "No digest: not confirmed, asked for at"),
        ({"state": "paused"}, "No digest: paused until 2026-11-21 09:00 UTC."),
        ({"state": "unsubscribed"}, "No digest: unsubscribed at 2026-11-19 09:00 UTC."),
        ({"state": "suppressed"}, "No digest: suppressed."),
        ({"next_send_at": "later"}, "the next one is due on Friday 2026-11-20 19:00 there, 10:00"),
        ({"next_send_at": "before"}, "No digest yet: it is due, and the next tick opens it."),
        ({}, "No digest yet: it is due"),
    ],
)
def test_why_there_is_none_is_told_in_one_sentence(
    now: datetime, facts: dict[str, Any], sentence: str
) -> None:
    if "next_send_at" in facts:
        hours = 1 if facts["next_send_at"] == "later" else -1
        facts = {"next_send_at": now + timedelta(hours=hours)}
    reader = SubscriberFactory.create(
        timezone="Asia/Tokyo", paused_until=now + DAY, unsubscribed_at=now - DAY, **facts
    )

    assert sentence in of_todays_digest(reader, now)


def test_a_suppressed_address_is_the_reason_whatever_its_reader_wants(now: datetime) -> None:
    reader = SubscriberFactory.create()
    Suppression.objects.create(address_hash=reader.address_hash, reason="bounced", created_at=now)

    assert of_todays_digest(reader, now) == (
        "No digest: suppressed since 09:00 UTC, does not exist."
    )

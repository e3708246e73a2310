"""Corrections reach exactly those whose digest left without it, each once; later ones carry it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from papers.models import Correction, Edition
from subscriptions import corrections, links, switch
from subscriptions.digests import delivery, pipeline
from subscriptions.models import Digest, MailboxMessage, Notice, Subscriber
from subscriptions.models.states import Outcome, State
from subscriptions.notices import send_notices
from subscriptions.tick import tick
from subscriptions.timing import Clock
from tests.factories import DigestFactory, EditionFactory, NoticeFactory, SubscriberFactory
from tests.subscriptions.sent_digests import mail_of, sent_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("todays_papers")]
Mailbox = QuerySet[MailboxMessage]
HOUR = timedelta(hours=1)
TEXT = "The authors were swapped.\n\nBoth pages are right now."


def correct(edition: Edition, now: datetime, subject: str = "Wrong authors") -> Correction:
    made = Correction(
        edition=edition,
        number=corrections.next_number(edition),
        subject=subject,
        text=TEXT,
        made_at=now,
    )
    assert corrections.make(made)
    return made


def sent_digest(edition: Edition, now: datetime, **facts: Any) -> Digest:
    facts = {"state": "sent", "sending_at": now, "sent_at": now, "not_after": now + HOUR} | facts
    return DigestFactory.create(edition=edition, **facts)


def told() -> set[int]:
    """Whom notices of corrections are for."""
    return set(Notice.objects.filter(kind="correction").values_list("subscriber", flat=True))


@pytest.fixture
def edition(now: datetime) -> Edition:
    return EditionFactory.create(date=now.date(), frozen_at=now)


# --- whom it reaches ------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["sent", "delivered", "bounced", "complained"])
def test_whose_digest_left_is_told_once(now: datetime, edition: Edition, state: str) -> None:
    digest = sent_digest(edition, now, state=state)
    correct(edition, now)

    assert corrections.open_notices(now) == 1
    assert corrections.open_notices(now) == 0

    assert told() == {digest.subscriber_id}


@pytest.mark.parametrize("state", ["skipped", "refused", "failed", "pending", "ready", "deferred"])
def test_whose_digest_did_not_leave_is_not_told(
    now: datetime, edition: Edition, state: str
) -> None:
    sent_digest(edition, now, state=state)
    sent_digest(EditionFactory.create(date=now.date() - timedelta(days=1)), now)
    correct(edition, now)

    assert corrections.open_notices(now) == 0


@pytest.mark.parametrize(
    ("state", "is_told"),
    [("active", True), ("paused", True), ("unsubscribed", False), ("suppressed", False)],
)
def test_only_who_still_reads_is_told(
    now: datetime, edition: Edition, state: str, is_told: bool
) -> None:
    sent_digest(edition, now, subscriber__state=state)
    correct(edition, now)

    assert corrections.open_notices(now) == int(is_told)


@pytest.mark.parametrize("state", ["unknown", "unresolved", "sending"])
def test_of_unknown_fate_is_told_once_it_is_settled_as_sent(
    now: datetime, edition: Edition, state: str
) -> None:
    digest = sent_digest(edition, now, state=state, sent_at=None)
    correct(edition, now)
    assert corrections.open_notices(now) == 0

    Digest.objects.filter(pk=digest.pk).update(state="sent", sent_at=now)

    assert corrections.open_notices(now + timedelta(days=6)) == 1


def test_a_second_correction_goes_to_all_the_first_one_also_reached(
    now: datetime, edition: Edition
) -> None:
    without = sent_digest(edition, now)
    with_first = sent_digest(edition, now, corrections_shown=1)
    first, second = correct(edition, now), correct(edition, now, "Wrong links")

    assert corrections.open_notices(now) == 3

    readers = [set(one.notices.values_list("subscriber", flat=True)) for one in (first, second)]
    both = {without.subscriber_id, with_first.subscriber_id}
    assert readers == [{without.subscriber_id}, both]


def test_a_reader_with_two_digests_of_the_edition_is_told_once(
    now: datetime, edition: Edition
) -> None:
    digest = sent_digest(edition, now)
    yesterday = digest.local_date - timedelta(days=1)
    sent_digest(edition, now, subscriber=digest.subscriber, local_date=yesterday)
    correct(edition, now)

    assert corrections.open_notices(now) == 1


def test_the_same_number_is_made_once(now: datetime, edition: Edition) -> None:
    facts = {"edition": edition, "number": 1, "subject": "Sorry", "text": TEXT, "made_at": now}

    assert corrections.make(Correction(**facts))
    assert not corrections.make(Correction(**facts))

    assert Correction.objects.count() == 1


def test_its_reach_is_what_then_happens(now: datetime, edition: Edition) -> None:
    for state in ("sent", "sent", "pending", "ready", "unknown", "skipped"):
        attempted = state in {"sent", "unknown", "skipped"}
        sent_digest(edition, now, state=state, sending_at=now if attempted else None)
    sent_digest(edition, now, subscriber__state="unsubscribed")

    reach = corrections.reach(Correction(edition=edition, number=1))
    correct(edition, now)

    assert reach == corrections.Reach(by_notice=2, in_digest=2, unsettled=1)
    assert corrections.open_notices(now) == 2


@pytest.mark.parametrize("count", [3, 30])
def test_the_number_of_queries_does_not_grow_with_the_readers(
    now: datetime, edition: Edition, count: int
) -> None:
    for _ in range(count):
        sent_digest(edition, now)
    correct(edition, now)
    with CaptureQueriesContext(connection) as opening:
        corrections.open_notices(now)
    with CaptureQueriesContext(connection) as nothing_new:
        corrections.open_notices(now)

    assert len(opening) <= 9
    assert len(nothing_new) <= 4


# --- digests that carry it -------------------------------------------------------------------


def test_a_digest_that_leaves_later_carries_it_and_brings_no_notice(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    SubscriberFactory.create(next_send_at=now)
    pipeline.open_chunk(now)
    pipeline.select_chunk(Digest.objects.all(), now)
    correct(Edition.objects.get(), now)

    assert tick(clock) == {"sent": 1}
    assert tick(clock) == {}

    assert Digest.objects.get().corrections_shown == 1
    text = mailbox.get().text
    assert "Correction: Wrong authors\nThe authors were swapped." in text
    assert text.index("Wrong authors") < text.index("[1]")
    assert "Correction: Wrong authors" in mailbox.get().html
    assert not Notice.objects.exists()


def test_one_made_between_composing_and_sending_is_not_left_out(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    readers = SubscriberFactory.create_batch(3, next_send_at=now)
    pipeline.open_chunk(now)
    pipeline.select_chunk(Digest.objects.all(), now)
    claimed = Digest.objects.claim("worker", now, 3)

    def compose(digest: Digest) -> EmailMessage:
        if digest == claimed[1]:
            correct(digest.edition, now)
        return mail_of(digest).as_email()

    assert delivery.deliver(claimed, compose, clock) == {"sent": 1}
    assert set(Digest.objects.values_list("state", flat=True)) == {"sent", "ready"}
    assert tick(clock) == {"sent": 2 + 1}

    by_reader = {
        reader: [mail.subject for mail in mailbox.filter(recipient=reader.email).order_by("pk")]
        for reader in readers
    }
    first, *others = (by_reader[digest.subscriber] for digest in claimed)
    assert [len(first), *map(len, others)] == [2, 1, 1]
    assert first[1] == "Correction: Wrong authors"
    carried = Digest.objects.order_by("pk").values_list("corrections_shown", flat=True)
    assert list(carried) == [0, 1, 1]


def test_another_attempt_is_the_same_to_the_byte_and_its_reader_is_told(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    SubscriberFactory.create(next_send_at=now)
    pipeline.open_chunk(now)
    pipeline.select_chunk(Digest.objects.all(), now)
    [digest] = Digest.objects.claim("worker", now, 1)
    before = mail_of(digest)
    assert Digest.objects.all().mark_sending([digest], now)
    digest.settle(Outcome(State.UNKNOWN, "no reply"), now)
    correct(digest.edition, now)

    assert tick(clock) == {"sent": 1}  # sent again, without it
    assert tick(clock) == {"sent": 1}  # so it comes by itself

    digest, (first, second) = Digest.objects.get(), mailbox.order_by("pk")
    assert digest.corrections_shown == 0
    assert mail_of(digest) == before
    assert "Wrong authors" not in first.text
    assert second.subject == "Correction: Wrong authors"


def test_one_of_before_there_were_corrections_stays_as_it_was(
    now: datetime, edition: Edition
) -> None:
    digest = sent_digest(edition, now, state="deferred", next_attempt_at=now)
    assert digest.corrections_shown is None
    correct(edition, now)

    [claimed] = Digest.objects.claim("worker", now, 1)

    assert claimed.corrections_shown == 0
    assert Digest.objects.all().mark_sending([claimed], now)


def test_a_claim_that_was_given_back_before_any_attempt_counts_anew(
    now: datetime, edition: Edition
) -> None:
    DigestFactory.create(edition=edition, state="ready", not_after=now + HOUR)
    [claimed] = Digest.objects.claim("worker", now, 1)
    claimed.release_claim()
    correct(edition, now)

    [again] = Digest.objects.claim("another", now, 1)

    assert (claimed.corrections_shown, again.corrections_shown) == (0, 1)


# --- the mail ----------------------------------------------------------------------------------


def notice_of(edition: Edition, now: datetime, **facts: Any) -> Notice:
    sent_digest(edition, now, **{f"subscriber__{name}": value for name, value in facts.items()})
    correct(edition, now)
    corrections.open_notices(now)
    return Notice.objects.get()


def test_the_mail_says_the_editors_words_and_how_to_leave(
    now: datetime, clock: Clock, edition: Edition, mailbox: Mailbox
) -> None:
    notice_of(edition, now)

    assert send_notices(clock) == {"sent": 1}

    mail = mailbox.get()
    assert mail.subject == "Correction: Wrong authors"
    assert "The authors were swapped.\n\nBoth pages are right now." in mail.text
    assert f"/d/{edition.date}/" in mail.text
    assert "The authors were swapped.</p>" in mail.html
    assert "List-Unsubscribe" in mail.headers


def test_in_german_only_the_frame_is(
    now: datetime, clock: Clock, edition: Edition, mailbox: Mailbox
) -> None:
    notice_of(edition, now, language="de")

    send_notices(clock)

    assert mailbox.get().subject == "Korrektur: Wrong authors"
    assert "The authors were swapped." in mailbox.get().text


@pytest.mark.parametrize("state", ["unsubscribed", "suppressed"])
def test_who_leaves_before_it_is_sent_does_not_get_it(
    now: datetime, clock: Clock, edition: Edition, mailbox: Mailbox, state: str
) -> None:
    notice = notice_of(edition, now)
    Subscriber.objects.update(state=state)

    assert send_notices(clock) == {"skipped": 1}

    notice.refresh_from_db()
    assert (notice.reason, mailbox.count()) == (state, 0)


def test_who_has_paused_meanwhile_is_told_all_the_same(
    now: datetime, clock: Clock, edition: Edition, mailbox: Mailbox
) -> None:
    notice_of(edition, now)
    Subscriber.objects.update(state="paused")

    assert send_notices(clock) == {"sent": 1}
    assert mailbox.count() == 1


def test_it_waits_while_its_edition_is_held_or_all_is_paused(
    now: datetime, clock: Clock, edition: Edition, mailbox: Mailbox
) -> None:
    notice_of(edition, now)
    Edition.objects.update(held=True)
    assert send_notices(clock) == {}
    Edition.objects.update(held=False)
    switch.pause("wrong again", "sam", now)
    assert send_notices(clock) == {}
    switch.resume()

    assert send_notices(clock) == {"sent": 1}
    assert mailbox.count() == 1


def test_a_hold_that_comes_after_the_claim_keeps_it_too(
    now: datetime, clock: Clock, edition: Edition, mailbox: Mailbox
) -> None:
    notice = notice_of(edition, now)
    claimed = Notice.objects.claim("worker", now, 1)
    Edition.objects.update(held=True)

    delivery.deliver(claimed, lambda _: EmailMessage(to=["a@example.com"]), clock)

    notice.refresh_from_db()
    assert (notice.state, notice.attempts, mailbox.count()) == ("ready", 0, 0)


def test_what_a_person_waits_for_goes_first(now: datetime, edition: Edition) -> None:
    notice_of(edition, now)
    confirmation = NoticeFactory.create(state="ready", not_after=now + HOUR)

    assert Notice.objects.claim("first", now, 1) == [confirmation]
    assert [one.kind for one in Notice.objects.claim("second", now, 9)] == ["correction"]


# --- on the web ----------------------------------------------------------------------------------


def test_the_edition_and_the_web_copy_say_it(client: Client, now: datetime) -> None:
    digest = sent_to(now=now)
    correct(digest.edition, now, "Wrong <authors>")

    for page in (f"/d/{digest.edition}/", links.digest_path(digest)):
        text = client.get(page).text
        assert "Correction: Wrong &lt;authors&gt;" in text
        assert "The authors were swapped." in text


def test_a_preview_carries_it(now: datetime) -> None:
    sent_to(now=now)
    correct(Edition.objects.get(), now)

    content = pipeline.preview(SubscriberFactory.create(), now)

    assert [one.subject for one in content.corrections] == ["Wrong authors"]

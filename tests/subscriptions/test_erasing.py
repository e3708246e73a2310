"""Erasing: nothing that names or describes the reader is left, and nobody else loses anything."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import EmailMessage
from django.db import connection

from papers.models import Paper, Signal
from subscriptions import answering, erasing, interests, signup, voting
from subscriptions.digests import delivery, pipeline, selection
from subscriptions.emails.notice import as_mail
from subscriptions.models import (
    Digest,
    DigestPaper,
    Interest,
    MailboxMessage,
    Notice,
    Read,
    Subscriber,
    Suppression,
    Vote,
)
from subscriptions.models.digest import DigestQuerySet
from subscriptions.notices import send_notices
from tests.factories import PaperFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ADDRESS = "Canary.Reader+x@example.com"


def everything_stored() -> str:
    """Each value of each column of each table of the database."""
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        values = []
        for table in tables:
            cursor.execute("SELECT * FROM " + connection.ops.quote_name(table))  # noqa: S608  # from the database itself
            values.append(str(cursor.fetchall()))
    return "\n".join(values)


def canary(**facts: Any) -> Subscriber:
    return SubscriberFactory.create(email=ADDRESS, topics=["cs.CV"], **facts)


def with_a_past(clock: Callable[[], datetime]) -> Subscriber:
    """A reader with a digest, notices, interests and a vote, seen by staff."""
    reader = canary(next_send_at=NOW - timedelta(hours=2))
    answering.answer(Notice.Kind.LINK, reader, NOW)
    send_notices(clock)
    pipeline.run(clock)
    interests.like(reader, PaperFactory.create())
    interests.choose_keywords(reader, ["diffusion"], [])
    voting.vote(reader, PaperFactory.create(), NOW)
    staff = User.objects.create_user("editor")
    LogEntry.objects.log_actions(staff.pk, [reader], CHANGE, "Unsubscribed")
    SessionStore().save()
    return reader


def test_the_address_is_found_nowhere_afterwards(
    todays_papers: list[Paper], clock: Callable[[], datetime], mailbox: Any
) -> None:
    reader = with_a_past(clock)
    hashes = [reader.address_hash, reader.mailbox_hash]
    assert mailbox.count() == 2
    assert ADDRESS.casefold() in everything_stored().casefold()

    erased = erasing.erase(reader, NOW)

    left = everything_stored().casefold()
    assert not [word for word in ("canary", *hashes) if word in left]
    assert erased == erasing.Erased(digests=1, notices=1, interests=3, votes=1, remembered=False)
    for model in (Subscriber, Digest, DigestPaper, Notice, Interest, Vote, MailboxMessage):
        assert not model._default_manager.exists()


def test_only_the_hash_stays_if_that_was_asked(
    todays_papers: list[Paper], clock: Callable[[], datetime], mailbox: Any
) -> None:
    reader = with_a_past(clock)

    erased = erasing.erase(reader, NOW, remember=True)

    assert erased
    assert erased.remembered
    kept = Suppression.objects.get()
    assert (kept.address_hash, kept.reason) == (reader.address_hash, "asked")
    assert "canary" not in everything_stored().casefold()


def test_who_asked_never_to_be_mailed_cannot_be_subscribed_again() -> None:
    erasing.erase(canary(), NOW, remember=True)

    signup.ask_to_subscribe(ADDRESS.upper(), [], now=NOW)

    assert not Subscriber.objects.exists()
    assert not Notice.objects.exists()


def test_who_did_not_ask_may_subscribe_again_as_if_new() -> None:
    erasing.erase(canary(), NOW)

    signup.ask_to_subscribe(ADDRESS, [], now=NOW)

    assert Subscriber.objects.get().state == "pending"
    assert Notice.objects.get().kind == "confirm"


def test_a_suppression_outlives_the_row() -> None:
    reader = canary(state="suppressed")
    Suppression.objects.create(address_hash=reader.address_hash, reason="complained")

    erased = erasing.erase(reader, NOW)

    assert erased
    assert erased.remembered
    assert Suppression.objects.get().reason == "complained"


def test_a_suppressed_row_without_a_hash_leaves_one() -> None:
    erasing.erase(canary(state="suppressed"), NOW)

    assert Suppression.objects.exists()


def test_twice_erases_once() -> None:
    reader = canary()
    again = Subscriber.objects.get()
    erasing.erase(reader, NOW)

    assert erasing.erase(again, NOW, remember=True) is None

    assert not Suppression.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_erases_once() -> None:
    reader, paper = canary(), PaperFactory.create()
    voting.vote(reader, paper, NOW)

    def erased(_: int) -> bool:
        try:
            return erasing.erase(Subscriber(**columns), NOW) is not None
        finally:
            connection.close()  # each thread has one of its own

    columns = Subscriber.objects.values().get()
    with ThreadPoolExecutor(max_workers=4) as threads:
        answers = list(threads.map(erased, range(4)))

    assert sorted(answers) == [False, False, False, True]
    assert not Signal.objects.exists()


def test_votes_no_longer_move_trending_and_those_of_others_do() -> None:
    reader, other, paper = canary(), SubscriberFactory.create(), PaperFactory.create()
    voting.vote(other, paper, NOW)
    alone = Paper.objects.get(pk=paper.pk).trending
    voting.vote(reader, paper, NOW)

    erasing.erase(reader, NOW)

    assert Paper.objects.get(pk=paper.pk).trending == alone
    assert Signal.objects.get().count == 1
    assert Vote.objects.get().subscriber == other


def test_others_keep_everything(
    todays_papers: list[Paper], clock: Callable[[], datetime], mailbox: Any
) -> None:
    other = SubscriberFactory.create(
        email="x.canary.reader+x@example.com", next_send_at=NOW - timedelta(hours=2)
    )
    reader = with_a_past(clock)

    erasing.erase(reader, NOW)

    assert Digest.objects.get().subscriber == other
    assert Digest.objects.get().items.exists()
    assert mailbox.get().recipient == other.email


def test_a_number_is_never_given_to_somebody_else() -> None:
    reader = canary()
    number = reader.pk

    erasing.erase(reader, NOW)

    assert SubscriberFactory.create().pk > number  # or old links would open another's pages


def opened(reader: Subscriber) -> list[Digest]:
    """The reader's digest, selected and claimed by a sender."""
    Subscriber.objects.filter(pk=reader.pk).update(next_send_at=NOW - timedelta(hours=2))
    pipeline.open_chunk(NOW)
    pipeline.select_chunk(Digest.objects.all(), NOW)
    claimed = Digest.objects.all().claim("a sender", NOW, 10)
    assert len(claimed) == 1
    return list(claimed)


@pytest.mark.parametrize("moment", ["claimed", "composed", "sending", "sent"])
def test_a_sender_survives_an_erasure_at_any_moment(
    todays_papers: list[Paper], monkeypatch: pytest.MonkeyPatch, mailbox: Any, moment: str
) -> None:
    reader = canary()
    claimed = opened(reader)
    bystander = SubscriberFactory.create()

    def erase_at(name: str) -> None:
        if name == moment:
            erasing.erase(reader, NOW)

    def compose(digest: Digest) -> EmailMessage:
        mail = EmailMessage("subject", "text", to=[digest.subscriber.email])
        erase_at("composed")
        return mail

    def mark_sending(ledger: DigestQuerySet, *args: Any) -> set[int]:
        marked = marks(ledger, *args)
        erase_at("sending")
        return marked

    marks = DigestQuerySet.mark_sending
    monkeypatch.setattr(DigestQuerySet, "mark_sending", mark_sending)
    settles = DigestQuerySet.settle

    def settle(ledger: DigestQuerySet, *args: Any) -> int:
        erase_at("sent")
        return settles(ledger, *args)

    monkeypatch.setattr(DigestQuerySet, "settle", settle)
    erase_at("claimed")

    ended = delivery.deliver(claimed, compose, lambda: NOW)

    assert not ended
    assert not Digest.objects.exists()
    assert Subscriber.objects.get() == bystander


def test_a_sender_asks_why_not_just_as_the_reader_vanishes(
    todays_papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = canary()
    digest = opened(reader)[0]
    Subscriber.objects.filter(pk=reader.pk).update(state="paused")
    assert not Digest.objects.all().mark_sending([digest], NOW)
    obstacle = Digest._obstacle

    def vanished(digest: Digest, now: datetime) -> Any:
        erasing.erase(reader, NOW)
        return obstacle(digest, now)

    monkeypatch.setattr(Digest, "_obstacle", vanished)

    outcome = digest.why_not(NOW)

    assert outcome
    assert not digest.settle(outcome, NOW)


def test_a_digest_that_vanishes_during_selection_stops_no_other(
    todays_papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = canary(next_send_at=NOW - timedelta(hours=2))
    SubscriberFactory.create(next_send_at=NOW - timedelta(hours=2))
    pipeline.open_chunk(NOW)
    freeze = selection.freeze

    def erased_before(*args: Any) -> None:
        if Subscriber.objects.filter(pk=reader.pk).exists():
            erasing.erase(reader, NOW)
        freeze(*args)

    monkeypatch.setattr(selection, "freeze", erased_before)

    pipeline.select_chunk(Digest.objects.all(), NOW)

    assert Digest.objects.get().state == "ready"


def test_a_notice_that_vanishes_stops_no_sender(
    clock: Callable[[], datetime], mailbox: Any
) -> None:
    answering.answer(Notice.Kind.LINK, reader := canary(), NOW)
    claimed = Notice.objects.claim("a sender", NOW, 10)
    erasing.erase(reader, NOW)

    assert not delivery.deliver(claimed, lambda notice: as_mail(notice).as_email(), clock)
    assert not mailbox.exists()


def test_every_row_that_belongs_to_a_reader_goes_with_them() -> None:
    """A new model with a reader in it must say that it does."""
    models = apps.get_app_config("subscriptions").get_models()
    fields = [field for model in models for field in model._meta.fields if field.related_model]
    to_readers = {field.model for field in fields if field.related_model is Subscriber}

    assert to_readers == {Digest, DigestPaper, Interest, Notice, Read, Vote}

"""The whole way of a digest: what each reader finds in the mailbox, once."""

from datetime import datetime, timedelta

import pytest
from django.db.models import ProtectedError
from pytest_django import DjangoAssertNumQueries, Settings

from papers import editions
from papers.models import Candidate, Edition, Paper
from subscriptions.digests import pipeline
from subscriptions.models import Digest, DigestPaper, MailboxMessage, Subscriber
from subscriptions.timing import Clock
from tests.factories import DigestFactory, SubscriberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("todays_papers", "mailbox")]

DAY = timedelta(days=1)


def titles_sent_to(subscriber: Subscriber) -> list[str]:
    papers = DigestPaper.objects.filter(subscriber=subscriber).order_by("digest", "position")
    return list(papers.values_list("paper__title", flat=True))


def test_each_due_reader_gets_one_digest_of_their_topics(now: datetime, clock: Clock) -> None:
    vision = SubscriberFactory.create(topics=["cs.CV"], next_send_at=now, paper_count=3)
    everything = SubscriberFactory.create(next_send_at=now, paper_count=3)

    assert pipeline.run(clock) == {"sent": 2}

    sections = DigestPaper.objects.filter(subscriber=vision).values_list("section", flat=True)
    assert list(sections) == ["for_you", "for_you", "elsewhere"]
    assert len(titles_sent_to(everything)) == 3
    assert MailboxMessage.objects.count() == 2


def test_running_again_sends_nothing(now: datetime, clock: Clock) -> None:
    SubscriberFactory.create(next_send_at=now)
    pipeline.run(clock)

    assert pipeline.run(clock) == {}
    assert MailboxMessage.objects.count() == 1


def test_no_paper_comes_twice_to_the_same_reader(now: datetime, clock: Clock) -> None:
    reader = SubscriberFactory.create(next_send_at=now, send_hour=9, paper_count=5)
    pipeline.run(clock)

    pipeline.run(lambda: now + DAY)

    sent = titles_sent_to(reader)
    assert len(sent) == 8
    assert len(set(sent)) == 8


def test_who_has_had_everything_is_skipped_as_empty(now: datetime, clock: Clock) -> None:
    SubscriberFactory.create(next_send_at=now, send_hour=9, paper_count=25)
    pipeline.run(clock)

    pipeline.run(lambda: now + DAY)

    newest = Digest.objects.latest("local_date")
    assert (newest.state, newest.reason) == ("skipped", "empty")
    assert MailboxMessage.objects.count() == 1


def test_more_readers_than_a_chunk_are_all_served(
    now: datetime, clock: Clock, settings: Settings
) -> None:
    settings.DIGEST_CHUNK_SIZE = 3
    SubscriberFactory.create_batch(10, next_send_at=now)

    assert pipeline.run(clock) == {"sent": 10}
    assert len(set(MailboxMessage.objects.values_list("recipient", flat=True))) == 10


def test_what_does_not_fit_before_the_deadline_is_left_for_the_next_run(
    now: datetime, clock: Clock
) -> None:
    SubscriberFactory.create(next_send_at=now)

    assert pipeline.run(clock, until=now) == {}
    assert pipeline.run(clock) == {"sent": 1}


def test_every_paper_says_why_it_is_there(now: datetime, clock: Clock) -> None:
    SubscriberFactory.create(topics=["cs.CV", "cs.LG"], next_send_at=now)

    pipeline.run(clock)

    assert all(DigestPaper.objects.values_list("reasons", flat=True))


def test_the_edition_is_frozen_by_its_first_digest(now: datetime, clock: Clock) -> None:
    SubscriberFactory.create(next_send_at=now)

    pipeline.run(clock)

    assert Edition.objects.get().frozen_at == now


def test_with_nobody_due_it_stays_open_for_what_still_comes_in(now: datetime, clock: Clock) -> None:
    SubscriberFactory.create(next_send_at=now + DAY)
    editions.refresh(now)

    pipeline.run(clock)

    assert Edition.objects.get().frozen_at is None


def test_a_paper_hidden_after_freezing_is_not_sent(
    now: datetime, clock: Clock, todays_papers: list[Paper]
) -> None:
    SubscriberFactory.create(next_send_at=now)
    pipeline.run(clock)
    Paper.objects.filter(pk=todays_papers[0].pk).update(status="hidden")
    late = SubscriberFactory.create(next_send_at=now)

    pipeline.run(clock)

    assert todays_papers[0].title not in titles_sent_to(late)


def test_a_dropped_paper_is_not_sent_and_a_pinned_one_comes_first(
    now: datetime, clock: Clock, todays_papers: list[Paper]
) -> None:
    editions.frozen_edition(now)
    Candidate.objects.filter(paper=todays_papers[0]).update(placement="dropped")
    Candidate.objects.filter(paper=todays_papers[5]).update(placement="pinned")
    reader = SubscriberFactory.create(topics=["cs.CV"], next_send_at=now)

    pipeline.run(clock)

    sent = titles_sent_to(reader)
    assert sent[0] == todays_papers[5].title
    assert todays_papers[0].title not in sent


def test_a_held_edition_keeps_its_digests_until_released(now: datetime, clock: Clock) -> None:
    SubscriberFactory.create(next_send_at=now)
    pipeline.open_chunk(now)
    Edition.objects.update(held=True)

    assert pipeline.run(clock) == {}
    assert Digest.objects.get().state == "pending"

    Edition.objects.update(held=False)
    assert pipeline.run(clock) == {"sent": 1}


def test_who_unsubscribes_between_selection_and_sending_gets_nothing(
    now: datetime, clock: Clock
) -> None:
    reader = SubscriberFactory.create(next_send_at=now)
    pipeline.open_chunk(now)
    pipeline.select_chunk(Digest.objects.all(), now)
    Subscriber.objects.update(state="unsubscribed")

    assert pipeline.run(clock) == {"skipped": 1}

    assert MailboxMessage.objects.count() == 0
    assert titles_sent_to(reader) == []  # they may come another day


def test_a_digest_changed_after_freezing_is_still_the_same_mail(
    now: datetime, clock: Clock
) -> None:
    SubscriberFactory.create(next_send_at=now)
    pipeline.run(clock)
    first = MailboxMessage.objects.get()
    MailboxMessage.objects.all().delete()
    Paper.objects.update(title="Changed", summary="Changed")
    Subscriber.objects.update(send_hour=3, paper_count=3)
    Digest.objects.update(state="ready")

    pipeline.run(lambda: now + timedelta(hours=1))

    again = MailboxMessage.objects.get()
    assert (again.html, again.text, again.subject) == (first.html, first.text, first.subject)
    assert (again.headers, again.message_id) == (first.headers, first.message_id)


def test_an_empty_edition_is_an_explained_skip(now: datetime, clock: Clock) -> None:
    Paper.objects.all().delete()
    SubscriberFactory.create(next_send_at=now)

    assert pipeline.run(clock) == {}
    assert Digest.objects.get().reason == "empty"


@pytest.mark.parametrize("readers", [2, 30])
def test_the_number_of_queries_to_select_does_not_grow_with_the_readers(
    now: datetime, readers: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    SubscriberFactory.create_batch(readers, next_send_at=now, topics=["cs.CV"])
    pipeline.open_chunk(now)

    with django_assert_max_num_queries(20):
        pipeline.select_chunk(Digest.objects.all(), now)


def test_two_pending_digests_of_one_reader_share_no_paper_and_block_nobody(
    now: datetime, clock: Clock
) -> None:
    reader = SubscriberFactory.create(paper_count=5)
    SubscriberFactory.create(next_send_at=now)
    edition = editions.frozen_edition(now)
    for days in (1, 0):
        DigestFactory.create(
            subscriber=reader,
            edition=edition,
            local_date=now.date() - days * DAY,
            not_after=now + DAY,
            message_id=f"<{days}@example.com>",
            frozen={"timezone": "UTC", "next_send_at": now.isoformat()},
        )
    Subscriber.objects.filter(pk=reader.pk).update(next_send_at=now + DAY)

    assert pipeline.run(clock) == {"sent": 3}
    assert len(titles_sent_to(reader)) == 8


def test_one_poison_digest_is_explained_and_the_others_are_sent(
    now: datetime, clock: Clock, todays_papers: list[Paper]
) -> None:
    SubscriberFactory.create_batch(3, next_send_at=now)
    pipeline.open_chunk(now)
    poisoned = Digest.objects.earliest("pk")
    Digest.objects.filter(pk=poisoned.pk).update(frozen=["not", "what", "it", "should", "be"])

    assert pipeline.run(clock) == {"sent": 2}

    poisoned.refresh_from_db()
    assert (poisoned.state, poisoned.reason) == ("failed", "selection: TypeError")


def test_after_an_outage_todays_digest_gets_the_papers_not_yesterdays(
    now: datetime, clock: Clock
) -> None:
    reader = SubscriberFactory.create(next_send_at=now, send_hour=9, paper_count=25)
    pipeline.open_chunk(now)  # and then nothing for a day

    assert pipeline.run(lambda: now + DAY) == {"sent": 1}

    states = Digest.objects.order_by("local_date").values_list("state", "reason")
    assert list(states) == [("skipped", "expired"), ("sent", "")]
    assert len(titles_sent_to(reader)) == 8


def test_what_was_mailed_cannot_be_deleted(now: datetime, clock: Clock) -> None:
    SubscriberFactory.create(next_send_at=now)
    pipeline.run(clock)

    with pytest.raises(ProtectedError):
        Paper.objects.all().delete()

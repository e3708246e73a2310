"""What changes after a digest was opened or its papers were chosen, and before it is sent."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from papers import editions
from papers.models import Paper
from subscriptions import interests, pausing
from subscriptions.digests import pipeline
from subscriptions.digests.recovery import recover
from subscriptions.emails.subject import subject_line
from subscriptions.models import Digest, Subscriber
from tests.factories import DigestFactory, PaperFactory, SubscriberFactory
from tests.subscriptions.claimed import state_of
from tests.subscriptions.test_selection import DAY, HOUR, older, papers, reader, sent_to

__all__ = ["papers"]  # a fixture
pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("papers")
def test_what_a_lost_digest_would_have_told_of_a_pause_is_told_by_the_next(now: datetime) -> None:
    pipeline.run(lambda: now)
    editions.refresh(now)
    later = now + 20 * DAY
    ada = reader(later, missed_since=now - HOUR)
    PaperFactory.create_batch(8, first_seen_at=later - HOUR)
    pipeline.open_chunk(later)
    pipeline.select_chunk(Digest.objects.all(), later)
    missed = sent_to(ada, "missed")

    pipeline.run(lambda: later + DAY)  # that one has expired

    lost, sent = Digest.objects.order_by("local_date")
    assert (lost.reason, sent.state) == ("expired", "sent")
    assert missed
    assert sent_to(ada, "missed") == missed
    assert sent.frozen["missed_since"] == (now - HOUR).isoformat()


@pytest.mark.usefixtures("papers")
def test_who_pauses_between_selection_and_sending_is_told_of_both_pauses(now: datetime) -> None:
    pipeline.run(lambda: now)
    editions.refresh(now)
    later = now + 20 * DAY
    ada = reader(later, missed_since=now - HOUR)
    PaperFactory.create_batch(8, first_seen_at=later - HOUR)
    pipeline.open_chunk(later)
    pipeline.select_chunk(Digest.objects.all(), later)
    pausing.pause(ada, (later + 5 * DAY).date(), later)

    assert pipeline.run(lambda: later) == {"skipped": 1}

    ada.refresh_from_db()
    assert ada.missed_since == now - HOUR


@pytest.mark.parametrize(
    ("missed_since", "then"), [(None, HOUR), (2 * HOUR, 2 * HOUR), (HOUR, HOUR), (HOUR / 2, HOUR)]
)
def test_what_a_lost_digest_would_have_told_of_a_pause_is_told_from_the_first_of_two(
    now: datetime, missed_since: timedelta | None, then: timedelta
) -> None:
    ada = SubscriberFactory.create(missed_since=missed_since and now - missed_since)
    bob = SubscriberFactory.create()
    lost = DigestFactory.create(
        subscriber=ada, frozen={"missed_since": (now - HOUR).isoformat()}, not_after=now
    )

    recover(Digest.objects.all(), now)

    assert state_of(lost) == "skipped"
    ada.refresh_from_db()
    bob.refresh_from_db()
    assert (ada.missed_since, bob.missed_since) == (now - then, None)


def test_the_subject_speaks_the_language_that_was_frozen(
    now: datetime, papers: list[Paper]
) -> None:
    ada = reader(now, language="de")
    pipeline.open_chunk(now)
    Subscriber.objects.filter(pk=ada.pk).update(language="en")

    pipeline.run(lambda: now)

    with translation.override("de"):
        subject = subject_line([paper.title for paper in papers[:3]])
    assert Digest.objects.get().subject == subject


def test_without_any_paper_but_unwelcome_ones_there_is_no_digest(
    now: datetime, papers: list[Paper]
) -> None:
    ada = reader(now, topics=["cs.SD"])
    interests.like(ada, older("On bridges and engines", now), muted=True)
    Paper.objects.filter(pk__in=[paper.pk for paper in papers[1:]]).update(status="hidden")
    Paper.objects.filter(pk=papers[0].pk).update(title="On bridges and engines of all kinds")

    pipeline.run(lambda: now)

    digest = Digest.objects.get()
    assert (digest.state, digest.reason) == ("skipped", "empty")

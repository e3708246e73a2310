"""What an edition would send, tried on some of its readers."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from papers.models import Edition
from subscriptions.digests.pipeline import due_instants, rehearse
from tests.factories import EditionFactory, SubscriberFactory, TopicFactory

READERS, TRIED = 100, 10
DAY = timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("todays_papers", "at_nine")]


@pytest.fixture
def edition(now: datetime) -> Edition:
    """Of today, with readers who all miss their own topic in it."""
    for number in range(READERS):
        TopicFactory.create(code=f"t.{number}")
        SubscriberFactory.create(topics=[f"t.{number}"], quiet_days="none", next_send_at=now)
    return EditionFactory.create(date=now.date())


def tried(edition: Edition, now: datetime) -> list[int]:
    """Which of the readers, by their numbers."""
    return sorted(int(topic[2:]) for topic in rehearse(edition, now, TRIED).empty)


def test_the_sample_is_spread_evenly_over_all_readers(edition: Edition, now: datetime) -> None:
    sample = tried(edition, now)

    gaps = [after - before for before, after in pairwise([-1, *sample, READERS])]
    assert len(sample) == TRIED
    assert max(gaps) <= 21  # the third of the three distances that such a sequence has


def test_it_is_the_same_when_asked_again_and_another_for_another_edition(
    edition: Edition, now: datetime
) -> None:
    next_day = EditionFactory.create(date=now.date() + DAY)

    assert tried(edition, now) == tried(edition, now)
    assert tried(edition, now) != tried(next_day, now + DAY)


def test_all_who_are_counted_as_due_may_be_tried(edition: Edition, now: datetime) -> None:
    next_day = EditionFactory.create(date=now.date() + DAY)

    for each in (edition, next_day):
        assert due_instants(each, now).total() == READERS
        assert rehearse(each, now, READERS).readers == READERS

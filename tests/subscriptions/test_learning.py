"""Learning from a mail's links: a few answers move the next digest, and taken back they do not."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from papers import editions
from papers.models import Paper, RelevanceModel
from papers.relevance.packing import pack
from subscriptions import feedback
from subscriptions.digests import pipeline
from subscriptions.emails.digest import DigestContent
from subscriptions.feedback import Wish
from subscriptions.models import Subscriber
from tests.factories import PaperFactory, SubscriberFactory
from tests.subscriptions.models_by_hand import hand_made

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
OTHERS = ["bridges", "traffic", "forests", "engines", "harbours", "glass", "rivers", "paper"]
SKY = ["Quasar spectra by telescope", "A nebula in orbit", "Galaxy spectra, telescope by telescope"]
VOICE = "Whisper and phoneme transcription"
TODAY = [
    "A galaxy and a telescope",
    "Nebula spectra",
    "Quasar in orbit",
    "Acoustic speech dialogue",
]


@pytest.fixture
def shown(now: datetime) -> list[Paper]:
    """What an earlier digest brought: three of one subject, one of another."""
    return [
        PaperFactory.create(title=one, abstract="", first_seen_at=now - 90 * 24 * HOUR)
        for one in TODAY
    ]


@pytest.fixture
def ada(now: datetime, shown: list[Paper]) -> Subscriber:
    """The next edition: voices lead, then this and that; the sky comes last of all."""
    model = pack(hand_made())
    RelevanceModel.objects.create(fitted_at=now - HOUR, papers=500, terms=26, packed=model)
    for place, title in enumerate([VOICE, *(f"On {other}" for other in OTHERS), *SKY]):
        PaperFactory.create(
            title=title, abstract="", trending=100.0 - place, first_seen_at=now - HOUR
        )
    editions.build(now)
    reader: Subscriber = SubscriberFactory.create(topics=["cs.CV"], paper_count=5)
    return reader


def next_digest(reader: Subscriber, now: datetime) -> DigestContent:
    """As it would be mailed, but for the number that every mail has of its own."""
    content = pipeline.preview(Subscriber.objects.get(pk=reader.pk), now)
    return replace(content, message_id="")


def titles(reader: Subscriber, now: datetime) -> list[str]:
    return [item.card.title for item in next_digest(reader, now).items]


def say_all(reader: Subscriber, shown: list[Paper], now: datetime) -> None:
    for paper in shown[:3]:
        assert feedback.say(reader, paper, Wish.MORE, now)
    assert feedback.say(reader, shown[3], Wish.LESS, now)


def test_three_of_more_and_one_of_less_move_the_next_digest(
    ada: Subscriber, shown: list[Paper], now: datetime
) -> None:
    before = titles(ada, now)
    assert before[0] == VOICE
    assert not set(SKY) & set(before)

    say_all(ada, shown, now)

    after = titles(ada, now)
    assert set(after[:3]) == set(SKY)
    assert VOICE not in after


def test_each_answer_moves_it_further(ada: Subscriber, shown: list[Paper], now: datetime) -> None:
    feedback.say(ada, shown[0], Wish.MORE, now)
    assert set(SKY) & set(titles(ada, now))
    assert not {paper.title for paper in shown} & set(titles(ada, now))

    feedback.say(ada, shown[3], Wish.LESS, now)
    assert VOICE not in titles(ada, now)


def test_taken_back_the_digest_is_exactly_that_of_before(
    ada: Subscriber, shown: list[Paper], now: datetime
) -> None:
    before = next_digest(ada, now)
    say_all(ada, shown, now)
    assert next_digest(ada, now) != before

    for paper in shown[:3]:
        assert feedback.take_back(ada, paper, Wish.MORE, now)
    assert feedback.take_back(ada, shown[3], Wish.LESS, now)

    assert next_digest(ada, now) == before


def test_saying_it_twice_is_saying_it_once(
    ada: Subscriber, shown: list[Paper], now: datetime
) -> None:
    say_all(ada, shown, now)
    once = next_digest(ada, now)

    assert not feedback.say(ada, shown[0], Wish.MORE, now)
    assert not feedback.say(ada, shown[3], Wish.LESS, now)

    assert next_digest(ada, now) == once


def test_the_last_word_counts(ada: Subscriber, shown: list[Paper], now: datetime) -> None:
    feedback.say(ada, shown[3], Wish.LESS, now)
    feedback.say(ada, shown[3], Wish.MORE, now)

    assert titles(ada, now)[0] == VOICE
    assert not feedback.take_back(ada, shown[3], Wish.LESS, now)

"""Readers in every state, with all that can be kept of one."""

from datetime import datetime, timedelta
from typing import Any

from papers.models import Author, Paper, Topic
from subscriptions import feedback, interests, links, reads
from subscriptions.feedback import Wish
from subscriptions.links import Purpose
from subscriptions.models import Digest, Subscriber
from tests.factories import DigestFactory, EditionFactory, SubscriberFactory
from tests.subscriptions.sent_digests import sent_to

EARLIER = 30  # digests: more than "my data" shows on one page
OWN = ("welcome", "preferences", "interests", "forecast", "pause", "my_data", "erase")


def who_said_much(now: datetime, **facts: Any) -> Subscriber:
    """Chose something of every kind, got many digests, and had an opinion of the last one."""
    reader = SubscriberFactory.create(
        next_send_at=now, topics=["cs.CV"], learns_from_reads=True, **facts
    )
    interests.choose_topics(
        reader, Topic.objects.filter(code="cs.CV"), Topic.objects.filter(code="cs.CR")
    )
    interests.choose_keywords(reader, ["diffusion models", "a" * 70], ["blockchain"])
    followed, muted = Author.objects.order_by("pk")[:2]
    interests.follow_author(reader, followed)
    interests.follow_author(reader, muted, muted=True)
    interests.like(reader, Paper.objects.visible().latest("pk"))
    reads.keep(reader, Paper.objects.visible().earliest("pk"), now)
    say_something_of(sent_to(reader, now), now)
    for days in range(1, EARLIER):
        day = (now - timedelta(days=days)).date()
        edition = EditionFactory.create(date=day)
        DigestFactory.create(subscriber=reader, edition=edition, local_date=day, state="sent")
    return reader


def say_something_of(digest: Digest, now: datetime) -> None:
    first, second, third = (item.paper for item in digest.items.all()[:3])
    feedback.say(digest.subscriber, first, Wish.MORE, now)
    feedback.say(digest.subscriber, second, Wish.LESS, now)
    feedback.say(digest.subscriber, third, Wish.VOTE, now)
    feedback.answer_worth(digest, worth=False)


def last_digest(reader: Subscriber) -> Digest:
    last: Digest = reader.digests.select_related("subscriber").latest("local_date")
    return last


def own_page(reader: Subscriber, now: datetime, page: str = "") -> str:
    return links.path(Purpose.PREFERENCES, reader, now, page=page)


def own_pages(reader: Subscriber, now: datetime) -> list[str]:
    """All that the reader's own link opens, and where the other links of a mail lead."""
    others = [Purpose.CONFIRM, Purpose.UNSUBSCRIBE, Purpose.LESS, Purpose.UNDO]
    return [
        *(own_page(reader, now, page) for page in OWN),
        *(links.path(purpose, reader, now) for purpose in others),
        links.path(Purpose.UNDO, reader, now, page="why_left"),
    ]

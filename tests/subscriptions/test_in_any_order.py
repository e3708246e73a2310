"""Subscribing, pausing, leaving and coming back, in any order and at any hour."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.models import Paper
from subscriptions import erasing, leaving, pausing, preferences, signup
from subscriptions.digests import pipeline
from subscriptions.models import Digest, Notice, Subscriber
from subscriptions.notices import send_notices
from subscriptions.upkeep import upkeep
from tests.factories import PaperFactory, SubscriberFactory
from tests.subscriptions.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]

ADDRESS = "reader@example.com"
ZONES = ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Cairo", "Asia/Kathmandu"]
State = Subscriber.State

hours = st.sampled_from([0, 1, 6, 12, 13, 24, 30])
wishes = st.one_of(
    st.tuples(st.just("wait"), hours),
    st.tuples(st.just("wait"), hours),
    st.tuples(st.just("pause"), st.integers(1, 4)),
    st.tuples(
        st.just("choose"),
        st.fixed_dictionaries(
            {},
            optional={
                "timezone": st.sampled_from(ZONES),
                "send_hour": st.sampled_from([0, 7, 9, 10, 23]),
                "frequency": st.sampled_from(["daily", "weekdays", "weekly"]),
            },
        ),
    ),
    *(
        st.tuples(st.just(wish), st.none())
        for wish in ("subscribe", "confirm", "resume", "leave", "undo", "weekly", "link", "erase")
    ),
)


def reader() -> Subscriber | None:
    return Subscriber.objects.filter(email=ADDRESS).first()


def do(wish: str, of: Any, now: datetime) -> None:
    """As the pages do: with the row as it was found."""
    here = reader()
    if wish == "subscribe":
        signup.ask_to_subscribe(ADDRESS, [], now=now)
    elif wish == "link":
        signup.ask_for_link(ADDRESS, now)
    elif here is None:
        return
    elif wish == "pause":
        until = now.astimezone(here.zone).date() + timedelta(days=of)
        pausing.pause(here, until, now)
    elif wish == "choose":
        preferences.save(here, preferences.wanted(here), of, now)
    else:
        wishes: dict[str, Callable[[Subscriber, datetime], object]] = {
            "confirm": signup.confirm,
            "resume": pausing.resume,
            "leave": leaving.unsubscribe,
            "undo": leaving.undo,
            "weekly": leaving.once_a_week,
            "erase": erasing.erase,
        }
        wishes[wish](here, now)


def tick(now: datetime) -> None:
    upkeep(now)
    send_notices(lambda: now)
    pipeline.run(lambda: now)


def judge(now: datetime, done: list[str]) -> None:
    judge_mails(now, done)
    if here := reader():
        judge_state(here)
        judge_digests(here)
    else:
        assert not Digest.objects.exists()


def judge_state(here: Subscriber) -> None:
    assert (here.state == State.PAUSED) <= (here.paused_until is not None)
    if here.state == State.ACTIVE:
        assert here.next_send_at is not None
        assert here.paused_until is None
    if here.state in {State.ACTIVE, State.PAUSED}:
        assert here.confirmed_at is not None
        assert here.unsubscribed_at is None


def judge_digests(here: Subscriber) -> None:
    sent = sorted(here.digests.exclude(sent_at=None).values_list("sent_at", flat=True))
    assert all(later - earlier >= timedelta(hours=12) for earlier, later in pairwise(sent))
    if here.state == State.UNSUBSCRIBED:
        assert all(instant <= here.unsubscribed_at for instant in sent)


def judge_mails(now: datetime, done: list[str]) -> None:
    """By typing an address one a day; three, by asking for its link; one more to who confirmed."""
    a_day = Notice.objects.filter(asked_at__gt=now - timedelta(days=1))
    most = (3 if "link" in done else 1) + done.count("confirm")
    assert a_day.filter(kind__in=["confirm", "already", "reminder"]).count() <= most
    assert a_day.filter(kind="link").count() <= 3
    assert a_day.filter(kind="goodbye").count() <= 3


@settings(max_examples=25)
@given(st.lists(wishes, min_size=4, max_size=25))
def test_every_promise_holds(wanted: list[tuple[str, Any]]) -> None:
    Subscriber.objects.all().delete()
    for number in range(60 - Paper.objects.count()):
        PaperFactory.create(trending=100.0 - number, first_seen_at=NOW - timedelta(hours=1))
    SubscriberFactory.create(email=ADDRESS, next_send_at=NOW, paper_count=3, created_at=NOW)
    now = NOW
    for number, (wish, of) in enumerate(wanted, start=1):
        now += timedelta(hours=of) if wish == "wait" else timedelta(minutes=1)
        if wish == "wait":
            tick(now)
        else:
            do(wish, of, now)
        judge(now, [wish for wish, _ in wanted[:number]])

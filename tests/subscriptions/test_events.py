"""What providers tell of a mail afterwards, and what comes of it."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import Settings

from subscriptions import erasing, events
from subscriptions.events.standing import settle
from subscriptions.models import Digest, Notice, ProviderEvent, Subscriber, Suppression
from tests.factories import NoticeFactory, SubscriberFactory
from tests.subscriptions.told_events import NOW, READER, outcomes, sent, standing, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# --- arriving ----------------------------------------------------------------------------------


def test_an_event_is_kept_once_by_its_id() -> None:
    assert told("delivered")
    assert not told("delivered")

    assert ProviderEvent.objects.count() == 1


def test_an_event_without_an_id_is_kept_once_by_what_it_says() -> None:
    facts = events.Facts("Brevo", "delivered", NOW, "<1@papers.test>", READER)

    assert [events.store(facts), events.store(facts)] == [True, False]
    assert events.store(events.Facts("Brevo", "delivered", NOW, "<2@papers.test>", READER))


def test_no_address_is_kept() -> None:
    told("hard_bounce", told=f"550 5.1.1 <{READER}>: user unknown\nsay others@example.org")

    kept = ProviderEvent.objects.get()
    assert kept.told == "550 5.1.1 <•••>: user unknown say •••"
    assert "example" not in str(list(ProviderEvent.objects.values()))


def test_anything_fits(settings: Settings) -> None:
    odd = "\0\ud800" + "x" * 9000

    told("other", message_id=odd, told=odd, address=odd[2:])
    events.store(events.Facts("Postmark", "other", NOW, event_id=odd))

    assert ProviderEvent.objects.count() == 2


# --- the mail ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("delivered", ("delivered", "", "active")),
        ("deferred", ("sent", "", "active")),
        ("soft_bounce", ("bounced", "bounced for now", "active")),
        ("blocked", ("bounced", "blocked by a policy", "active")),
        ("hard_bounce", ("bounced", "bounced for good", "suppressed")),
        ("complained", ("complained", "", "suppressed")),
        ("unsubscribed", ("sent", "", "unsubscribed")),
        ("other", ("sent", "", "active")),
    ],
)
def test_what_an_event_does(kind: str, expected: tuple[str, str, str]) -> None:
    digest = sent()
    told(kind)

    events.process_waiting(NOW)

    assert standing(digest) == expected
    event = ProviderEvent.objects.get()
    assert (event.state, event.digest) == ("done", digest)


def test_a_notice_is_found_too() -> None:
    notice = NoticeFactory.create(
        subscriber__email=READER, state="sent", message_id="<1@papers.test>"
    )
    told("hard_bounce")

    events.process_waiting(NOW)

    assert Notice.objects.get().state == "bounced"
    assert ProviderEvent.objects.get().notice == notice
    assert Subscriber.objects.get().state == "suppressed"


@pytest.mark.parametrize("state", ["unknown", "unresolved", "deferred", "ready", "claimed"])
def test_an_event_proves_that_a_doubtful_mail_left(state: str) -> None:
    digest = sent(state=state, reason="lease ran out", sent_at=None, owner="w", next_attempt_at=NOW)
    told("deferred")

    events.process_waiting(NOW)

    assert standing(digest)[:2] == ("sent", "")
    assert (digest.sent_at, digest.owner, digest.next_attempt_at) == (NOW, "", None)
    assert digest.lease_until is None
    assert outcomes() == [("done", "settled as sent")]


def test_an_event_proves_nothing_of_other_mails() -> None:
    lease = timezone.now() + timedelta(minutes=2)
    facts = {"reason": "lease ran out", "sent_at": None}
    being_sent = sent(
        state="sending",
        owner="w",
        lease_until=lease,
        message_id="<2@papers.test>",
        subscriber__email="second@example.com",
    )
    doubtful = sent(
        state="unknown",
        message_id="<3@papers.test>",
        subscriber__email="third@example.com",
        **facts,
    )
    named = sent(state="unknown", **facts)
    told("deferred")

    events.process_waiting(NOW)

    states = [standing(digest)[0] for digest in (being_sent, doubtful, named)]
    assert states == ["sending", "unknown", "sent"]


def test_what_begins_to_leave_while_its_event_is_looked_at_is_its_workers() -> None:
    lease = timezone.now() + timedelta(minutes=2)
    digest = sent(state="claimed", owner="w", lease_until=lease, sent_at=None)
    Digest.objects.update(state="sending")

    assert settle(digest, "deferred", NOW) == "nothing new"
    assert standing(digest)[0] == "sending"


@pytest.mark.parametrize("state", ["pending", "ready", "deferred"])
def test_what_never_began_to_leave_stays(state: str) -> None:
    digest = sent(state=state, sending_at=None, sent_at=None)
    told("delivered")

    events.process_waiting(NOW)

    assert standing(digest)[0] == state


@pytest.mark.parametrize("state", ["skipped", "refused", "failed"])
def test_what_was_given_up_stays_so_but_the_address_counts(state: str) -> None:
    digest = sent(state=state, reason="as it was", lease_until=timezone.now() - DAY)
    told("hard_bounce")

    events.process_waiting(NOW)

    assert standing(digest) == (state, "as it was", "suppressed")


def test_an_event_that_overtakes_its_mail_waits_for_it() -> None:
    lease = timezone.now() + timedelta(minutes=2)
    digest = sent(state="sending", owner="w", lease_until=lease)
    told("hard_bounce")

    events.process_waiting(NOW)
    assert (standing(digest)[0], outcomes()) == ("sending", [("waiting", "")])

    Digest.objects.update(state="sent", owner="", lease_until=None)
    events.process_waiting(NOW)
    assert standing(digest) == ("bounced", "bounced for good", "suppressed")


def test_a_mail_whose_worker_died_is_settled_as_sent() -> None:
    digest = sent(state="sending", owner="w", lease_until=timezone.now() - DAY)
    told("delivered")

    events.process_waiting(NOW)

    assert standing(digest)[0] == "delivered"


# --- any order, any number of times --------------------------------------------------------------

STORIES = [
    ["delivered", "complained"],
    ["soft_bounce", "delivered", "hard_bounce"],
    ["delivered", "soft_bounce", "blocked", "hard_bounce", "complained"],
]


@pytest.mark.parametrize("story", STORIES)
def test_every_order_ends_the_same(story: list[str]) -> None:
    ends = set()
    for order in permutations(story):
        ProviderEvent.objects.all().delete()
        Suppression.objects.all().delete()
        Digest.objects.all().delete()
        Subscriber.objects.all().delete()
        digest = sent()
        for kind in order:
            told(kind)
            events.process_waiting(NOW)
        reasons = tuple(Suppression.objects.values_list("reason", flat=True))
        ends.add((*standing(digest), *reasons))

    assert len(ends) == 1


KINDS = [kind for kind in ProviderEvent.Kind.values if kind != "soft_bounce"]


class AnyOrder(TestCase):
    @settings(max_examples=25)
    @given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6), st.randoms())
    def test_shuffled_and_repeated_they_end_the_same(self, story: list[str], chance: Any) -> None:
        again = story * 3
        chance.shuffle(again)

        ends = [self.end(each, number) for number, each in enumerate([story, again])]

        assert ends[0] == ends[1]

    def end(self, story: Iterable[str], number: int) -> tuple[Any, ...]:
        address = f"reader{number}@papers.test"
        digest = sent(subscriber__email=address, message_id=f"<{number}@papers.test>")
        for at, kind in enumerate(story):
            told(kind, at, message_id=digest.message_id, address=address)
            events.process_waiting(NOW)
        kept = Suppression.objects.filter(address_hash=digest.subscriber.address_hash)
        return (*standing(digest), *kept.values_list("reason", flat=True))


def test_a_hundred_replays_change_nothing() -> None:
    digest = sent()
    for _ in range(100):
        told("complained")
        events.process_waiting(NOW)

    assert standing(digest) == ("complained", "", "suppressed")
    assert outcomes() == [("done", "complained; address suppressed")]


# --- what is of no consequence ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"message_id": "<2@papers.test>"}, "no mail here has this Message-ID"),
        ({"address": "other@example.com"}, "another address than the event names"),
        ({"message_id": "", "address": "other@example.com"}, "neither a mail nor a subscriber"),
        ({"message_id": "", "address": ""}, "neither a mail nor a subscriber"),
    ],
)
def test_an_event_that_is_not_ours_does_nothing(facts: dict[str, Any], says: str) -> None:
    digest = sent()
    told("complained", **facts)

    events.process_waiting(NOW)

    assert standing(digest) == ("sent", "", "active")
    state, outcome = outcomes()[0]
    assert state == "ignored"
    assert says in outcome


def test_without_a_message_id_the_address_counts() -> None:
    SubscriberFactory.create(email=READER)
    told("unsubscribed", message_id="")

    events.process_waiting(NOW)

    assert Subscriber.objects.get().state == "unsubscribed"
    assert outcomes() == [("done", "unsubscribed")]


def test_what_was_told_of_an_erased_reader_is_gone() -> None:
    digest = sent()
    told("delivered")
    events.process_waiting(NOW)

    erasing.erase(digest.subscriber, NOW)
    assert not ProviderEvent.objects.exists()

    told("complained")
    events.process_waiting(NOW)
    assert outcomes()[0][0] == "ignored"
    assert not Suppression.objects.exists()


def test_a_poison_event_fails_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    digest = sent()
    told("unsubscribed")
    told("delivered")

    def breaks(*_: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr("subscriptions.leaving.unsubscribe", breaks)

    events.process_waiting(NOW)

    assert [state for state, _ in outcomes()] == ["failed", "done"]
    assert standing(digest)[0] == "delivered"
    assert READER not in caplog.text


# --- many, and several at once ----------------------------------------------------------------


def test_an_event_takes_few_queries(django_assert_max_num_queries: Any) -> None:
    sent()
    told("delivered")

    with django_assert_max_num_queries(10):
        events.process_waiting(NOW)


def many(count: int) -> list[Digest]:
    """Sent digests, each told to be delivered."""
    digests = []
    for number in range(count):
        named = {"message_id": f"<many-{number}@papers.test>"}
        digests.append(sent(subscriber__email=f"reader{number}@papers.test", **named))
        told("delivered", number, address=f"reader{number}@papers.test", **named)
    return digests


def test_many_deliveries_take_as_many_queries_as_a_few() -> None:
    counts = []
    for count in (2, 12):
        ProviderEvent.objects.all().delete()
        Digest.objects.all().delete()
        Subscriber.objects.all().delete()
        digests = many(count)
        with CaptureQueriesContext(connection) as seen:
            assert events.process_waiting(NOW)["done"] == count
        counts.append(len(seen))
        assert {standing(digest) for digest in digests} == {("delivered", "", "active")}

    assert counts[0] == counts[1]
    kept = ProviderEvent.objects.select_related("digest")
    assert all(event.message_id == getattr(event.digest, "message_id", "") for event in kept)


def test_among_many_deliveries_each_other_event_has_its_own_end() -> None:
    first, second, third, fourth = many(4)
    told("complained", message_id=first.message_id, address="reader0@papers.test")
    Digest.objects.filter(pk=second.pk).update(state="complained")
    ProviderEvent.objects.filter(message_id=third.message_id).update(address_hash="f" * 64)
    told("delivered", 9, message_id=fourth.message_id, address="")

    ended = events.process_waiting(NOW)

    assert (ended["done"], ended["ignored"]) == (5, 1)
    ends = [standing(digest)[0] for digest in (first, second, third, fourth)]
    assert ends == ["complained", "complained", "sent", "delivered"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_do_it_once() -> None:
    digest = sent()
    for number in range(20):
        told("delivered", number)
    told("complained")

    def process(_: int) -> int:
        try:
            return events.process_waiting(NOW)["done"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(process, range(4)))

    assert done == 21
    assert standing(digest) == ("complained", "", "suppressed")

from collections import Counter
from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from seeds import variety
from seeds.subscribers import add_subscribers
from subscriptions.models import Interest, Subscriber
from subscriptions.timing import zone_names
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
WISH = ("email", "timezone", "send_hour", "frequency", "weekday", "paper_count", "next_send_at")


def wishes() -> list[tuple[object, ...]]:
    return list(Subscriber.objects.order_by("email").values_list(*WISH))


def interests() -> list[tuple[str, str]]:
    return sorted(Interest.objects.values_list("subscriber__email", "topic__code"))


def test_readers_are_active_valid_and_numbered() -> None:
    assert add_subscribers(100, NOW) == 100

    readers = Subscriber.objects.order_by("email")
    assert readers[0].email == "reader-000001@example.com"
    assert readers[99].email == "reader-000100@example.com"
    for reader in readers:
        reader.full_clean()
        assert (reader.state, reader.confirmed_at) == ("active", NOW)
        assert 1 <= reader.interests.count() <= 6
        assert 5 <= reader.paper_count <= 15


def test_each_gets_the_first_send_instant_of_the_own_schedule() -> None:
    add_subscribers(200, NOW)

    for reader in Subscriber.objects.all():
        assert reader.next_send_at == reader.next_send_after(NOW)


def test_each_can_be_found_by_the_address() -> None:
    add_subscribers(1, NOW)
    reader = Subscriber.objects.get()
    hashes = (reader.address_hash, reader.mailbox_hash)

    reader.save()

    assert (reader.address_hash, reader.mailbox_hash) == hashes
    assert Subscriber.objects.with_address("Reader-000001@example.com").get() == reader


def test_a_second_time_adds_nobody_and_more_adds_the_rest() -> None:
    add_subscribers(10, NOW)
    Subscriber.objects.filter(email="reader-000003@example.com").update(state="paused")
    before = wishes()

    assert add_subscribers(10, NOW) == 0
    assert wishes() == before
    assert add_subscribers(12, NOW) == 2
    assert Subscriber.objects.get(state="paused").email == "reader-000003@example.com"


def test_the_readers_are_the_same_on_every_machine() -> None:
    add_subscribers(50, NOW)
    before = (wishes(), interests())
    Subscriber.objects.all().delete()

    add_subscribers(20, NOW)
    add_subscribers(50, NOW)

    assert (wishes(), interests()) == before


def test_wishes_vary_and_computer_science_leads() -> None:
    add_subscribers(1000, NOW)

    frequencies = Counter(Subscriber.objects.values_list("frequency", flat=True))
    assert frequencies.most_common(1)[0][0] == "daily"
    assert 750 <= frequencies["daily"] <= 850
    assert Subscriber.objects.values("timezone").distinct().count() > 30
    assert Interest.objects.filter(topic__code__startswith="cs.").count() > 2 * (
        Interest.objects.exclude(topic__code__startswith="cs.").count()
    )


def test_due_ones_are_due_now() -> None:
    add_subscribers(20, NOW, due=True)

    assert Subscriber.objects.due(NOW).count() == 20
    assert set(Subscriber.objects.values_list("frequency", flat=True)) == {"daily"}


def test_a_persons_own_address_is_no_obstacle() -> None:
    SubscriberFactory.create(email="reader-somebody@example.com")

    assert add_subscribers(2, NOW) == 2


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seeds.subscribers.BATCH", 4)
    told: list[int] = []

    add_subscribers(10, NOW, progress=told.append)

    assert told == [4, 8, 10]


def test_many_readers_take_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    # SQLite takes 999 values a statement, and a reader has about 25 of them, an interest 10
    with django_assert_max_num_queries(50):
        add_subscribers(500, NOW)


def test_every_zone_can_be_chosen_by_a_person_too() -> None:
    assert set(variety.ZONES) <= set(zone_names())

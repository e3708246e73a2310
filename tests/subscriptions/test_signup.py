from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from subscriptions import answering, signup
from subscriptions.models import Notice, Subscriber, Suppression
from tests.factories import SubscriberFactory, TopicFactory

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
State = Subscriber.State
pytestmark = pytest.mark.django_db


def ask(email: str = "ada@example.com", now: datetime = NOW, **wishes: str) -> None:
    signup.ask_to_subscribe(email, [], now=now, **wishes)


def kinds() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("kind", flat=True))


def test_a_new_address_is_pending_with_its_wishes_and_is_asked_to_confirm() -> None:
    topic = TopicFactory.create(code="cs.CL")

    signup.ask_to_subscribe(
        "Ada@Example.com", [topic], now=NOW, frequency="weekly", timezone="Europe/Berlin"
    )

    reader = Subscriber.objects.get()
    assert (reader.email, reader.state) == ("Ada@example.com", "pending")
    assert (reader.frequency, reader.timezone) == ("weekly", "Europe/Berlin")
    assert list(reader.topics.all()) == [topic]
    notice = Notice.objects.get()
    assert (notice.kind, notice.state, notice.asked_at) == ("confirm", "ready", NOW)
    assert notice.not_after == NOW + 7 * DAY
    assert notice.message_id.startswith("<notice-")


def test_asking_twice_mails_once_and_keeps_the_newer_wishes() -> None:
    ask()
    ask("ADA@example.com", frequency="weekdays")

    assert Subscriber.objects.get().frequency == "weekdays"
    assert kinds() == ["confirm"]


def test_the_language_is_kept_also_of_who_asks_again() -> None:
    ask(language="de")
    assert Subscriber.objects.get().language == "de"

    ask(language="en")

    assert Subscriber.objects.get().language == "en"


def test_asking_again_counts_as_asked_for_then() -> None:
    ask()
    ask(now=NOW + 3 * DAY)

    assert Subscriber.objects.get().created_at == NOW + 3 * DAY


def test_all_spellings_of_one_mailbox_share_one_mail_a_day() -> None:
    for number in range(5):
        ask(f"a.d.a+{number}@gmail.com")
        ask(f"ada+{number}@googlemail.com")

    assert kinds() == ["confirm"]


@pytest.mark.postgresql  # SQLite's transactions take turns anyway
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["ada@gmail.com", "ada+{}@gmail.com"])
def test_requests_at_the_same_moment_mail_once(address: str) -> None:
    def ask_elsewhere(number: int) -> None:
        ask(address.format(number))
        connection.close()  # each thread has one of its own

    with ThreadPoolExecutor(max_workers=8) as threads:
        list(threads.map(ask_elsewhere, range(24)))

    assert kinds() == ["confirm"]


def test_a_day_later_another_mail_may_ask() -> None:
    ask()
    ask(now=NOW + DAY)

    assert kinds() == ["confirm", "confirm"]


@pytest.mark.parametrize("state", [State.ACTIVE, State.PAUSED])
def test_a_stranger_cannot_change_what_a_subscriber_has(state: State) -> None:
    SubscriberFactory.create(email="ada@example.com", state=state, topics=["cs.CV"])

    ask(frequency="weekly", timezone="Asia/Tokyo")

    reader = Subscriber.objects.get()
    assert (reader.state, reader.frequency, reader.timezone) == (state, "daily", "UTC")
    assert [topic.code for topic in reader.topics.all()] == ["cs.CV"]
    assert kinds() == ["already"]


def test_who_had_left_is_asked_to_confirm_anew() -> None:
    gone = SubscriberFactory.create(email="ada@example.com", state=State.UNSUBSCRIBED)

    ask()

    reader = Subscriber.objects.get()
    assert (reader.pk, reader.state, reader.confirmed_at) == (gone.pk, "pending", None)
    assert kinds() == ["confirm"]


def test_a_suppressed_address_gets_nothing_and_leaves_no_row() -> None:
    reader = SubscriberFactory.create(email="ada@example.com")
    Suppression.objects.create(address_hash=reader.address_hash)
    reader.delete()

    ask()

    assert not Subscriber.objects.exists()
    assert kinds() == []


def test_a_suppressed_subscriber_stays_suppressed() -> None:
    SubscriberFactory.create(email="ada@example.com", state=State.SUPPRESSED)

    ask(frequency="weekly")

    reader = Subscriber.objects.get()
    assert (reader.state, reader.frequency) == ("suppressed", "daily")
    assert kinds() == []


def test_confirming_schedules_the_first_digest() -> None:
    reader = SubscriberFactory.create(state=State.PENDING, confirmed_at=None, timezone="Asia/Tokyo")

    assert signup.confirm(reader, NOW)

    reader.refresh_from_db()
    assert (reader.state, reader.confirmed_at) == ("active", NOW)
    assert reader.next_send_at == datetime(2026, 11, 21, 22, tzinfo=UTC)


def test_confirming_twice_changes_nothing_more() -> None:
    reader = SubscriberFactory.create(state=State.PENDING)
    signup.confirm(reader, NOW)

    assert not signup.confirm(reader, NOW + DAY)

    reader.refresh_from_db()
    assert reader.confirmed_at == NOW


@pytest.mark.parametrize("state", [State.UNSUBSCRIBED, State.SUPPRESSED, State.PAUSED])
def test_only_who_is_pending_can_confirm(state: State) -> None:
    reader = SubscriberFactory.create(state=state)

    assert not signup.confirm(reader, NOW)

    reader.refresh_from_db()
    assert reader.state == state


@pytest.mark.parametrize(
    ("state", "mailed"),
    [
        (State.ACTIVE, ["link"]),
        (State.PAUSED, ["link"]),
        (State.PENDING, ["confirm"]),
        (State.UNSUBSCRIBED, []),
        (State.SUPPRESSED, []),
    ],
)
def test_the_link_is_mailed_to_who_is_here(state: State, mailed: list[str]) -> None:
    SubscriberFactory.create(email="ada@example.com", state=state)

    signup.ask_for_link("Ada@Example.com", NOW)

    assert kinds() == mailed


def test_an_unknown_address_gets_no_link() -> None:
    signup.ask_for_link("nobody@example.com", NOW)

    assert kinds() == []


def test_the_link_is_mailed_three_times_a_day_at_most() -> None:
    SubscriberFactory.create(email="ada@example.com")

    for minute in range(10):
        signup.ask_for_link("ada@example.com", NOW + timedelta(minutes=minute))

    assert kinds() == ["link"] * 3


def test_limits_count_kinds_of_notices_apart() -> None:
    reader = SubscriberFactory.create()

    assert answering.answer(Notice.Kind.ALREADY, reader, NOW)
    assert not answering.answer(Notice.Kind.CONFIRM, reader, NOW)
    assert answering.answer(Notice.Kind.LINK, reader, NOW)


def test_the_reminder_counts_with_the_mails_that_ask_to_confirm() -> None:
    reader = SubscriberFactory.create(state=State.PENDING, confirmed_at=None)

    assert answering.answer(Notice.Kind.REMINDER, reader, NOW)
    assert not answering.answer(Notice.Kind.CONFIRM, reader, NOW)


def test_a_repeat_may_exceed_the_one_of_a_day_by_two_a_minute_apart() -> None:
    reader = SubscriberFactory.create(state=State.PENDING, confirmed_at=None)
    seconds = [0, 59, 60, 90, 120, 180]

    sent = [
        answering.answer(Notice.Kind.CONFIRM, reader, NOW + timedelta(seconds=late), repeat=True)
        for late in seconds
    ]

    assert sent == [True, False, True, False, True, False]


def test_a_reader_who_types_the_address_again_is_told_so_within_a_day_of_confirming() -> None:
    ask()
    signup.confirm(Subscriber.objects.get(), NOW + HOUR)

    for hour in range(2, 6):
        ask(now=NOW + hour * HOUR)

    assert kinds() == ["confirm", "already"]


def test_of_all_spellings_sign_ups_alone_bring_a_reader_one_mail_a_day() -> None:
    SubscriberFactory.create(email="ada@gmail.com", confirmed_at=NOW - 30 * DAY)

    for spelling in ("ada@gmail.com", "a.da@gmail.com", "ada+1@gmail.com", "Ada@gmail.com"):
        ask(spelling)

    assert kinds() == ["already"]


def test_who_has_not_confirmed_may_ask_for_the_link_three_times_a_day_with_the_sign_up() -> None:
    ask()

    for seconds in (30, 60, 90, 120, 180, 240):
        signup.ask_for_link("ada@example.com", NOW + timedelta(seconds=seconds))

    assert kinds() == ["confirm"] * 3


def test_a_changed_link_key_does_not_make_a_second_row(settings: Settings) -> None:
    ask()
    settings.LINK_KEY = "another key, which should never have been changed"

    ask()

    assert Subscriber.objects.count() == 1

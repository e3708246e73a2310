"""Digests that nobody gets: the sample, the preview, and what two weeks would have brought."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from papers import editions
from papers.models import Author, Candidate, Edition, Paper
from subscriptions import interests
from subscriptions.digests import pipeline
from subscriptions.digests.pipeline import Forecast
from subscriptions.emails.digest import as_mail
from subscriptions.models import Digest, DigestPaper, MailboxMessage, Subscriber
from tests.factories import PaperFactory, SubscriberFactory, TopicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
THEMES = ["speech acoustic models", "galaxies and spectra", "compiler proofs", "traffic lights"]
Told = list[tuple[Any, ...]]


@pytest.fixture
def fortnight(now: datetime) -> datetime:
    """Two weeks in which five papers come in a day, in two topics; on two days there are none."""
    for day in range(14):
        for number in range(0 if day in {5, 6} else 5):
            PaperFactory.create(
                title=f"On {THEMES[number % 4]} {day} {number}",
                abstract="",
                topic=["cs.CV", "cs.SD"][number % 2],
                trending=50.0 - number * day,
                first_seen_at=now - (14 - day) * DAY,
            )
    return now


def wish(subscriber: Subscriber, liked: Paper) -> None:
    interests.like(subscriber, liked)
    interests.choose_keywords(subscriber, ["proofs"], ["galaxies"])
    interests.follow_author(subscriber, Author.objects.get(name="Ben Example"))


def sent(subscriber: Subscriber) -> Told:
    """By date: kind, then papers and sections; or why there was no digest."""
    told: Told = []
    for digest in Digest.objects.filter(subscriber=subscriber).order_by("local_date"):
        rows = DigestPaper.objects.filter(digest=digest).order_by("position")
        papers = [paper for paper, _ in rows.values_list("paper", "section")]
        outcome = (digest.frozen["kind"], digest.subject, papers) if papers else digest.reason
        told.append((digest.local_date, outcome))
    return told


def foretold(days: list[Forecast]) -> Told:
    return [
        (
            day.date,
            (day.kind, day.content.subject, [item.card.paper for item in day.content.items])
            if day.content
            else day.reason,
        )
        for day in reversed(days)
    ]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"topics": ["cs.SD"], "quiet_days": "none", "paper_count": 4},
        {"topics": ["cs.CV"], "frequency": "weekly", "weekday": 2, "timezone": "Asia/Tokyo"},
        {"frequency": "weekdays", "send_hour": 23, "timezone": "America/New_York"},
        {"topics": ["quant-ph"], "quiet_days": "none"},
    ],
    ids=["daily", "no quiet days", "weekly", "weekdays", "nothing fits"],
)
def test_the_forecast_is_what_a_run_of_these_days_then_sends(
    fortnight: datetime, facts: dict[str, Any]
) -> None:
    now = fortnight
    liked = PaperFactory.create(title="Acoustic models for speech", first_seen_at=now - 99 * DAY)
    start = now - 14 * DAY
    real = SubscriberFactory.create(**facts)
    wish(real, liked)
    Subscriber.objects.update(next_send_at=real.next_send_after(start - timedelta(seconds=1)))
    for slot in real.schedule.slots_between(start, now):
        for day in range(15):  # as the tick does, whoever is due
            if start + day * DAY <= slot.due_at:
                editions.build(start + day * DAY)
        pipeline.run(lambda: slot.due_at)  # noqa: B023  # used at once
    twin = SubscriberFactory.create(**facts)
    wish(twin, liked)

    expected = sent(real)

    assert len(expected) >= 2
    assert foretold(pipeline.forecast(twin, now)) == expected
    assert foretold(pipeline.forecast(real, now)) == expected


@pytest.fixture
def open_editions(fortnight: datetime) -> datetime:
    """An edition of each day, and of none a digest."""
    for day in range(14, -1, -1):
        editions.build(fortnight - day * DAY)
    return fortnight


def test_a_forecast_asks_few_queries_and_writes_nothing(
    open_editions: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])
    wish(reader, PaperFactory.create(first_seen_at=open_editions - 99 * DAY))
    interests.like_unknown(reader, "2001.00001", "Acoustic models")
    before = list(Edition.objects.values()), list(Subscriber.objects.values())

    with django_assert_max_num_queries(16):
        days = pipeline.forecast(reader, open_editions)
    with django_assert_max_num_queries(11):  # the editions' papers are kept for a minute
        pipeline.forecast(reader, open_editions)

    assert len(days) == 14
    assert sum(day.content is not None for day in days) > 5
    assert (list(Edition.objects.values()), list(Subscriber.objects.values())) == before
    assert not Digest.objects.exists()
    assert not DigestPaper.objects.exists()


@pytest.mark.parametrize("age", [0, 1, 40])
def test_an_outlook_is_the_preview_and_the_forecast(fortnight: datetime, age: int) -> None:
    editions.build(fortnight - age * DAY)
    reader = SubscriberFactory.create(topics=["cs.CV"], paper_count=3)
    wish(reader, PaperFactory.create(first_seen_at=fortnight - 99 * DAY))

    outlook = pipeline.outlook(reader, fortnight)

    preview = pipeline.preview(reader, fortnight)
    assert outlook.digest
    assert outlook.digest.edition_date == preview.edition_date
    assert (outlook.digest.subject, outlook.digest.items) == (preview.subject, preview.items)
    assert [day.date for day in outlook.days] == [
        day.date for day in pipeline.forecast(reader, fortnight)
    ]


def test_before_the_first_edition_an_outlook_has_no_digest(now: datetime) -> None:
    outlook = pipeline.outlook(SubscriberFactory.create(), now)

    assert outlook.digest is None
    assert {day.reason for day in outlook.days} == {"no edition"}


def test_every_day_of_a_forecast_can_be_shown_as_a_mail(open_editions: datetime) -> None:
    reader = SubscriberFactory.create(language="de")

    mails = [
        as_mail(day.content) for day in pipeline.forecast(reader, open_editions) if day.content
    ]

    assert mails
    assert all(mail.subject and mail.text for mail in mails)


def test_days_without_an_edition_say_so(now: datetime) -> None:
    days = pipeline.forecast(SubscriberFactory.create(), now, days=3)

    assert [day.date for day in days] == [now.date() - n * DAY for n in range(3)]
    assert {day.reason for day in days} == {"no edition"}


def test_before_the_hour_of_the_edition_it_is_the_last_ones(
    open_editions: datetime, settings: Settings
) -> None:
    settings.EDITION_HOUR = 8
    reader = SubscriberFactory.create(send_hour=7)

    [*_, first] = pipeline.forecast(reader, open_editions, days=1)

    assert first.content
    assert first.content.edition_date == open_editions.date() - DAY


def test_a_sample_is_for_nobody(open_editions: datetime) -> None:
    content = pipeline.sample([TopicFactory.create(code="cs.SD")], open_editions, language="de")

    assert content.language == "de"
    assert len(content.items) == 10
    assert content.items[0].card.topic == "cs.SD"
    personal = {content.to, content.preferences_url, content.unsubscribe_url}
    assert {*personal, content.pause_url, content.web_url} == {""}
    mail = as_mail(content)
    assert "/preferences/" not in mail.html + mail.text
    assert "/u/" not in mail.html + mail.text


def test_a_sample_of_nothing_is_empty(now: datetime) -> None:
    editions.build(now)

    assert pipeline.sample([], now).items == ()


def test_before_the_first_edition_there_is_nothing_and_none_is_built(fortnight: datetime) -> None:
    reader = SubscriberFactory.create()

    with pytest.raises(pipeline.NoEdition):
        pipeline.preview(reader, fortnight)
    with pytest.raises(pipeline.NoEdition):
        pipeline.sample([], fortnight)
    assert {day.reason for day in pipeline.forecast(reader, fortnight)} == {"no edition"}
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda paper: Paper.objects.filter(pk=paper).update(status="hidden"),
        lambda paper: Candidate.objects.filter(paper=paper).update(placement="dropped"),
    ],
    ids=["hidden", "dropped"],
)
def test_what_was_taken_out_is_shown_no_more_though_pools_are_kept(
    open_editions: datetime, change: Callable[[int], object]
) -> None:
    first = pipeline.sample([], open_editions).items[0].card.paper

    change(first)

    assert first not in [item.card.paper for item in pipeline.sample([], open_editions).items]


def test_samples_of_ever_other_topics_read_the_edition_once(
    open_editions: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    pipeline.sample([], open_editions)

    with django_assert_max_num_queries(3):  # which edition, what it is made of, which words
        pipeline.sample([TopicFactory.build(code="cs.SD")], open_editions)


def test_a_preview_is_what_is_then_sent_even_after_a_pause(fortnight: datetime) -> None:
    now = fortnight
    editions.build(now - 9 * DAY)
    editions.build(now)
    reader = SubscriberFactory.create(
        topics=["cs.CV"], next_send_at=now, missed_since=now - 10 * DAY, paper_count=3
    )

    seen = as_mail(pipeline.preview(reader, now))
    pipeline.run(lambda: now)

    message = MailboxMessage.objects.get()
    assert DigestPaper.objects.filter(section="missed").exists()
    assert message.subject == seen.subject
    titles = [row.paper.title for row in DigestPaper.objects.select_related("paper")]
    assert all(title in seen.text for title in titles)


@pytest.mark.parametrize("state", ["pending", "paused", "unsubscribed"])
def test_a_preview_is_for_readers_of_any_state(fortnight: datetime, state: str) -> None:
    editions.build(fortnight)
    reader = SubscriberFactory.create(state=state)

    assert pipeline.preview(reader, fortnight).items


def test_a_forecast_in_a_zone_far_ahead_has_the_readers_own_dates(open_editions: datetime) -> None:
    reader = SubscriberFactory.create(timezone="Pacific/Kiritimati", send_hour=9)

    [latest, *_] = pipeline.forecast(reader, open_editions)

    assert latest.date == datetime(2026, 11, 20, tzinfo=UTC).date()
    assert latest.content
    assert latest.content.edition_date == latest.date - DAY  # 19 November, 19:00 in UTC

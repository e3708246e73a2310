from datetime import datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from papers import editions
from papers.models import Edition, Paper
from subscriptions import links
from subscriptions.digests import pipeline
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from tests.factories import SubscriberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine")]

READING = ("SELECT", "DECLARE")  # PostgreSQL reads long answers through a cursor


@pytest.fixture
def edition(todays_papers: list[Paper], now: datetime) -> Edition:
    return editions.refresh(now)


def page_of(client: Client, reader: Subscriber, now: datetime, page: str = "forecast") -> str:
    answer = client.get(links.path(Purpose.PREFERENCES, reader, now, page=page))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    return unescape(answer.content.decode())


@pytest.mark.usefixtures("edition")
def test_it_shows_what_would_be_sent_now(client: Client, now: datetime) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"], paper_count=3)
    digest = pipeline.preview(reader, now)

    page = page_of(client, reader, now)
    mail = page_of(client, reader, now, "forecast_mail")

    assert digest.subject in page
    assert f'src="{links.path(Purpose.PREFERENCES, reader, now, page="forecast_mail")}"' in page
    assert all(item.card.title in mail for item in digest.items)


def test_it_lists_the_last_days_with_reasons(
    client: Client, now: datetime, todays_papers: list[Paper]
) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"], paper_count=3)
    Paper.objects.update(first_seen_at=now - timedelta(days=3))
    editions.build(now - timedelta(days=2))

    page = page_of(client, reader, now)

    assert "Wednesday 18 November" in page
    assert todays_papers[0].title in page
    assert "In Computer vision, which you follow" in page
    assert "Nothing: there was no edition." in page  # of the days before


@pytest.mark.usefixtures("edition")
def test_the_next_three_come_on_the_days_of_the_readers_schedule(
    client: Client, now: datetime
) -> None:
    reader = SubscriberFactory.create(frequency="weekdays", timezone="Asia/Tokyo", send_hour=8)

    page = page_of(client, reader, now)

    days = ["Monday 23", "Tuesday 24", "Wednesday 25"]
    assert all(f"{day} November at 08:00" in page for day in days)
    assert "Saturday 21 November at" not in page


@pytest.mark.usefixtures("edition")
def test_the_one_already_planned_comes_first(client: Client, now: datetime) -> None:
    planned = now + timedelta(days=3)
    reader = SubscriberFactory.create(next_send_at=planned, send_hour=9)

    page = page_of(client, reader, now)

    assert "Saturday 21 November at" not in page
    days = ["Monday 23", "Tuesday 24", "Wednesday 25"]
    assert all(f"{day} November at 09:00" in page for day in days)


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("pending", "Not confirmed yet"),
        ("paused", "comes again when you resume it"),
        ("unsubscribed", "None is planned: you get no digest."),
        ("suppressed", "None is planned: you get no digest."),
    ],
)
def test_nothing_is_promised_to_who_gets_no_digest(
    client: Client, now: datetime, state: str, words: str
) -> None:
    reader = SubscriberFactory.create(state=state)

    assert words in page_of(client, reader, now)


@pytest.mark.usefixtures("edition")
def test_to_who_pauses_it_says_when_the_digest_comes_again(client: Client, now: datetime) -> None:
    until = now + timedelta(days=9)
    reader = SubscriberFactory.create(state="paused", paused_until=until, timezone="UTC")

    page = page_of(client, reader, now)

    assert "Your digest is paused, and comes again on <strong>" in page
    assert "30 November" in page or "29 November" in page
    assert links.path(Purpose.PREFERENCES, reader, now, page="pause") in page


def test_before_the_first_edition_it_says_so(client: Client, now: datetime) -> None:
    reader = SubscriberFactory.create()

    page = page_of(client, reader, now)

    assert "There is no new paper for you at the moment" in page
    mail = links.path(Purpose.PREFERENCES, reader, now, page="forecast_mail")
    assert client.get(mail).status_code == 404


@pytest.mark.usefixtures("edition")
def test_who_gets_plain_text_sees_plain_text(client: Client, now: datetime) -> None:
    reader = SubscriberFactory.create(mail_format="text")
    title = pipeline.preview(reader, now).items[0].card.title

    mail = page_of(client, reader, now, "forecast_mail")

    assert title in " ".join(mail.split())
    assert "<pre" in mail


@pytest.mark.usefixtures("edition")
def test_looking_writes_nothing(client: Client, now: datetime) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])

    with CaptureQueriesContext(connection) as queries:
        page_of(client, reader, now)
        page_of(client, reader, now, "forecast_mail")

    assert all(query["sql"].startswith(READING) for query in queries)


@pytest.mark.usefixtures("todays_papers")
def test_it_takes_few_queries_however_many_days_there_are(
    client: Client, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV", "cs.LG"])
    for days in range(14):
        editions.build(now - timedelta(days=days))

    with django_assert_max_num_queries(15):
        page_of(client, reader, now)
    with django_assert_max_num_queries(10):  # the editions' papers are kept for a minute
        page_of(client, reader, now)


def test_the_link_of_another_page_opens_nothing_here(client: Client, now: datetime) -> None:
    token = links.token(Purpose.UNSUBSCRIBE, SubscriberFactory.create(), now)

    for page in ("preview/", "preview/mail/"):
        assert client.get(f"/preferences/{token}/{page}").status_code == 404


def test_a_link_that_is_too_old_offers_a_new_one(client: Client, now: datetime) -> None:
    reader = SubscriberFactory.create()
    address = links.path(Purpose.PREFERENCES, reader, now - timedelta(days=91), page="forecast")

    assert client.get(address).status_code == 410

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from papers import editions
from papers.models import Edition, Paper, Topic
from subscriptions.digests import pipeline
from subscriptions.emails.digest import as_mail
from subscriptions.models import Digest, Subscriber
from tests.factories import SubscriberFactory, TopicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_nine", "todays_papers")]
PAGE, MAIL = "/sample/", "/sample/mail/"
# "at_nine" is 09:00 UTC on Friday 20 November 2026

READING = ("SELECT", "DECLARE")  # PostgreSQL reads long answers through a cursor


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Samples of another test's edition, which may have had the same number."""
    cache.clear()


@pytest.fixture
def edition(todays_papers: list[Paper], now: datetime) -> Edition:
    return editions.refresh(now)


def shown(client: Client, page: str = PAGE, **asked: Any) -> str:
    answer = client.get(page, asked)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.usefixtures("edition")
def test_the_sample_is_made_of_the_chosen_topics(client: Client, now: datetime) -> None:
    [section, _] = pipeline.sample([Topic.objects.get(code="cs.CV")], now).sections

    mail = shown(client, MAIL, topics="cs.CV")

    assert all(item.card.topic == "cs.CV" for item in section.items)
    assert all(item.card.title in mail for item in section.items)
    assert 'value="cs.CV" checked' in shown(client, topics="cs.CV")


@pytest.mark.usefixtures("edition")
def test_the_page_shows_it_as_an_inbox_would(client: Client, now: datetime) -> None:
    digest = pipeline.sample([], now)

    page = shown(client)

    assert digest.subject in page
    assert digest.items[1].card.title in page
    assert f'src="{MAIL}"' in page
    assert "sandbox=" in page


@pytest.mark.usefixtures("edition")
def test_the_mail_is_to_nobody_and_has_no_personal_address(client: Client) -> None:
    SubscriberFactory.create()

    mail = shown(client, MAIL) + shown(client, MAIL, part="text")

    assert "reader0@" not in mail
    for personal in ("/preferences/", "/u/", "/pause/", "/w/", "More like this"):
        assert personal not in mail


@pytest.mark.usefixtures("edition")
def test_the_mail_is_fenced_in_and_kept_out_of_indexes(client: Client) -> None:
    answer = client.get(MAIL)

    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.usefixtures("edition")
def test_the_text_part_is_the_mails_own(client: Client, now: datetime) -> None:
    answer = client.get(MAIL, {"part": "text"})

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == as_mail(pipeline.sample([], now)).text


@pytest.mark.usefixtures("edition")
def test_it_says_when_the_next_three_would_come(client: Client) -> None:
    page = shown(client, timezone="Asia/Tokyo")

    days = ["Saturday 21", "Sunday 22", "Monday 23"]
    assert all(f"{day} November at 07:00" in page for day in days)
    assert "Asia/Tokyo time" in page


@pytest.mark.usefixtures("edition")
def test_what_is_chosen_goes_along_to_the_form(client: Client) -> None:
    page = shown(client, topics=["cs.CV", "cs.LG"], timezone="Pacific/Kiritimati")

    address = "/?topics=cs.CV&topics=cs.LG&timezone=Pacific%2FKiritimati#subscribe"
    assert f'href="{address}"' in page
    landing = unescape(client.get(address).content.decode())
    assert landing.count(" checked") == 3  # two topics, and every day
    assert '<option value="Pacific/Kiritimati" selected>' in landing


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"topics": "no.SUCH"}, "There is no topic “no.SUCH”: it is left out."),
        ({"topics": "\0"}, "There is no topic “”"),
        ({"topics": "x" * 2_000}, "There is no topic “xxx"),
        ({"topics": "<script>alert(1)</script>"}, "There is no topic “<script>"),
        ({"topics": "🦉"}, "There is no topic “🦉”"),
        ({"topics": [f"t{number}" for number in range(200)]}, "There is no topic “t2”"),
        ({"timezone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone"),
        ({"timezone": "\0"}, "Every day at 07:00, UTC time"),
        ({"timezone": "../../etc/passwd"}, "is not a time zone"),
    ],
)
def test_what_does_not_exist_is_left_out_in_plain_words(
    client: Client, asked: dict[str, Any], words: str
) -> None:
    answer = client.get(PAGE, asked)

    assert answer.status_code == client.get(MAIL, asked).status_code == 200
    assert words in unescape(answer.content.decode())
    assert b"<script>alert" not in answer.content


@pytest.mark.usefixtures("edition")
def test_every_topic_at_once_is_one_sample(client: Client) -> None:
    codes = [f"math.T{number}" for number in range(200)]
    for code in codes:
        TopicFactory.create(code=code)

    page = shown(client, topics=[*codes, "cs.CV"])

    assert "and 198 more topics" in page


def test_before_the_first_edition_it_says_so(client: Client) -> None:
    assert "the first edition is on its way" in shown(client)
    assert client.get(MAIL).status_code == 404


@pytest.mark.usefixtures("edition")
def test_looking_writes_nothing_and_sets_no_cookie(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        shown(client, topics="cs.CV")
        shown(client, MAIL, topics="cs.CV")

    assert all(query["sql"].startswith(READING) for query in queries)
    assert not client.cookies
    assert not Subscriber.objects.exists()
    assert not Digest.objects.exists()


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize("address", [PAGE, MAIL])
def test_it_takes_few_queries(
    client: Client, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(13):
        client.get(address, {"topics": ["cs.CV", "cs.LG"]})


def test_a_changed_edition_is_shown_at_once(
    client: Client, edition: Edition, now: datetime
) -> None:
    before = shown(client, MAIL)
    Paper.objects.filter(candidacies__edition=edition).update(title="Renamed", updated_at=now)
    editions.build(now + timedelta(minutes=1))

    assert "Renamed" not in before
    assert "Renamed" in shown(client, MAIL)


@pytest.mark.usefixtures("edition")
def test_asked_again_it_is_not_made_again(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = shown(client, MAIL, topics=["cs.CV", "cs.LG"])

    with django_assert_max_num_queries(2):  # the topics, and which edition it is
        assert shown(client, MAIL, topics=["cs.LG", "cs.CV"]) == first


@pytest.mark.usefixtures("edition")
def test_it_speaks_the_language_of_the_page(client: Client) -> None:
    mail = client.get(MAIL, headers={"Accept-Language": "de"}).content.decode()

    assert 'lang="de"' in mail


def test_nothing_can_be_posted(client: Client) -> None:
    assert client.post(PAGE).status_code == client.post(MAIL).status_code == 405

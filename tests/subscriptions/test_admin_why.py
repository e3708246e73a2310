"""Why these papers: on the page of a subscriber and of a digest, for who may see subscribers."""

from datetime import datetime
from time import perf_counter

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from papers import editions
from papers.models import Paper
from subscriptions.digests.explanation import account
from subscriptions.models import Digest, Interest, Subscriber
from tests.admin_site import cost, sign_in
from tests.factories import PaperFactory, SubscriberFactory
from tests.subscriptions.sent_digests import sent_to
from tests.subscriptions.unchanged import nothing_changes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("todays_papers", "mailbox", "at_nine")]

SUBSCRIBERS, DIGESTS = "/admin/subscriptions/subscriber/", "/admin/subscriptions/digest/"
TODAY = "2026-11-20"


@pytest.fixture
def reader(now: datetime, todays_papers: list[Paper]) -> Subscriber:
    editions.refresh(now)
    return SubscriberFactory.create(topics=["cs.CV"], paper_count=3)


def why(reader: Subscriber) -> str:
    return f"{SUBSCRIBERS}{reader.pk}/why/"


def test_each_paper_is_shown_with_what_its_score_is_the_sum_of(
    admin_client: Client, now: datetime, reader: Subscriber
) -> None:
    Interest.objects.create(subscriber=reader, kind="keyword", text="study", key="studi")

    text = admin_client.get(why(reader)).text

    told = account(reader, now)
    assert told.parts == ("trending", "keyword")
    for line in (*told.chosen, *told.left_out):
        assert f'/admin/papers/paper/{line.weighed.paper}/change/">{line.title}</a>' in text
        for part, figure in line.figures.items():
            assert f'<td data-part="{part}">{figure}</td>' in text
    assert "Below the last one chosen" in text
    assert "by score; from elsewhere by trending" in text


def test_the_tables_can_be_heard(admin_client: Client, reader: Subscriber) -> None:
    text = admin_client.get(why(reader)).text

    assert text.count("<caption>") == text.count('<table class="why">') == 4
    assert text.count('<th scope="col">') == 4 * 3  # place, paper and score: no part counts
    assert '<th scope="row">' in text


def test_the_pages_of_a_subscriber_and_of_a_digest_lead_there(admin_client: Client) -> None:
    digest = sent_to(topics=["cs.CV"], paper_count=4)
    link = why(digest.subscriber)

    assert f'href="{link}"' in admin_client.get(f"{SUBSCRIBERS}{digest.subscriber_id}/change/").text
    assert f'href="{link}?date={TODAY}"' in admin_client.get(f"{DIGESTS}{digest.pk}/change/").text
    shown = admin_client.get(link, {"date": TODAY}).text
    assert "yes, the same papers in the same order" in shown
    assert f"{TODAY}, sent" in shown


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2026-11-19", "There is no digest of that day."),
        ("2027-11-19", "There is no digest of that day."),
        ("today", "That is not a date"),
        ("9" * 5000, "That is not a date"),
        ("<b>", "That is not a date"),
    ],
)
def test_a_day_without_a_digest_is_answered_in_words(
    admin_client: Client, reader: Subscriber, typed: str, says: str
) -> None:
    answer = admin_client.get(why(reader), {"date": typed})

    assert answer.status_code == 200
    assert says in answer.text
    assert "<b>" not in answer.text.partition("<main")[2]


def test_before_there_is_an_edition_the_page_says_so(admin_client: Client) -> None:
    reader = SubscriberFactory.create()

    assert "There is no edition yet" in admin_client.get(why(reader)).text


def test_who_may_not_see_subscribers_sees_no_reasons_of_theirs(client: Client) -> None:
    digest = sent_to(topics=["cs.CV"])
    sign_in(client, Permission.objects.filter(codename__in=["view_digest", "view_edition"]))

    assert "Why these papers" not in client.get(f"{DIGESTS}{digest.pk}/change/").text
    assert client.get(why(digest.subscriber)).status_code == 403
    assert client.get(f"{SUBSCRIBERS}999999/why/").status_code == 403


def test_it_is_only_for_looking(admin_client: Client, reader: Subscriber) -> None:
    digest = sent_to(topics=["cs.CV"])
    admin_client.get(SUBSCRIBERS)

    with nothing_changes():
        admin_client.get(why(reader))
        admin_client.get(why(digest.subscriber), {"date": TODAY})

    assert admin_client.post(why(reader)).status_code == 405
    assert admin_client.get(f"{SUBSCRIBERS}999999/why/").status_code == 404


@pytest.mark.parametrize("query", ["", f"?date={TODAY}"])
def test_it_costs_the_same_queries_however_much_there_is(admin_client: Client, query: str) -> None:
    reader = sent_to(topics=["cs.CV"], paper_count=3).subscriber
    url = why(reader) + query
    admin_client.get(url)  # sessions and types are known from here on
    few = cost(admin_client, url)
    for number in range(30):
        liked = PaperFactory.create()
        Interest.objects.create(subscriber=reader, kind="paper", paper=liked, muted=number % 2 == 1)

    many = cost(admin_client, url)

    assert many == few
    assert many <= 20


def test_an_edition_of_five_hundred_is_explained_in_a_moment(
    admin_client: Client, now: datetime
) -> None:
    for number in range(500):
        PaperFactory.create(trending=float(number), first_seen_at=now, topic=f"cs.{number % 9}")
    reader = SubscriberFactory.create(topics=["cs.CV", "cs.1"])
    liked = Paper.objects.order_by("pk")[:50]
    Interest.objects.bulk_create(
        Interest(subscriber=reader, kind="paper", paper=paper) for paper in liked
    )
    editions.refresh(now)
    admin_client.get(why(reader))  # the pool is kept from here on

    took = []
    for _ in range(3):
        begun = perf_counter()
        admin_client.get(why(reader))
        took.append(perf_counter() - begun)

    assert min(took) < 0.3


def test_a_digest_that_is_not_chosen_yet_is_explained_without_comparing(
    admin_client: Client, reader: Subscriber, now: datetime
) -> None:
    edition = editions.refresh(now)
    Digest.objects.create(subscriber=reader, edition=edition, local_date=now.date())

    shown = admin_client.get(why(reader), {"date": TODAY}).text

    assert f"{TODAY}, pending" in shown
    assert "As sent" not in shown

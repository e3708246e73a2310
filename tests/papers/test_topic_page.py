from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from papers.models import Paper
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db


def seen(days_ago: float, **facts: object) -> Paper:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    return PaperFactory.create(first_seen_at=at, **facts)


def show(client: Client, address: str = "/topics/cs.CV/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_topics_are_listed_by_group_with_their_papers_of_a_month(client: Client) -> None:
    seen(1, topic="cs.CV")
    seen(40, topic="cs.CV")
    seen(1, topic="cs.CV", status=Paper.Status.HIDDEN)

    page = show(client, "/topics/")

    assert "Computer Science" in page
    assert 'href="/topics/cond-mat.mes-hall/"' in page
    assert page.count('1<span class="hidden"> paper</span>') == 1


def test_groups_with_papers_are_open_and_their_other_topics_folded(client: Client) -> None:
    seen(1, topic="cs.CV")

    page = show(client, "/topics/")

    assert page.count('<details class="group" id="group-1" open>') == 1
    assert page.count(" open>") == 1
    assert page.count("more without recent papers") == 1
    assert page.index("/topics/cs.CV/") < page.index("more without") < page.index("/topics/cs.AI/")


def test_a_topic_offers_its_feeds(client: Client) -> None:
    page = show(client)

    for form in ("atom", "rss", "json"):
        assert f'href="/feeds/topics/cs.CV.{form}"' in page


def test_a_topic_shows_its_papers_of_a_month_the_most_noticed_first(client: Client) -> None:
    seen(1, title="The Second", trending=1)
    seen(9, title="The First", trending=2)
    seen(31, title="Too Old")
    seen(1, title="Hidden", status=Paper.Status.HIDDEN)
    seen(1, title="Elsewhere", topic="cs.LG")

    page = show(client)

    assert page.index("The First") < page.index("The Second")
    assert not [title for title in ("Too Old", "Hidden", "Elsewhere") if f">{title}<" in page]


def test_the_newest_may_come_first(client: Client) -> None:
    seen(1, title="The Second", trending=1)
    seen(9, title="The First", trending=2)

    page = show(client, "/topics/cs.CV/?sort=new")

    assert page.index("The Second") < page.index("The First")
    assert 'class="place"' not in page
    assert 'class="place"' in show(client)


def test_a_code_in_another_case_leads_to_the_right_one(client: Client) -> None:
    answer = client.get("/topics/CS.cv/")

    assert (answer.status_code, answer["Location"]) == (301, "/topics/cs.CV/")


@pytest.mark.parametrize("code", ["cs.XX", "c", "cs.CV.x", "x" * 300, "%00", "cs%2ECV%27"])
def test_an_unknown_topic_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"/topics/{code}/").status_code == 404


def test_a_topic_without_papers_says_so(client: Client) -> None:
    assert "No paper of this topic" in show(client, "/topics/hep-ph/")


def test_it_leads_to_the_form_with_the_topic_chosen(client: Client) -> None:
    assert 'href="/?topics=cs.CV#subscribe"' in show(client)

    form = show(client, "/?topics=cs.CV")

    assert form.count(" checked") == 2  # the topic, and how often


def test_pages_out_of_range_show_the_nearest(client: Client) -> None:
    for number in range(26):
        seen(1, title=f"Number {number}.", trending=-number)

    assert "Number 25." in show(client, "/topics/cs.CV/?page=99")
    assert "Number 0." in show(client, "/topics/cs.CV/?page=abc")


def test_looking_is_all_that_can_be_done(client: Client) -> None:
    for address in ("/topics/", "/topics/cs.CV/"):
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405


def test_the_pages_need_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(40):
        seen(1)

    for address in ("/topics/", "/topics/cs.CV/", "/topics/cs.CV/?sort=new"):
        with django_assert_max_num_queries(12):
            show(client, address)

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from pytest_django import Settings

from papers import trending
from subscriptions import recognition, upkeep
from subscriptions.views import typed

pytestmark = pytest.mark.django_db


def words_of(client: Client, page: str) -> str:
    return " ".join(unescape(client.get(page).content.decode()).split())


def test_every_page_links_to_both(client: Client) -> None:
    page = words_of(client, "/")

    assert 'href="/about/"' in page
    assert 'href="/privacy/"' in page


def test_the_figures_are_those_of_this_installation(client: Client, settings: Settings) -> None:
    settings.TRENDING_HALF_LIFE_HOURS = 36.0
    settings.AI_SCORE_WEIGHTS = {"attention": 50, "novelty": 25, "authors": 12.5, "code": 7}

    page = words_of(client, "/about/")

    assert "by half in 36 hours" in page
    assert "attention (weight 50), novelty (25)" in page
    assert "are cited (12.5)" in page


def test_what_it_says_of_signals_is_true() -> None:
    assert trending.WEIGHTS == {"votes": 1, "comments": 0.5, "stars": 0.1, "citations": 2}


def test_the_times_it_promises_are_kept(client: Client) -> None:
    page = words_of(client, "/privacy/")

    assert "deleted 30 days after you asked" in page
    assert timedelta(days=30) == upkeep.FORGOTTEN_AFTER
    assert "correct it. One hour." in page
    assert typed.SECONDS == 3600
    assert "One year, or until you press “Forget me on this browser”." in page
    assert timedelta(days=365) == recognition.LIFETIME


def test_both_say_whom_to_write_to(client: Client, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Papers <papers@example.org>"
    settings.POSTAL_ADDRESS = "1 Example Road, Town"

    for page in ("/about/", "/privacy/"):
        assert "papers@example.org" in words_of(client, page)
        assert "By post: 1 Example Road, Town." in words_of(client, page)


@pytest.mark.parametrize("address", ["/about/", "/privacy/"])
def test_looking_sets_no_cookie_and_nothing_can_be_posted(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200
    assert not client.cookies
    assert client.post(address).status_code == 405

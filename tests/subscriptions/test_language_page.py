from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from subscriptions import links
from subscriptions.links import Purpose
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db

GERMAN, ENGLISH = '<html lang="de">', '<html lang="en">'


def test_pages_speak_the_language_that_the_browser_asks_for(client: Client) -> None:
    page = client.get("/archive/", headers={"accept-language": "de-AT, en;q=0.5"})

    assert GERMAN in page.content.decode()
    assert page["Content-Language"] == "de"
    assert {"Accept-Language", "Cookie"} <= {*page["Vary"].split(", ")}


def test_a_language_that_there_is_not_leads_to_english(client: Client) -> None:
    page = client.get("/archive/", headers={"accept-language": "fi"})

    assert ENGLISH in page.content.decode()


def test_a_chosen_language_is_remembered_and_leads_back(client: Client) -> None:
    chosen = client.post("/language/", {"language": "de", "next": "/search/?q=cats"})

    assert chosen["Location"] == "/search/?q=cats"
    cookie = chosen.cookies["django_language"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert GERMAN in client.get("/search/").content.decode()


def test_choosing_twice_and_back_again_is_harmless(client: Client) -> None:
    for code in ("de", "de", "en"):
        client.post("/language/", {"language": code})

    assert ENGLISH in client.get("/archive/", headers={"accept-language": "de"}).content.decode()


def test_looking_at_the_page_changes_nothing(client: Client) -> None:
    page = client.get("/language/", {"language": "de", "next": "/archive/"})

    assert "django_language" not in page.cookies
    assert 'name="next" value="/archive/"' in page.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        "",
        "http://[",
        "\0",
        "a\nb",
    ],
)
def test_it_leads_nowhere_else(client: Client, address: str) -> None:
    answer = client.post("/language/", {"language": "de", "next": address})

    assert answer.status_code == 302
    assert answer["Location"] == "/"


@pytest.mark.parametrize("code", ["", "fr", "de" * 5_000, "\0", "<b>"])
def test_an_unknown_language_shows_the_page_again(client: Client, code: str) -> None:
    answer = client.post("/language/", {"language": code, "next": "/topics/"})

    assert answer.status_code == 200
    assert not answer.cookies.get("django_language")
    assert 'value="/topics/"' in answer.content.decode()


def test_every_page_leads_to_the_other_language(client: Client) -> None:
    page = client.get("/archive/?page=2").content.decode()

    assert 'href="/language/?next=%2Farchive%2F%3Fpage%3D2" hreflang="de" lang="de"' in page


@pytest.mark.parametrize("address", ["/feeds/all.atom", "/sitemap.xml", "/robots.txt", "/healthz"])
def test_what_machines_read_is_the_same_in_every_language(client: Client, address: str) -> None:
    english = client.get(address)
    german = client.get(address, headers={"accept-language": "de"})

    assert german.content == english.content
    assert "Accept-Language" not in german.get("Vary", "")
    assert german["Content-Language"] == "en"


def test_editors_work_in_english(client: Client) -> None:
    page = client.get("/admin/login/", headers={"accept-language": "de"}).content.decode()

    assert "Log in" in page


@pytest.mark.parametrize("age", [0, 200])
def test_personal_pages_speak_the_subscribers_language(client: Client, age: int) -> None:
    subscriber = SubscriberFactory.create(language="de")
    made_at = timezone.now() - timedelta(days=age)

    page = client.get(links.path(Purpose.PREFERENCES, subscriber, made_at))

    assert GERMAN in page.content.decode()
    assert page["Content-Language"] == "de"

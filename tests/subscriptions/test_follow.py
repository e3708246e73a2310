"""Following from an author's page and from a search: for recognised readers, by a button."""

import pytest
from django.test import Client

from papers.models import Author
from subscriptions import interests
from tests.factories import AuthorFactory
from tests.subscriptions.browsers import recognise

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> Author:
    return AuthorFactory.create(name="Ada Lovelace")


def press(client: Client, author: Author, **button: str) -> str:
    answer = client.post(f"/a/{author.pk}/follow/", button, follow=True)
    return answer.content.decode()


def test_a_recognised_reader_follows_an_author_and_stops_again(
    client: Client, author: Author
) -> None:
    reader = recognise(client)

    assert "You follow this author." in press(client, author)
    press(client, author)
    assert reader.interests.get().author == author
    assert "You no longer follow Ada Lovelace." in press(client, author, undo="follow")
    assert not reader.interests.exists()


def test_following_whom_one_had_muted_changes_ones_mind(client: Client, author: Author) -> None:
    reader = recognise(client)
    interests.follow_author(reader, author, muted=True)

    press(client, author)

    assert not reader.interests.get().muted


def test_a_visitor_sees_no_button_and_gets_no_cookie(client: Client, author: Author) -> None:
    page = client.get(author.get_absolute_url())

    assert "Follow" not in page.content.decode()
    assert not page.cookies
    assert "Cookie" in page["Vary"]


def test_a_visitor_who_posts_is_told_how_readers_are_recognised(
    client: Client, author: Author
) -> None:
    assert "Mail me my link" in press(client, author)


def test_looking_follows_nobody(client: Client, author: Author) -> None:
    reader = recognise(client)

    client.get(f"/a/{author.pk}/follow/")
    client.get("/search/follow/", {"q": "diffusion"})
    client.get("/search/", {"q": "diffusion"})

    assert not reader.interests.exists()


@pytest.mark.parametrize("number", ["0", "9" * 30, "999"])
def test_an_author_who_is_not_here_is_not_found(client: Client, number: str) -> None:
    recognise(client)

    assert client.post(f"/a/{number}/follow/").status_code == 404


def test_a_search_is_followed_as_a_keyword_once(client: Client) -> None:
    reader = recognise(client)

    offered = client.get("/search/", {"q": "diffusion models"}).content.decode()
    client.post("/search/follow/", {"q": "diffusion models"})
    page = client.post("/search/follow/", {"q": "diffusion model"}, follow=True).content.decode()

    assert "Follow “diffusion models” as a keyword" in offered
    assert "is one of your keywords" in page
    assert reader.interests.get().key == interests.keyword_key("diffusion models")


@pytest.mark.parametrize("text", ["", "x", "AND", "\0", "*", "w" * 81, "🙂"])
def test_a_search_without_a_keyword_is_neither_offered_nor_followed(
    client: Client, text: str
) -> None:
    reader = recognise(client)

    assert "as a keyword" not in client.get("/search/", {"q": text}).content.decode()
    assert client.post("/search/follow/", {"q": text}, follow=True).status_code == 200
    assert not reader.interests.exists()


def test_no_more_keywords_than_can_be_kept(client: Client) -> None:
    reader = recognise(client)
    interests.choose_keywords(reader, [f"subject{n}" for n in range(interests.MOST_KEYWORDS)], [])

    page = client.post("/search/follow/", {"q": "robots"}, follow=True).content.decode()

    assert "as many keywords as can be kept" in page
    assert reader.interests.count() == interests.MOST_KEYWORDS

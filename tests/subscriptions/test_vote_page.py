"""Voting on a paper's page."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.template import Context, Template
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from papers.models import Paper
from subscriptions.models import Subscriber, Vote
from tests.factories import PaperFactory, SubscriberFactory
from tests.subscriptions.browsers import recognise

pytestmark = pytest.mark.django_db
State = Subscriber.State
NOBODY = "Votes are given by readers"


def vote(client: Client, paper: Paper, wish: str = "up", **also: Any) -> Any:
    return client.post(f"/p/{paper.public_id}/vote/", {"vote": wish}, **also)


def button(client: Client, paper: Paper) -> str:
    """As this browser shows it on the paper's page."""
    page = client.get(paper.get_absolute_url()).text
    return page.split("</header>")[1]  # the site's own, then the paper's


# --- voting ----------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.ACTIVE, State.PAUSED])
def test_a_reader_votes_and_is_thanked_on_the_papers_page(client: Client, state: State) -> None:
    reader = recognise(client, SubscriberFactory.create(state=state))
    paper = PaperFactory.create()

    answer = vote(client, paper, follow=True)

    assert answer.redirect_chain == [(paper.get_absolute_url(), 302)]
    assert "Thank you for your vote." in answer.text
    assert Vote.objects.get().subscriber == reader


def test_a_vote_is_taken_back(client: Client) -> None:
    recognise(client)
    paper = PaperFactory.create()
    vote(client, paper)

    answer = vote(client, paper, "undo", follow=True)

    assert "Your vote is taken back." in answer.text
    assert not Vote.objects.exists()


@pytest.mark.parametrize(
    ("wish", "told", "count"),
    [("up", "You have voted for this paper already.", 1), ("undo", "You have no vote", 0)],
)
def test_twice_is_once_and_says_so(client: Client, wish: str, told: str, count: int) -> None:
    recognise(client)
    paper = PaperFactory.create()
    vote(client, paper, wish)

    answer = vote(client, paper, wish, follow=True)

    assert told in answer.text
    assert Vote.objects.count() == count


def test_a_paper_without_arxiv_id_is_voted_for_alike(client: Client) -> None:
    recognise(client)
    paper = PaperFactory.create(arxiv_id=None)

    assert vote(client, paper, follow=True).redirect_chain == [(f"/p/n{paper.pk}/", 302)]
    assert Vote.objects.get().paper == paper


def test_an_old_arxiv_id_has_a_slash(client: Client) -> None:
    recognise(client)
    paper = PaperFactory.create(arxiv_id="hep-ex/0307015")

    assert vote(client, paper).status_code == 302
    assert Vote.objects.get().paper == paper


@pytest.mark.parametrize("wish", ["", "down", "UP", "🙂" * 1000])
def test_another_wish_is_a_bad_request(client: Client, wish: str) -> None:
    recognise(client)

    assert vote(client, PaperFactory.create(), wish).status_code == 400
    assert not Vote.objects.exists()


@pytest.mark.parametrize("arxiv_id", ["2611.55555", None])
def test_a_hidden_paper_has_no_such_page(client: Client, arxiv_id: str | None) -> None:
    recognise(client)
    paper = PaperFactory.create(arxiv_id=arxiv_id, status="hidden")

    assert vote(client, paper).status_code == 404
    assert client.get(f"/p/{paper.public_id}/vote/").status_code == 404
    assert not Vote.objects.exists()


def test_looking_changes_nothing_and_leads_to_the_paper(client: Client) -> None:
    recognise(client)
    paper = PaperFactory.create()

    answer = client.get(f"/p/{paper.public_id}/vote/?vote=up")
    client.head(f"/p/{paper.public_id}/vote/?vote=up")

    assert (answer.status_code, answer["Location"]) == (302, paper.get_absolute_url())
    assert not Vote.objects.exists()


def test_a_foreign_page_cannot_vote() -> None:
    client = Client(enforce_csrf_checks=True)
    recognise(client)

    assert vote(client, PaperFactory.create()).status_code == 403
    assert not Vote.objects.exists()


def test_who_is_not_recognised_is_told_how(client: Client) -> None:
    paper = PaperFactory.create(title="On graphs")

    answer = vote(client, paper)

    assert answer.status_code == 403
    assert NOBODY in answer.text
    assert 'href="/my-link/"' in answer.text
    assert f'<a href="{paper.get_absolute_url()}">On graphs</a>' in answer.text
    assert not Vote.objects.exists()


@pytest.mark.parametrize("state", [State.PENDING, State.UNSUBSCRIBED, State.SUPPRESSED])
def test_who_has_not_confirmed_or_has_left_cannot_vote(client: Client, state: State) -> None:
    recognise(client, SubscriberFactory.create(state=state))

    assert NOBODY in vote(client, PaperFactory.create()).text
    assert not Vote.objects.exists()


# --- the button ------------------------------------------------------------------------


def test_a_visitors_button_leads_to_the_explanation(client: Client) -> None:
    shown = button(client, PaperFactory.create())

    assert 'href="/voting/"' in shown
    assert "<form" not in shown
    assert NOBODY in client.get("/voting/").text


def test_pages_differ_by_reader_but_set_no_cookie_for_visitors(client: Client) -> None:
    paper = PaperFactory.create()

    for page in (paper.get_absolute_url(), "/voting/"):
        answer = client.get(page)
        assert 'href="/voting/"' in answer.text or NOBODY in answer.text
        assert "Cookie" in answer["Vary"]
        assert not answer.cookies


def test_the_papers_page_has_the_readers_button(client: Client) -> None:
    recognise(client)
    paper = PaperFactory.create()

    assert 'name="vote" value="up"' in client.get(paper.get_absolute_url()).text
    vote(client, paper)
    page = client.get(paper.get_absolute_url())

    assert "You voted" in page.text
    assert "Cookie" in page["Vary"]


def test_a_readers_button_shows_the_number_and_the_way_back(client: Client) -> None:
    paper = PaperFactory.create()
    recognise(client)
    before = button(client, paper)
    vote(client, paper)
    after = button(client, paper)

    assert 'name="vote" value="up"' in before
    assert "<strong>1</strong> vote · You voted" in after
    assert 'name="vote" value="undo"' in after
    assert 'name="csrfmiddlewaretoken"' in after


def test_another_readers_vote_is_counted_but_not_ones_own(client: Client) -> None:
    paper = PaperFactory.create()
    recognise(client)
    vote(client, paper)
    recognise(client)

    shown = button(client, paper)

    assert "You voted" not in shown
    assert '<span class="count">1<' in shown


def test_the_button_alone_takes_two_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    recognise(client)
    paper = PaperFactory.create()

    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    request.user, request.session = AnonymousUser(), SessionStore()
    template = Template("{% load votes %}{% vote_button paper 7 %}")
    with django_assert_max_num_queries(2):
        template.render(Context({"request": request, "paper": paper, "csrf_token": "token"}))


# --- in the admin site -----------------------------------------------------------------


def test_votes_are_read_only_and_their_readers_masked(admin_client: Client) -> None:
    reader = recognise(admin_client, SubscriberFactory.create(email="ada@example.com"))
    vote(admin_client, PaperFactory.create(title="On graphs"))
    row = Vote.objects.get()
    votes = "/admin/subscriptions/vote/"

    text = admin_client.get(votes).text

    assert "On graphs" in text
    assert str(reader) in text
    assert "ada@example.com" not in text
    assert admin_client.get(f"{votes}add/").status_code == 403
    assert admin_client.post(f"{votes}{row.pk}/delete/", {"post": "yes"}).status_code == 403

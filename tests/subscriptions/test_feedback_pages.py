"""More, less and a vote, from the mail: pages with one button."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from papers.models import Author, Paper
from subscriptions import interests, links
from subscriptions.models import Digest, Interest, Subscriber, Vote
from tests.factories import AuthorFactory, SubscriberFactory, TopicFactory
from tests.subscriptions.browsers import is_recognised
from tests.subscriptions.sent_digests import page_of, paper_at, sent_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("todays_papers", "mailbox")]

WISHES = ["more", "less", "vote"]


@pytest.fixture
def digest() -> Digest:
    return sent_to()


def heading(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page)
    assert found
    return found[1]


def learned(digest: Digest) -> list[tuple[Any, ...]]:
    """All that is kept of its reader's feedback."""
    liked = digest.subscriber.interests.order_by("pk")
    votes = digest.subscriber.votes.values_list("paper")
    return [*liked.values_list("kind", "muted", "origin", "paper"), *votes]


# --- the button ------------------------------------------------------------------------


@pytest.mark.parametrize("wish", WISHES)
def test_opening_the_page_changes_nothing_and_sets_no_cookie(
    client: Client, digest: Digest, wish: str
) -> None:
    for ask in (client.get, client.head):
        answer = ask(page_of(digest, wish))

        assert answer.status_code == 200
        assert not answer.cookies
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
    assert learned(digest) == []


@pytest.mark.parametrize("wish", WISHES)
def test_the_page_shows_the_paper_and_one_button(client: Client, digest: Digest, wish: str) -> None:
    page = client.get(page_of(digest, wish, 2)).text

    assert paper_at(digest, 2).title in page
    assert page.count("<button") == 1


@pytest.mark.parametrize(("wish", "muted"), [("more", False), ("less", True)])
def test_the_button_teaches_what_the_reader_wants(
    client: Client, digest: Digest, wish: str, muted: bool
) -> None:
    page = client.post(page_of(digest, wish)).text

    assert heading(page) == f"Noted: {wish} like this"
    assert learned(digest) == [("paper", muted, "learned", paper_at(digest).pk)]


def test_a_vote_is_the_readers_of_the_digest(client: Client, digest: Digest) -> None:
    page = client.post(page_of(digest, "vote")).text

    assert heading(page) == "You voted for this paper"
    assert Vote.objects.get().subscriber == digest.subscriber
    assert not is_recognised(client)


def test_needs_no_cookie_and_no_csrf_token(digest: Digest) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(page_of(digest, "more"))

    assert answer.status_code == 200
    assert not answer.cookies
    assert Interest.objects.count() == 1


@pytest.mark.parametrize("wish", WISHES)
def test_pressing_twice_is_pressing_once_and_says_so(
    client: Client, digest: Digest, wish: str
) -> None:
    client.post(page_of(digest, wish))
    before = learned(digest)

    page = client.post(page_of(digest, wish)).text

    assert "You had said so before" in page
    assert learned(digest) == before


@pytest.mark.parametrize("wish", WISHES)
def test_undo_keeps_nothing_also_when_pressed_twice(
    client: Client, digest: Digest, wish: str
) -> None:
    client.post(page_of(digest, wish))

    first = client.post(page_of(digest, wish), {"undo": "yes"}).text
    second = client.post(page_of(digest, wish), {"undo": "yes"}).text

    assert "nothing is kept" in first
    assert "nothing to take back" in second
    assert learned(digest) == []


def test_more_after_less_turns_it_around(client: Client, digest: Digest) -> None:
    client.post(page_of(digest, "less"))
    assert "turns that around" in client.get(page_of(digest, "more")).text

    client.post(page_of(digest, "more"))

    assert learned(digest) == [("paper", False, "learned", paper_at(digest).pk)]


def test_undoing_less_leaves_more_alone(client: Client, digest: Digest) -> None:
    client.post(page_of(digest, "more"))

    client.post(page_of(digest, "less"), {"undo": "yes"})

    assert heading(client.get(page_of(digest, "more")).text) == "Noted: more like this"


def test_a_paper_of_the_readers_own_list_stays_there(client: Client, digest: Digest) -> None:
    interests.like(digest.subscriber, paper_at(digest))

    client.post(page_of(digest, "more"))
    page = client.post(page_of(digest, "more"), {"undo": "yes"}).text

    assert "on your own list" in page
    assert digest.subscriber.interests.get().origin == "chosen"


# --- what may be wanted besides --------------------------------------------------------


def buttons(page: str) -> list[str]:
    return re.findall(r"<button[^>]*>(.*?)</button>", page)


def test_less_offers_to_mute_the_topic_and_the_authors(client: Client, digest: Digest) -> None:
    page = client.post(page_of(digest, "less")).text

    assert buttons(page) == [
        "Undo",
        "Mute the topic Computer vision",
        "Mute Ada Example",
        "Mute Ben Example",
    ]


def test_more_offers_what_is_not_followed_yet(client: Client) -> None:
    digest = sent_to(topics=["cs.CV"])
    interests.follow_author(digest.subscriber, Author.objects.get(name="Ada Example"))

    page = client.post(page_of(digest, "more")).text

    assert buttons(page) == ["Undo", "Follow Ben Example"]


def test_following_a_topic_is_offered_to_who_follows_others(client: Client) -> None:
    digest = sent_to(topics=["cs.RO"])  # nothing of it today: the rest is from elsewhere

    assert "Follow the topic Computer vision" in buttons(client.post(page_of(digest, "more")).text)


def test_a_reader_of_all_topics_is_not_narrowed_to_one(client: Client, digest: Digest) -> None:
    assert "Follow the topic" not in client.post(page_of(digest, "more")).text


@pytest.mark.parametrize(("wish", "stance"), [("more", "followed"), ("less", "muted")])
def test_an_offer_is_taken_and_undone_on_the_same_page(
    client: Client, digest: Digest, wish: str, stance: str
) -> None:
    ada = Author.objects.get(name="Ada Example")
    about = {"about": f"author-{ada.pk}"}

    page = client.post(page_of(digest, wish), about | {"stance": stance}).text

    kept = digest.subscriber.interests.authors().get()
    assert (kept.author, kept.muted, kept.origin) == (ada, stance == "muted", "chosen")
    assert "Ada Example</strong>" in page
    assert 'value="neither"' in page

    client.post(page_of(digest, wish), about | {"stance": "neither"})
    assert not digest.subscriber.interests.exists()


def test_undoing_a_mute_follows_again_what_was_followed(client: Client) -> None:
    digest = sent_to(topics=["cs.CV"])
    about = {"about": f"topic-{TopicFactory.create(code='cs.CV').pk}"}

    page = client.post(page_of(digest, "less"), about | {"stance": "muted"}).text

    assert "It was the only topic you followed" in page
    assert 'value="followed"' in page
    client.post(page_of(digest, "less"), about | {"stance": "followed"})
    assert [topic.code for topic in digest.subscriber.topics] == ["cs.CV"]


@pytest.mark.parametrize(
    "posted",
    [
        {"about": "author-{stranger}", "stance": "muted"},
        {"about": "topic-0", "stance": "muted"},
        {"about": "", "stance": "muted"},
        {"about": "author-\x00", "stance": "muted"},
        {"about": "x" * 10_000, "stance": "🙂"},
        {"stance": "paper"},
    ],
)
def test_only_the_papers_own_authors_and_topic_can_be_followed_or_muted(
    client: Client, digest: Digest, posted: dict[str, str]
) -> None:
    stranger = AuthorFactory.create().pk
    posted = {name: value.format(stranger=stranger) for name, value in posted.items()}

    answer = client.post(page_of(digest, "less"), posted)

    assert answer.status_code == 400
    assert not digest.subscriber.interests.exists()


# --- who may, and of what --------------------------------------------------------------


@pytest.mark.parametrize("position", [0, 9, 10**30])
def test_a_paper_that_is_not_in_the_digest_is_not_found(
    client: Client, digest: Digest, position: int
) -> None:
    assert client.get(page_of(digest, "more", position)).status_code == 404
    assert client.post(page_of(digest, "more", position)).status_code == 404


def test_only_more_less_and_vote_can_be_said(client: Client, digest: Digest) -> None:
    assert client.post(page_of(digest, "love")).status_code == 404


@pytest.mark.parametrize("wish", WISHES)
def test_another_link_finds_nothing_and_changes_nothing(
    client: Client, digest: Digest, wish: str
) -> None:
    mine = links.digest_path(digest)
    personal = links.token(links.Purpose.UNSUBSCRIBE, digest.subscriber, digest.due_at)

    for prefix in (f"{mine[:-2]}A/", "/w/x/", f"/w/{personal}/"):
        assert client.post(f"{prefix}1/{wish}/").status_code == 404
    assert learned(digest) == []


def test_a_hidden_paper_can_be_liked_but_not_voted_for(client: Client, digest: Digest) -> None:
    Paper.objects.update(status=Paper.Status.HIDDEN)

    assert heading(client.post(page_of(digest, "more")).text) == "Noted: more like this"
    assert heading(client.post(page_of(digest, "vote")).text) == "No more votes for this paper"
    assert not Vote.objects.exists()


def test_a_vote_for_a_paper_hidden_since_can_be_taken_back(client: Client, digest: Digest) -> None:
    client.post(page_of(digest, "vote"))
    Paper.objects.update(status=Paper.Status.HIDDEN)

    client.post(page_of(digest, "vote"), {"undo": "yes"})

    assert not Vote.objects.exists()


def test_a_paused_readers_feedback_is_taken(client: Client, digest: Digest) -> None:
    Subscriber.objects.update(state="paused")

    client.post(page_of(digest, "more"))

    assert len(learned(digest)) == 1


@pytest.mark.parametrize("state", ["unsubscribed", "suppressed", "pending"])
@pytest.mark.parametrize("address", ["1/more/", "1/vote/", "worth/?answer=yes"])
def test_of_who_gets_no_digest_nothing_is_kept(
    client: Client, digest: Digest, state: str, address: str
) -> None:
    Subscriber.objects.update(state=state)

    page = client.post(links.digest_path(digest) + address).text

    assert heading(page) == "You get no digest at present"
    digest.refresh_from_db()
    assert (learned(digest), digest.worth_reading) == ([], None)


def test_a_forwarded_digest_does_not_lead_to_the_readers_own_pages(
    client: Client, digest: Digest
) -> None:
    for wish in WISHES:
        page = client.post(page_of(digest, wish)).text

        assert "/preferences/" not in page
        assert digest.subscriber.email not in page
        assert "/my-link/" in page


def test_speaks_the_digests_language(client: Client) -> None:
    digest = sent_to(SubscriberFactory.create(language="de"))

    answer = client.get(page_of(digest, "more"), headers={"Accept-Language": "en"})

    assert answer.headers["Content-Language"] == "de"
    with translation.override("de"):
        assert heading(answer.text) == translation.gettext("More like this?")


# --- worth your time? ------------------------------------------------------------------


def worth(client: Client, digest: Digest, posted: dict[str, str], asked: str = "") -> bool | None:
    address = f"{links.digest_path(digest)}worth/"
    assert client.post(address + asked, posted).status_code == 200
    digest.refresh_from_db()
    return digest.worth_reading


@pytest.mark.parametrize(
    ("asked", "first"),
    [("?answer=no", "No, it was not"), ("?answer=yes", "Yes, it was"), ("", "Yes, it was")],
)
def test_the_answer_of_the_link_stands_first(
    client: Client, digest: Digest, asked: str, first: str
) -> None:
    page = client.get(f"{links.digest_path(digest)}worth/{asked}").text

    assert len(buttons(page)) == 2
    assert buttons(page)[0] == first
    digest.refresh_from_db()
    assert digest.worth_reading is None


def test_the_pressed_button_counts_and_not_the_link(client: Client, digest: Digest) -> None:
    assert worth(client, digest, {"answer": "no"}, "?answer=yes") is False


def test_without_a_button_the_link_counts(client: Client, digest: Digest) -> None:
    assert worth(client, digest, {}, "?answer=yes") is True


def test_an_answer_is_changed_repeated_and_taken_back(client: Client, digest: Digest) -> None:
    assert worth(client, digest, {"answer": "yes"}) is True
    assert worth(client, digest, {"answer": "yes"}) is True
    assert worth(client, digest, {"answer": "no"}) is False
    assert worth(client, digest, {"answer": "undo"}) is None
    assert worth(client, digest, {"answer": "undo"}) is None


def test_an_unknown_answer_asks_again(client: Client, digest: Digest) -> None:
    for answer in ("", "perhaps", "\x00", "🙂" * 10_000):
        assert worth(client, digest, {"answer": answer}) is None

"""A reader is erased while another page of theirs is at work: 404, and nothing is left of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from papers.models import Paper
from subscriptions import erasing, feedback, interests, links, reads, voting
from subscriptions.digests import due
from subscriptions.links import Purpose
from subscriptions.models import Digest, Interest, Read, Subscriber, Vote
from tests.factories import AuthorFactory, PaperFactory, SubscriberFactory
from tests.subscriptions.browsers import recognise
from tests.subscriptions.conftest import NOW
from tests.subscriptions.sent_digests import page_of, sent_to

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("mailbox", "at_nine"),
]


@pytest.fixture
def erased_before(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], None]:
    """Has the reader erased right before a function that a page calls does its work."""

    def arrange(module: Any, name: str) -> None:
        work = getattr(module, name)

        def too_late(*args: Any, **kwargs: Any) -> Any:
            erasing.erase(Subscriber.objects.get(), NOW)
            return work(*args, **kwargs)

        monkeypatch.setattr(module, name, too_late)

    return arrange


def nothing_is_left() -> bool:
    return not any(model.objects.exists() for model in (Subscriber, Interest, Vote, Digest))


def test_while_an_author_is_followed(client: Client, erased_before: Any) -> None:
    reader, author = SubscriberFactory.create(), AuthorFactory.create()
    erased_before(interests, "follow_author")

    page = links.path(Purpose.PREFERENCES, reader, NOW, page="interests")
    answer = client.post(page, {"follow": author.pk})

    assert answer.status_code == 404
    assert nothing_is_left()


def test_while_todays_digest_is_asked_for(
    client: Client, erased_before: Any, todays_papers: list[Paper]
) -> None:
    reader = SubscriberFactory.create()
    erased_before(due, "open_by_hand")

    page = links.path(Purpose.PREFERENCES, reader, NOW, page="welcome")
    answer = client.post(page, {"today": "yes"})

    assert answer.status_code == 404
    assert nothing_is_left()


@pytest.mark.parametrize("wish", ["more", "vote"])
def test_while_something_is_said_of_a_paper(
    client: Client, erased_before: Any, todays_papers: list[Paper], wish: str
) -> None:
    digest = sent_to()
    erased_before(feedback, "say")

    answer = client.post(page_of(digest, wish))

    assert answer.status_code == 404
    assert nothing_is_left()


def test_while_a_recognised_reader_votes(client: Client, erased_before: Any) -> None:
    paper = PaperFactory.create()
    recognise(client)
    erased_before(voting, "vote")

    answer = client.post(f"{paper.get_absolute_url()}vote/", {"vote": "up"})

    assert answer.status_code == 404
    assert nothing_is_left()


def test_while_a_recognised_reader_opens_a_paper(client: Client, erased_before: Any) -> None:
    paper = PaperFactory.create()
    recognise(client, SubscriberFactory.create(learns_from_reads=True))
    erased_before(reads, "keep")

    answer = client.post(f"{paper.get_absolute_url()}read/", {"way": "paper"})

    assert answer.status_code == 404
    assert nothing_is_left()
    assert not Read.objects.exists()


def test_while_a_recognised_reader_follows_a_search(client: Client, erased_before: Any) -> None:
    recognise(client)
    erased_before(interests, "follow_keyword")

    answer = client.post("/search/follow/", {"q": "diffusion models"})

    assert answer.status_code == 404
    assert nothing_is_left()

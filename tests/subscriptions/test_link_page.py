import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from subscriptions.models import Notice, Subscriber
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db


def test_known_and_unknown_addresses_get_the_same_answer() -> None:
    SubscriberFactory.create(email="ada1@example.com")

    answers = set()
    for name in ("ada1", "bob2"):
        client = Client()
        posted = client.post("/my-link/", {"email": f"{name}@example.com"})
        page = client.get(posted["Location"]).content.decode().replace(name, "")
        answers.add((posted.status_code, posted["Location"], page))

    assert len(answers) == 1
    assert Notice.objects.get().kind == "link"


def test_looking_mails_nothing(client: Client) -> None:
    SubscriberFactory.create(email="known@example.com")

    client.get("/my-link/", {"email": "known@example.com"})

    assert not Notice.objects.exists()


@pytest.mark.parametrize("email", ["", "ada", "\0", "x" * 10_000])
def test_a_malformed_address_is_explained_and_kept(client: Client, email: str) -> None:
    answer = client.post("/my-link/", {"email": email})

    assert answer.status_code == 200
    assert "Please look again" in answer.content.decode()
    assert not Notice.objects.exists()


def test_an_empty_post_is_explained(client: Client) -> None:
    assert "Please type your email address" in client.post("/my-link/").content.decode()


@pytest.mark.parametrize("state", [*Subscriber.State.values, ""])
def test_asking_takes_the_same_steps_whoever_is_known(client: Client, state: str) -> None:
    """Else the time that it takes would tell who reads here."""
    if state:
        SubscriberFactory.create(email="somebody@example.com", state=state)

    with CaptureQueriesContext(connection) as queries:
        client.post("/my-link/", {"email": "somebody@example.com"})

    written = [query["sql"] for query in queries if query["sql"].startswith("INSERT")]
    assert 'INTO "subscriptions_notice"' in written[-1]
    answered = {"active": 1, "paused": 1, "pending": 1}.get(state, 0)
    assert Notice.objects.count() == answered
    assert Subscriber.objects.count() == bool(state)

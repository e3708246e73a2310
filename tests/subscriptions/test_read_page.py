"""Opening a paper from its page: kept only for who allowed it, and only by the button."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from papers.models import Paper
from subscriptions import links, recognition
from subscriptions.models import Read, Subscriber
from tests.factories import PaperFactory, SubscriberFactory
from tests.subscriptions.browsers import recognise
from tests.subscriptions.conftest import NOW
from tests.subscriptions.sent_digests import sent_to
from tests.subscriptions.unchanged import nothing_changes

pytestmark = pytest.mark.django_db
State = Subscriber.State
LINK = '<a class="button" href="https://arxiv.org/abs/2311.16973">Read the paper</a>'
BUTTON = '<button type="submit" class="button" name="way" value="paper">Read the paper</button>'


@pytest.fixture
def paper() -> Paper:
    return PaperFactory.create(arxiv_id="2311.16973", title="On graphs")


def willing(**facts: Any) -> Subscriber:
    return SubscriberFactory.create(learns_from_reads=True, **facts)


def read(client: Client, paper: Paper, way: str = "paper", **also: Any) -> Any:
    return client.post(f"/p/{paper.public_id}/read/", {"way": way, **also})


def leads_to(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer["Refresh"]).removeprefix("0; url=")


# --- who allowed it --------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.ACTIVE, State.PAUSED])
@pytest.mark.parametrize(
    ("way", "address"),
    [("paper", "https://arxiv.org/abs/2311.16973"), ("pdf", "https://arxiv.org/pdf/2311.16973")],
)
def test_the_paper_is_kept_and_opened(
    client: Client, paper: Paper, state: State, way: str, address: str
) -> None:
    reader = recognise(client, willing(state=state))

    answer = read(client, paper, way)

    assert leads_to(answer) == address
    assert f'href="{address}"' in answer.text
    assert "Kept for your own ranking" in answer.text
    assert answer["Cache-Control"] == "no-store"
    assert Read.objects.get().paper == paper
    assert Read.objects.get().subscriber == reader


def test_it_is_kept_once_with_the_last_day_in_the_readers_zone(
    client: Client, paper: Paper
) -> None:
    recognise(client, willing(timezone="Pacific/Auckland"))

    with time_machine.travel("2026-11-20T20:00Z", tick=False):
        read(client, paper)
    assert Read.objects.get().read_on == date(2026, 11, 21)
    with time_machine.travel("2026-11-25T09:00Z", tick=False):
        read(client, paper, "pdf")
        read(client, paper)

    assert Read.objects.get().read_on == date(2026, 11, 25)


def test_a_paper_with_a_doi_alone_is_opened_there(client: Client) -> None:
    recognise(client, willing())
    paper = PaperFactory.create(arxiv_id=None, doi="10.1000/182")

    assert leads_to(read(client, paper)) == "https://doi.org/10.1000/182"
    assert Read.objects.get().paper == paper


def test_a_paper_that_is_nowhere_to_be_read_keeps_nothing(client: Client) -> None:
    recognise(client, willing())
    paper = PaperFactory.create(arxiv_id=None, doi=None)

    answer = read(client, paper)

    assert (answer.status_code, answer["Location"]) == (302, paper.get_absolute_url())
    assert BUTTON not in client.get(paper.get_absolute_url()).text
    assert not Read.objects.exists()


# --- who did not -----------------------------------------------------------------------


def test_nothing_is_kept_unless_it_was_allowed(client: Client, paper: Paper) -> None:
    recognise(client)

    answer = read(client, paper)

    assert leads_to(answer) == "https://arxiv.org/abs/2311.16973"
    assert "Nothing was kept." in answer.text
    assert not Read.objects.exists()


def test_nothing_is_kept_of_who_is_not_recognised(client: Client, paper: Paper) -> None:
    willing()

    assert leads_to(read(client, paper)) == "https://arxiv.org/abs/2311.16973"
    assert not Read.objects.exists()


@pytest.mark.parametrize("state", [State.PENDING, State.UNSUBSCRIBED, State.SUPPRESSED])
def test_nothing_is_kept_of_who_gets_no_digest(client: Client, paper: Paper, state: State) -> None:
    recognise(client, willing(state=state))

    assert leads_to(read(client, paper))
    assert not Read.objects.exists()


@pytest.mark.parametrize("forged", ["", "1.0", "1.0:abc:def", "x"])
def test_a_forged_cookie_keeps_nothing(client: Client, paper: Paper, forged: str) -> None:
    willing()
    client.cookies[recognition.COOKIE] = forged

    assert leads_to(read(client, paper))
    assert not Read.objects.exists()


def test_another_readers_cookie_keeps_it_for_that_reader_alone(
    client: Client, paper: Paper
) -> None:
    ada, ben = willing(), willing()
    recognise(client, ben)

    read(client, paper, subscriber=ada.pk)

    assert not ada.reads.exists()
    assert ben.reads.get().paper == paper


def test_revoked_links_revoke_this_browser_too(client: Client, paper: Paper) -> None:
    reader = recognise(client, willing())
    Subscriber.objects.filter(pk=reader.pk).update(link_version=1)

    read(client, paper)

    assert not Read.objects.exists()


# --- what else is tried ----------------------------------------------------------------


@pytest.mark.parametrize("arxiv_id", ["2611.55555", None])
def test_a_hidden_paper_has_no_such_page(client: Client, arxiv_id: str | None) -> None:
    recognise(client, willing())
    paper = PaperFactory.create(arxiv_id=arxiv_id, doi="10.1/x", status="hidden")

    assert read(client, paper).status_code == 404
    assert client.get(f"/p/{paper.public_id}/read/").status_code == 404
    assert not Read.objects.exists()


@pytest.mark.parametrize("way", ["", "code", "https://evil.example/", "//evil.example", "🙂" * 999])
def test_it_leads_nowhere_but_to_the_paper(client: Client, paper: Paper, way: str) -> None:
    recognise(client, willing())

    assert read(client, paper, way).status_code == 400
    elsewhere = {"next": "https://evil.example/", "url": "https://evil.example/"}
    assert leads_to(read(client, paper, **elsewhere)) == "https://arxiv.org/abs/2311.16973"


def test_a_doi_cannot_lead_elsewhere(client: Client) -> None:
    paper = PaperFactory.create(arxiv_id=None, doi="10.1/x; url='https://evil.example\"<b>")

    answer = read(client, paper)

    assert leads_to(answer).startswith("https://doi.org/10.1/x")
    assert "evil.example<" not in answer.text
    assert "<b>" not in answer.text


def test_a_foreign_page_cannot_open_a_paper_for_a_reader(paper: Paper) -> None:
    client = Client(enforce_csrf_checks=True)
    recognise(client, willing())

    assert read(client, paper).status_code == 403
    assert not Read.objects.exists()


@pytest.mark.usefixtures("mailbox", "todays_papers")
def test_looking_keeps_nothing_whatever_is_looked_at(client: Client, paper: Paper) -> None:
    reader = recognise(client, willing(next_send_at=NOW))
    copy = links.digest_path(sent_to(reader, NOW))
    opened = paper.get_absolute_url()

    with nothing_changes():
        client.get(opened)
        client.get(opened, headers={"Sec-Purpose": "prefetch"})
        client.get(f"{opened}?way=paper")
        client.head(f"{opened}read/")
        answer = client.get(f"{opened}read/?way=paper")
        page = client.get(copy, follow=True)
        client.get(f"{copy}mail/")

    assert (answer.status_code, answer["Location"]) == (302, opened)
    assert page.status_code == 200
    assert "/read/" not in page.text


# --- the button ------------------------------------------------------------------------


def test_who_allowed_it_has_buttons_and_everybody_else_links(client: Client, paper: Paper) -> None:
    opened = paper.get_absolute_url()
    visitor = client.get(opened)
    recognise(client)
    unwilling = client.get(opened).text
    recognise(client, willing())
    willings = client.get(opened)

    assert LINK in visitor.text
    assert not visitor.cookies
    assert LINK in unwilling
    assert "/read/" not in visitor.text + unwilling
    assert BUTTON in willings.text
    assert LINK not in willings.text
    assert 'value="pdf">PDF</button>' in willings.text
    assert "Cookie" in willings["Vary"]


def test_the_policy_of_the_page_stays_strict(client: Client, paper: Paper) -> None:
    recognise(client, willing())

    for answer in (client.get(paper.get_absolute_url()), read(client, paper)):
        assert "form-action 'self';" in f"{answer['Content-Security-Policy']};"


@pytest.mark.parametrize("opened", [0, 30])
def test_the_papers_page_costs_the_same_however_much_was_opened(
    client: Client,
    paper: Paper,
    opened: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    recognise(client, willing())
    for one in PaperFactory.create_batch(opened):
        read(client, one)

    with django_assert_max_num_queries(9):
        client.get(paper.get_absolute_url())

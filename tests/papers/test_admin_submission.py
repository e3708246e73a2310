"""What editors do with proposed papers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from papers.models import Submission
from tests.admin_site import act, cost, sign_in
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db
SUBMISSIONS = "/admin/papers/submission/"
NOW = datetime.now(UTC)


@pytest.fixture
def editor_client(client: Client) -> Client:
    sign_in(client, Permission.objects.filter(content_type__app_label="papers"))
    return client


def proposed(arxiv_id: str = "2401.01234", state: str = "waiting", days_ago: int = 0) -> Submission:
    return Submission.objects.create(
        arxiv_id=arxiv_id, state=state, submitted_at=NOW - timedelta(days=days_ago)
    )


def test_what_waits_comes_first_and_the_newest_of_it_before_the_others(
    editor_client: Client,
) -> None:
    ids = ["2401.00001", "2401.00002", "2401.00003"]
    proposed(ids[2], "declined", days_ago=0)
    proposed(ids[1], days_ago=2)
    proposed(ids[0], days_ago=1)

    text = editor_client.get(SUBMISSIONS).text

    assert sorted(ids, key=text.index) == ids


def test_each_leads_to_its_source(editor_client: Client) -> None:
    row = proposed()

    assert 'href="https://arxiv.org/abs/2401.01234"' in editor_client.get(SUBMISSIONS).text
    assert editor_client.get(f"{SUBMISSIONS}{row.pk}/change/").status_code == 200


def test_a_note_is_shown_as_text(editor_client: Client) -> None:
    Submission.objects.create(arxiv_id="2401.01234", note="<script>alert(1)</script>")

    assert "&lt;script&gt;alert(1)" in editor_client.get(SUBMISSIONS).text


def test_the_list_filters_by_state(editor_client: Client) -> None:
    proposed("2401.00001")
    proposed("2401.00002", "declined")

    text = editor_client.get(f"{SUBMISSIONS}?state__exact=declined").text

    assert "2401.00002" in text
    assert "2401.00001" not in text


def test_accepting_says_so_and_is_logged(editor_client: Client) -> None:
    row = proposed()

    answer = act(editor_client, SUBMISSIONS, "accept", row)

    row.refresh_from_db()
    assert "Accepted. Papers: 1." in answer
    assert (row.state, row.paper) == ("accepted", None)
    assert row.decided_at is not None
    assert LogEntry.objects.get().change_message == "Accepted"


def test_accepting_links_a_paper_that_is_here_and_leaves_it_as_it_is(
    editor_client: Client,
) -> None:
    paper = PaperFactory.create(arxiv_id="2401.01234")
    row = proposed()

    act(editor_client, SUBMISSIONS, "accept", row)

    row.refresh_from_db()
    updated_at = paper.updated_at
    paper.refresh_from_db()
    assert row.paper == paper
    assert (paper.featured, paper.updated_at) == (False, updated_at)


def test_accepting_twice_changes_nothing(editor_client: Client) -> None:
    row = proposed()
    act(editor_client, SUBMISSIONS, "accept", row)
    before = Submission.objects.values().get()

    answer = act(editor_client, SUBMISSIONS, "accept", row)

    assert "Papers: 0." in answer
    assert Submission.objects.values().get() == before


@pytest.mark.parametrize("state", ["declined", "not_found"])
def test_a_decision_can_be_reconsidered(editor_client: Client, state: str) -> None:
    row = proposed(state=state)

    act(editor_client, SUBMISSIONS, "accept", row)

    row.refresh_from_db()
    assert (row.state, row.reason) == ("accepted", "")


def test_declining_asks_for_a_reason_first(editor_client: Client) -> None:
    row = proposed()

    asked = act(editor_client, SUBMISSIONS, "decline", row)
    refused = act(editor_client, SUBMISSIONS, "decline", row, confirmed="yes", reason=" ")

    row.refresh_from_db()
    assert "Decline these papers?" in asked
    assert "This field is required" in refused
    assert row.state == "waiting"


def test_papers_are_declined_with_a_reason(editor_client: Client) -> None:
    row, other = proposed(), proposed("2401.00002")

    act(editor_client, SUBMISSIONS, "decline", row, confirmed="yes", reason="off topic")
    act(editor_client, SUBMISSIONS, "decline", row, confirmed="yes", reason="again")

    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.reason, other.state) == ("declined", "off topic", "waiting")
    assert LogEntry.objects.get().change_message == "Declined: off topic"


def test_nothing_is_added_deleted_or_typed_over(editor_client: Client) -> None:
    row = proposed()

    editor_client.post(f"{SUBMISSIONS}{row.pk}/change/", {"state": "accepted", "note": "x"})

    row.refresh_from_db()
    assert (row.state, row.note) == ("waiting", "")
    assert editor_client.get(f"{SUBMISSIONS}add/").status_code == 403
    assert editor_client.post(f"{SUBMISSIONS}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_one_is_accepted_on_its_own_page(editor_client: Client) -> None:
    row = proposed()
    page = f"{SUBMISSIONS}{row.pk}/change/"

    for _ in range(2):
        editor_client.post(page, {"decide": "accept"})

    row.refresh_from_db()
    assert row.state == "accepted"
    assert LogEntry.objects.filter(change_message="Accepted").count() == 1


def test_one_is_declined_on_its_own_page_with_a_reason(editor_client: Client) -> None:
    row = proposed()
    page = f"{SUBMISSIONS}{row.pk}/change/"

    asked = editor_client.post(page, {"decide": "decline", "reason": " "}, follow=True)
    row.refresh_from_db()
    assert "Say why it is declined." in asked.text
    assert row.state == "waiting"

    editor_client.post(page, {"decide": "decline", "reason": "off topic"})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("declined", "off topic")


def test_its_page_says_whether_the_paper_is_here_already(editor_client: Client) -> None:
    row = proposed()
    page = f"{SUBMISSIONS}{row.pk}/change/"
    assert "no: once accepted, it is fetched" in editor_client.get(page).text

    PaperFactory.create(arxiv_id=row.arxiv_id, title="On graphs", status="hidden")

    assert "On graphs</a> (hidden)" in editor_client.get(page).text


def test_who_may_only_look_decides_nothing(client: Client) -> None:
    sign_in(client, Permission.objects.filter(codename="view_submission"))
    row = proposed()

    act(client, SUBMISSIONS, "accept", row)
    client.post(f"{SUBMISSIONS}{row.pk}/change/", {"decide": "accept"})

    row.refresh_from_db()
    assert row.state == "waiting"


def test_a_long_queue_takes_no_more_queries_than_a_short_one(editor_client: Client) -> None:
    proposed()
    short = cost(editor_client, SUBMISSIONS)
    for number in range(20):
        proposed(f"2402.{number:05d}")

    assert cost(editor_client, SUBMISSIONS) == short

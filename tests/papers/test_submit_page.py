"""Proposing a paper on /submit/."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from papers.models import Submission
from papers.proposing import MOST_IN_A_WHILE, MOST_OF_ONE, propose
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db
PAGE = "/submit/"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def send(client: Client, paper: str, **also: str) -> Any:
    return client.post(PAGE, {"paper": paper} | also, follow=True)


def fill_the_hour() -> None:
    rows = [
        Submission(arxiv_id=f"2610.{n:05d}", submitted_at=NOW - timedelta(minutes=n % 30))
        for n in range(MOST_IN_A_WHILE)
    ]
    Submission.objects.bulk_create(rows)


@pytest.mark.parametrize(
    "pasted",
    [
        "2401.01234",
        " 2401.01234v2 ",
        "arXiv:2401.01234v2",
        "ARXIV: 2401.01234",
        "https://arxiv.org/abs/2401.01234",
        "http://www.arxiv.org/abs/2401.01234v3/",
        "https://arxiv.org/pdf/2401.01234v1.pdf#page=3",
        "https://arxiv.org/pdf/2401.01234?download=1",
        "https://arxiv.org/html/2401.01234v1",
        "https://export.arxiv.org/abs/2401.01234",
        "<https://arxiv.org/abs/2401.01234>.",
        "arxiv.org/abs/2401.01234",
        "10.48550/arXiv.2401.01234",
        "doi:10.48550/arxiv.2401.01234",
        "https://doi.org/10.48550/arXiv.2401.01234",
    ],
)
def test_an_id_is_understood_in_all_its_usual_forms(client: Client, pasted: str) -> None:
    answer = send(client, pasted, note="A clear proof.")

    assert "An editor looks at the paper" in answer.text
    row = Submission.objects.get()
    assert (row.arxiv_id, row.note, row.state, row.times) == (
        "2401.01234",
        "A clear proof.",
        "waiting",
        1,
    )


@pytest.mark.parametrize(
    ("pasted", "arxiv_id"),
    [
        ("hep-ex/0307015", "hep-ex/0307015"),
        ("arXiv:HEP-EX/0307015v2", "hep-ex/0307015"),
        ("https://arxiv.org/abs/math.GT/0309136v1", "math/0309136"),
        ("math.GT/0309136", "math/0309136"),
        ("https://arxiv.org/pdf/cond-mat.mes-hall/0309136", "cond-mat/0309136"),
    ],
)
def test_ids_of_before_2007_are_understood_too(client: Client, pasted: str, arxiv_id: str) -> None:
    send(client, pasted)

    assert Submission.objects.get().arxiv_id == arxiv_id


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("attention is all you need", "no arXiv id"),
        ("2401.123", "no arXiv id"),
        ("10.1145/3292500.3330701", "no arXiv id"),
        ("https://doi.org/10.1145/3292500", "no arXiv id"),
        ("https://example.com/abs/2401.01234", "a link to example.com"),
        ("https://arxiv.org.example.com/abs/2401.01234", "a link to arxiv.org.example.com"),
        ("https://arxiv.org/list/cs.CV/recent", "not one paper"),
        ("https://arxiv.org/abs/../../etc", "not one paper"),
        ("http://[", "no arXiv id"),
        ("http://[x/abs/2401.01234", "no arXiv id"),
        ("http://", "no arXiv id"),
        ("🙂" * 200, "no arXiv id"),
        ("9912.12345", "given no id 9912.12345 yet"),
        ("2413.01234", "given no id 2413.01234 yet"),
        ("2400.01234", "given no id 2400.01234 yet"),
        ("", "Please paste"),
        ("2401.01234\x00", "Null characters"),
        ("x" * 301, "at most 300"),
    ],
)
def test_anything_else_is_answered_by_what_is_expected(
    client: Client, pasted: str, told: str
) -> None:
    answer = send(client, pasted, note="Kept <as> typed")

    assert answer.status_code == 200
    assert told in answer.text
    assert "Kept &lt;as&gt; typed" in answer.text
    assert not Submission.objects.exists()


def test_what_was_typed_is_kept(client: Client) -> None:
    assert 'value="&quot;&gt;&lt;script&gt;"' in send(client, '"><script>').text


def test_a_paper_that_is_here_is_linked(client: Client) -> None:
    paper = PaperFactory.create(arxiv_id="2401.01234", title="On graphs")

    answer = send(client, "2401.01234v5")

    assert f'<a href="{paper.get_absolute_url()}">On graphs</a>' in answer.text
    assert not Submission.objects.exists()


def test_proposing_twice_is_counted_and_thanked_for_alike(client: Client) -> None:
    first = send(client, "2401.01234", note="First")
    second = send(client, "arXiv:2401.01234v2", note="Second")

    row = Submission.objects.get()
    assert (row.times, row.note) == (2, "First")
    assert first.text == second.text


@pytest.mark.parametrize("state", Submission.State)
def test_nobody_learns_what_was_decided(client: Client, state: str) -> None:
    new = send(client, "2401.99999")
    Submission.objects.create(arxiv_id="2401.01234", state=state, reason="spam")

    again = send(client, "2401.01234")

    assert again.text == new.text
    row = Submission.objects.get(arxiv_id="2401.01234")
    assert (row.state, row.reason, row.times) == (state, "spam", 2)


def test_a_hidden_paper_is_not_told(client: Client) -> None:
    new = send(client, "2401.99999")
    PaperFactory.create(arxiv_id="2401.01234", title="Secret", status="hidden")

    assert send(client, "2401.01234").text == new.text


def test_a_robot_that_fills_every_field_is_thanked_and_forgotten(client: Client) -> None:
    person = send(client, "2401.99999")

    robot = send(client, "2401.01234", website="https://example.com")

    assert robot.text == person.text
    assert not Submission.objects.filter(arxiv_id="2401.01234").exists()


@time_machine.travel(NOW, tick=False)
def test_beyond_so_many_in_an_hour_people_are_told_when_to_come_back(client: Client) -> None:
    fill_the_hour()

    answer = send(client, "2401.01234", note="Worth it")

    assert answer.status_code == 429
    assert "again after 10:01 UTC" in answer.text
    assert answer["Retry-After"] == str(31 * 60)
    assert "2401.01234" in answer.text
    assert "Worth it" in answer.text
    assert not Submission.objects.filter(arxiv_id="2401.01234").exists()


@pytest.mark.parametrize("arxiv_id", ["2612.00001", "8901.00001", "hep-ex/3007015"])
@time_machine.travel("2026-11-30T23:59:59Z", tick=False)
def test_an_id_of_a_month_to_come_is_no_paper_yet(client: Client, arxiv_id: str) -> None:
    answer = send(client, arxiv_id)

    assert f"arXiv has given no id {arxiv_id} yet" in answer.text
    assert not Submission.objects.exists()


@time_machine.travel("2026-12-01T00:00:00Z", tick=False)
def test_an_id_of_this_month_may_be_a_paper(client: Client) -> None:
    send(client, "2612.00001")

    assert Submission.objects.get().arxiv_id == "2612.00001"


# --- one visitor among many --------------------------------------------------------------------

ONE, ANOTHER = "192.5.6.30", "192.5.6.31"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def fill_the_hour_of(**sender: Any) -> None:
    """As one visitor with MOST_OF_ONE proposals; `sender` is what the server knows of it."""
    for number in range(MOST_OF_ONE):
        answer = Client(**sender).post(PAGE, {"paper": f"2610.1{number:04}"})
        assert answer.status_code == 302


def status_for(paper: str = "2401.01234", **sender: Any) -> int:
    return Client(**sender).post(PAGE, {"paper": paper}).status_code


def test_one_visitor_cannot_use_up_what_is_there_for_all(clock: time_machine.Traveller) -> None:
    fill_the_hour_of(REMOTE_ADDR=ONE)

    refused = Client(REMOTE_ADDR=ONE).post(PAGE, {"paper": "2401.01234"})

    assert (refused.status_code, refused["Retry-After"]) == (429, str(30 * 60))
    assert "again after 10:00 UTC" in refused.text
    assert not Submission.objects.filter(arxiv_id="2401.01234").exists()
    assert status_for(REMOTE_ADDR=ANOTHER) == 302


def test_a_visitor_may_go_on_in_the_next_hour_and_with_what_was_proposed_before(
    clock: time_machine.Traveller,
) -> None:
    fill_the_hour_of(REMOTE_ADDR=ONE)

    assert status_for("2610.10001", REMOTE_ADDR=ONE) == 302
    clock.shift(timedelta(minutes=30))
    assert status_for(REMOTE_ADDR=ONE) == 302


def test_a_home_with_many_ipv6_addresses_is_one_visitor(clock: time_machine.Traveller) -> None:
    fill_the_hour_of(REMOTE_ADDR="2620:fe::1")

    assert status_for(REMOTE_ADDR="2620:fe::ffff:2") == 429
    assert status_for(REMOTE_ADDR="2620:fe:0:1::1") == 302


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.2", "::1", "", "unix:"])
def test_behind_an_address_of_many_nobody_is_held_to_be_one(
    clock: time_machine.Traveller, address: str
) -> None:
    fill_the_hour_of(REMOTE_ADDR=address)

    assert status_for(REMOTE_ADDR=address) == 302


def test_behind_a_proxy_the_address_that_it_saw_counts(
    clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    fill_the_hour_of(HTTP_X_FORWARDED_FOR=ONE)

    assert status_for(HTTP_X_FORWARDED_FOR=f"8.8.4.4, {ONE}") == 429
    assert status_for(HTTP_X_FORWARDED_FOR=f"{ONE}, {ANOTHER}") == 302
    assert status_for("2401.01235") == 302


@pytest.mark.parametrize("made_up", ["x", "2620:fe::1%eth0", "1.2.3.4.5", "٣.1.1.1", "," * 9999])
def test_addresses_that_are_none_break_nothing(
    clock: time_machine.Traveller, settings: Settings, made_up: str
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert status_for(HTTP_X_FORWARDED_FOR=made_up) == 302


def test_without_a_proxy_what_anybody_may_write_does_not_count(
    clock: time_machine.Traveller,
) -> None:
    fill_the_hour_of(REMOTE_ADDR=ONE)

    assert status_for(REMOTE_ADDR=ONE, HTTP_X_FORWARDED_FOR=ANOTHER) == 429


@time_machine.travel(NOW, tick=False)
def test_in_a_full_hour_what_was_proposed_before_is_still_counted(client: Client) -> None:
    fill_the_hour()

    assert send(client, "2610.00003").status_code == 200
    assert Submission.objects.get(arxiv_id="2610.00003").times == 2


@pytest.mark.parametrize("freed", ["decided", "later"])
def test_there_is_room_again_once_editors_decide_or_time_passes(client: Client, freed: str) -> None:
    fill_the_hour()
    if freed == "decided":
        Submission.objects.filter(arxiv_id="2610.00000").update(state="declined")
    with time_machine.travel(NOW + timedelta(minutes=31 * (freed == "later")), tick=False):
        assert send(client, "2401.01234").status_code == 200

    assert Submission.objects.filter(arxiv_id="2401.01234").exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_paper_at_the_same_moment_is_one_row_that_counts_all() -> None:
    def propose_elsewhere(_: int) -> None:
        propose("2401.01234", "", NOW)
        connection.close()  # each thread has one of its own

    with ThreadPoolExecutor(max_workers=6) as threads:
        list(threads.map(propose_elsewhere, range(12)))

    assert Submission.objects.get().times == 12


def test_looking_changes_nothing(client: Client) -> None:
    for page in (PAGE, f"{PAGE}?paper=2401.01234", f"{PAGE}thanks/"):
        assert client.get(page).status_code == 200
        assert client.head(page).status_code == 200

    assert not Submission.objects.exists()


def test_a_foreign_page_cannot_propose() -> None:
    answer = Client(enforce_csrf_checks=True).post(PAGE, {"paper": "2401.01234"})

    assert answer.status_code == 403
    assert not Submission.objects.exists()


def test_proposing_takes_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        send(client, "2401.01234")

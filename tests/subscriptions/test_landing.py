import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from papers.models import Candidate, Topic
from subscriptions.models import Notice, Subscriber, Suppression
from tests.factories import EditionFactory, PaperFactory, SubscriberFactory, TopicFactory

pytestmark = pytest.mark.django_db
INBOX = "/check-your-inbox/"
LOADED = ["site.css", "zone.js", "sample.js", "favicon.svg"]
GZIP = b"\x1f\x8b"


def subscribe(client: Client, **fields: Any) -> Any:
    return client.post("/", {"email": "ada@example.com"} | fields)


def fill_edition(count: int) -> None:
    edition = EditionFactory.create()
    for rank in range(1, count + 1):
        paper = PaperFactory.create(title=f"Paper of rank {rank}")
        Candidate.objects.create(edition=edition, paper=paper, rank=rank, score=-rank)


def test_the_front_page_shows_todays_papers_beside_the_form(client: Client) -> None:
    fill_edition(15)

    page = client.get("/").content.decode()

    assert page.index("Paper of rank 1<") < page.index("Paper of rank 12<")
    assert "Paper of rank 13<" not in page
    assert "See all 15 papers" in page
    assert 'name="email"' in page


def test_the_front_page_without_an_edition_still_takes_subscribers(client: Client) -> None:
    page = client.get("/").content.decode()

    assert "the first edition is on its way" in page
    assert 'name="email"' in page


def test_reading_makes_no_session_and_changes_nothing(client: Client) -> None:
    client.get("/")
    client.head("/")

    assert set(client.cookies) == {"csrftoken"}
    assert not Subscriber.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_edition(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    fill_edition(30)

    with django_assert_max_num_queries(12):
        client.get("/")


def test_all_that_the_page_loads_is_small(client: Client) -> None:
    fill_edition(30)

    page = client.get("/", headers={"Accept-Encoding": "gzip"}).content
    files = [Path(settings.BASE_DIR, "static", name) for name in LOADED]

    assert page.startswith(GZIP)
    assert len(page) + sum(len(gzip.compress(file.read_bytes())) for file in files) < 25_000


def test_the_icon_that_is_asked_for_unnamed_is_found(client: Client) -> None:
    response = client.get("/favicon.ico")

    assert response.status_code == 302
    assert f'href="{response.headers["Location"]}"' in client.get("/").content.decode()


def test_no_script_keeps_the_page_waiting(client: Client) -> None:
    page = client.get("/").content.decode()

    assert page.count("<script") == page.count(" defer></script>") == 2


def test_a_zone_that_is_told_is_chosen_and_else_left_for_the_browser_to_guess(
    client: Client,
) -> None:
    assert "data-guess" in client.get("/").content.decode()
    assert "data-guess" in client.get("/?timezone=Mars/Olympus").content.decode()

    told = client.get("/?timezone=Asia/Calcutta").content.decode()

    assert '<option value="Asia/Calcutta" selected>' in told
    assert "data-guess" not in told


def test_a_zone_off_the_short_list_is_kept_by_a_form_that_fails(client: Client) -> None:
    page = subscribe(client, email="", timezone="America/Argentina/Ushuaia").content.decode()

    assert '<option value="America/Argentina/Ushuaia" selected>' in page
    assert "data-guess" not in page


def test_every_topic_is_offered_once(client: Client) -> None:
    for number in range(40):
        TopicFactory.create(code=f"math.T{number}", group="Mathematics")

    page = client.get("/").content.decode()

    for topic in Topic.objects.all():
        assert page.count(f'value="{topic.code}"') == 1


def test_subscribing_leads_to_the_inbox_page_with_the_address(client: Client) -> None:
    TopicFactory.create(code="cs.CV")

    answer = subscribe(client, topics=["cs.CV"], frequency="weekly", timezone="Asia/Tokyo")

    assert (answer.status_code, answer["Location"]) == (302, INBOX)
    assert "ada@example.com" in client.get(INBOX).content.decode()
    reader = Subscriber.objects.get()
    assert (reader.state, reader.frequency, reader.timezone) == ("pending", "weekly", "Asia/Tokyo")
    assert [topic.code for topic in reader.topics.all()] == ["cs.CV"]
    assert Notice.objects.get().kind == "confirm"


def test_the_language_of_the_page_becomes_the_readers(client: Client) -> None:
    client.post("/", {"email": "ada@example.com"}, headers={"Accept-Language": "de"})

    assert Subscriber.objects.get().language == "de"


def test_sending_the_form_twice_is_harmless(client: Client) -> None:
    subscribe(client)

    assert subscribe(client).status_code == 302

    assert Subscriber.objects.count() == Notice.objects.count() == 1


def test_new_known_and_suppressed_addresses_get_the_same_answer() -> None:
    SubscriberFactory.create(email="known@example.com")
    SubscriberFactory.create(email="gone1@example.com", state="unsubscribed")
    blocked = SubscriberFactory.create(email="block@example.com", state="suppressed")
    Suppression.objects.create(address_hash=blocked.address_hash)

    answers = set()
    for name in ("newer", "known", "gone1", "block"):
        client = Client()
        posted = subscribe(client, email=f"{name}@example.com")
        cookies = tuple(sorted(client.cookies))
        shown = client.get(INBOX)
        page = shown.content.decode().replace(name, "")
        answers.add((posted.status_code, posted["Location"], cookies, shown.status_code, page))

    assert len(answers) == 1


def test_the_inbox_page_works_without_cookies(client: Client) -> None:
    page = client.get(INBOX).content.decode()

    assert "the address you typed" in page


def test_a_forged_cookie_is_ignored(client: Client) -> None:
    client.cookies["typed"] = "evil@example.com"

    assert "evil@example.com" not in client.get(INBOX).content.decode()


def test_a_mistyped_provider_is_pointed_out_but_let_pass(client: Client) -> None:
    TopicFactory.create(code="cs.CV")
    subscribe(client, email="ada@outlok.com", topics=["cs.CV"])

    page = client.get(INBOX).content.decode()
    corrected = client.get("/?again=corrected").content.decode()

    assert "Did you mean" in page
    assert "ada@outlook.com" in page
    assert Subscriber.objects.get().email == "ada@outlok.com"
    assert 'value="ada@outlook.com"' in corrected
    assert 'value="cs.CV" checked' in corrected


def test_of_a_likely_slip_only_what_was_likely_meant_is_said(client: Client) -> None:
    slip = subscribe(client, email="ada@gmial.com").content.decode()
    worse = subscribe(client, email="ada love@gmial.com").content.decode()

    assert "Did you mean ada@gmail.com?" in slip
    assert "Throw-away" not in slip
    assert "There is a space in the address" in worse
    assert "Did you mean" not in worse


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "Please type your email address"),
        ("ada", "@-sign"),
        ("x" * 300 + "@example.com", "longer than an email address can be"),
        ("x" * 10_000, "longer than an email address can be"),
        ("ada\0@example.com", "Null characters are not allowed"),
        ("ada\x07@example.com", "Before the @ stands what no address has there"),
        ("jürgen@example.com", "plain letters before the @"),
        ("ada@exаmple.com", "several alphabets"),  # noqa: RUF001  # a Cyrillic letter
        ("ada@mailinator.com", "Throw-away"),
        ("ada@gmial.com", "Did you mean ada@gmail.com"),
    ],
)
def test_a_refused_address_is_explained_and_everything_typed_is_kept(
    client: Client, email: str, words: str
) -> None:
    TopicFactory.create(code="cs.CV")

    answer = subscribe(
        client, email=email, topics=["cs.CV"], frequency="weekly", timezone="Asia/Tokyo"
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert page.index('href="#id_email"') < page.index('name="email"')
    assert 'aria-invalid="true"' in page
    assert 'value="cs.CV" checked' in page
    assert '<option value="Asia/Tokyo" selected>' in page
    assert not Subscriber.objects.exists()


def test_an_internationalised_domain_is_accepted(client: Client) -> None:
    assert subscribe(client, email="ada@münchen.de").status_code == 302
    assert "ada@münchen.de" in client.get(INBOX).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"topics": ["no.SUCH"]}, "There is no topic “no.SUCH”"),
        ({"topics": ["\0"]}, "There is no topic"),
        ({"topics": ["x" * 10_000]}, "There is no topic"),
        ({"timezone": "Mars/Olympus"}, "is not a time zone"),
        ({"timezone": "\0"}, "Null characters are not allowed"),
        ({"timezone": "../../etc/passwd"}, "is not a time zone"),
        ({"frequency": "hourly"}, "hourly"),
    ],
)
def test_unknown_choices_are_explained(client: Client, fields: dict[str, Any], words: str) -> None:
    answer = subscribe(client, **fields)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_several_values_where_one_is_expected_do_no_harm(client: Client) -> None:
    answer = subscribe(client, email=["x", "ada@example.com"], frequency=["daily", "weekly"])

    assert answer.status_code == 302


def test_what_was_typed_is_never_markup(client: Client) -> None:
    page = subscribe(client, email='"><script>x</script>').content.decode()

    assert "<script>" not in page


def test_other_methods_are_refused(client: Client) -> None:
    assert client.put("/").status_code == 405
    assert client.delete(INBOX).status_code == 405


def test_a_form_without_its_csrf_token_is_refused_in_plain_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/", {"email": "ada@example.com"})

    assert answer.status_code == 403
    assert "allow cookies for this site" in answer.content.decode()


def test_a_body_that_is_too_large_is_refused_in_plain_words(client: Client) -> None:
    answer = client.post("/", {f"field{number}": "x" for number in range(2000)})

    assert answer.status_code == 400
    assert "too large or garbled" in answer.content.decode()


def test_an_edition_of_tomorrow_is_not_shown_today(client: Client) -> None:
    edition = EditionFactory.create(date=datetime.now(UTC).date() + timedelta(days=1))
    Candidate.objects.create(edition=edition, paper=PaperFactory.create(), rank=1, score=1)

    assert "A Study of" not in client.get("/").content.decode()

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from subscriptions import interests, links
from subscriptions.links import Purpose
from subscriptions.models import Notice, Subscriber
from tests.factories import AuthorFactory, PaperFactory, SubscriberFactory, TopicFactory

pytestmark = pytest.mark.django_db
CHOICES = {
    "frequency": "weekly",
    "weekday": "2",
    "send_hour": "18",
    "timezone": "Asia/Kolkata",
    "paper_count": "25",
    "mail_format": "html",
    "quiet_days": "short",
    "language": "en",
}


def address(reader: Subscriber, days_old: int = 0) -> str:
    return links.path(Purpose.PREFERENCES, reader, datetime.now(UTC) - timedelta(days=days_old))


def save(client: Client, reader: Subscriber, **changes: Any) -> Any:
    return client.post(address(reader), CHOICES | changes, follow=True)


def test_the_page_shows_what_is_chosen(client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"], timezone="America/New_York")

    answer = client.get(address(reader))

    page = answer.content.decode()
    assert reader.email in page
    assert 'value="cs.CV" checked' in page
    assert '<option value="America/New_York" selected>' in page
    assert "Your next digests come on" in page
    assert answer["Cache-Control"] == "no-store"


def test_looking_changes_nothing(client: Client) -> None:
    reader = SubscriberFactory.create()
    before = Subscriber.objects.values().get()

    client.get(address(reader))
    client.head(address(reader))

    assert Subscriber.objects.values().get() == before


def test_saving_keeps_everything_and_says_so(client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])
    TopicFactory.create(code="cs.CL")

    answer = save(client, reader, topics=["cs.CL"])

    reader.refresh_from_db()
    assert reader.schedule.hour == 18
    assert (reader.frequency, reader.weekday, reader.paper_count) == ("weekly", 2, 25)
    assert reader.timezone == "Asia/Kolkata"
    assert [topic.code for topic in reader.topics.all()] == ["cs.CL"]
    assert reader.next_send_at == reader.next_send_after(datetime.now(UTC))
    page = answer.content.decode()
    assert "Saved." in page
    assert "Wednesday" in page
    assert "Every Wednesday at 18:00, Asia/Kolkata time." in page


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize(("ticked", "learns"), [({"learns_from_reads": "on"}, True), ({}, False)])
def test_papers_opened_here_count_only_while_that_is_ticked(
    client: Client, *, before: bool, ticked: dict[str, str], learns: bool
) -> None:
    reader = SubscriberFactory.create(learns_from_reads=before)

    page = save(client, reader, **ticked).text

    reader.refresh_from_db()
    assert reader.learns_from_reads == learns
    box = page.split('name="learns_from_reads"')[1].split(">")[0]
    assert (" checked" in box) == learns


def test_saving_a_language_sets_it_on_this_browser_too(client: Client) -> None:
    reader = SubscriberFactory.create()

    save(client, reader, language="de")

    assert client.cookies["django_language"].value == "de"
    assert '<html lang="de">' in client.get("/").content.decode()


def test_what_cannot_be_saved_sets_no_language_on_this_browser(client: Client) -> None:
    save(client, SubscriberFactory.create(), language="de", paper_count="many")

    assert "django_language" not in client.cookies


def test_saving_twice_is_harmless(client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])

    save(client, reader, topics=["cs.CV"])
    save(client, reader, topics=["cs.CV"])

    assert reader.interests.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"paper_count": "2"}, "a number from 3 to 25"),
        ({"paper_count": "26"}, "a number from 3 to 25"),
        ({"paper_count": "many"}, "a number from 3 to 25"),
        ({"send_hour": "24"}, "24 is not one of"),
        ({"send_hour": "soon"}, "soon is not one of"),
        ({"weekday": "7"}, "7 is not one of"),
        ({"timezone": "Mars/Olympus"}, "is not a time zone"),
        ({"frequency": ""}, "required"),
        ({"topics": ["no.SUCH"]}, "There is no topic"),
    ],
)
def test_what_cannot_be_saved_is_explained_and_kept(
    client: Client, changes: dict[str, Any], words: str
) -> None:
    reader = SubscriberFactory.create(paper_count=7)

    answer = save(client, reader, **changes)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert "Please look again" in page
    reader.refresh_from_db()
    assert (reader.paper_count, reader.frequency) == (7, "daily")


def test_a_zone_with_an_old_name_stays_chosen(client: Client) -> None:
    reader = SubscriberFactory.create(timezone="EST")

    assert '<option value="EST" selected>' in client.get(address(reader)).content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("pending", "Not confirmed yet"),
        ("paused", "Your digest is paused"),
        ("unsubscribed", "Send me my digest again"),
        ("suppressed", "gets no mail from us"),
    ],
)
def test_the_page_says_how_things_stand(client: Client, state: str, words: str) -> None:
    reader = SubscriberFactory.create(state=state)

    page = client.get(address(reader)).content.decode()

    assert words in page
    assert "Your next digest" not in page


def test_an_expired_link_offers_a_new_one(client: Client) -> None:
    reader = SubscriberFactory.create(paper_count=7)

    answer = client.post(address(reader, days_old=91), CHOICES)

    assert answer.status_code == 410
    assert Notice.objects.get().kind == "link"
    reader.refresh_from_db()
    assert reader.paper_count == 7


def test_an_expired_link_of_who_has_left_leads_to_the_front_page(client: Client) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")

    page = client.get(address(reader, days_old=91)).content.decode()

    assert "Go to the front page" in page


def test_the_page_needs_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    reader = SubscriberFactory.create(topics=[f"math.T{number}" for number in range(30)])

    with django_assert_max_num_queries(12):
        client.get(address(reader))


def chosen(reader: Subscriber) -> dict[str, set[str]]:
    """What is followed and muted, by its name."""
    rows = reader.interests.select_related("topic", "author")
    names: dict[str, set[str]] = {"followed": set(), "muted": set()}
    for row in rows:
        names["muted" if row.muted else "followed"].add(
            str(row.topic.code if row.topic else row.text)
        )
    return names


def test_every_kind_of_choice_is_saved_at_once(client: Client) -> None:
    reader = SubscriberFactory.create()
    TopicFactory.create(code="cs.CL")
    TopicFactory.create(code="cs.RO")

    save(
        client,
        reader,
        topics=["cs.CL"],
        muted_topics=["cs.RO"],
        keywords="diffusion models\nprotein folding, state space",
        muted_keywords="blockchain",
        mail_format="text",
        quiet_days="none",
        language="de",
    )

    reader.refresh_from_db()
    assert (reader.mail_format, reader.quiet_days, reader.language) == ("text", "none", "de")
    assert chosen(reader) == {
        "followed": {"cs.CL", "diffusion models", "protein folding", "state space"},
        "muted": {"cs.RO", "blockchain"},
    }


def test_the_page_speaks_the_readers_language_whatever_the_browser_asks(client: Client) -> None:
    reader = SubscriberFactory.create(language="de")

    answer = client.get(address(reader), headers={"accept-language": "en"})

    assert answer["Content-Language"] == "de"
    assert '<html lang="de"' in answer.content.decode()


def test_keywords_are_trimmed_and_each_is_kept_once_as_typed(client: Client) -> None:
    reader = SubscriberFactory.create()

    save(client, reader, keywords="  Diffusion   Models \n\ndiffusion model,, \nDIFFUSION MODELS")

    assert chosen(reader)["followed"] == {"Diffusion Models"}


def test_a_keyword_spelt_anew_is_kept_as_typed_last(client: Client) -> None:
    reader = SubscriberFactory.create()

    save(client, reader, keywords="diffusion model")
    save(client, reader, keywords="Diffusion Models")

    assert chosen(reader)["followed"] == {"Diffusion Models"}


@pytest.mark.parametrize(
    ("keyword", "words"),
    [
        ("x", "“x” is a single letter"),
        ("É", "“É” is a single letter"),
        ("C++", "“C++” cannot be told from “C” alone"),
        ("c#", "“c#” cannot be told from “C” alone"),
        ("AND", "“AND” holds nothing to look for"),
        ('"', "holds nothing to look for"),
        ("*", "“*” holds nothing to look for"),
        ("-", "“-” holds nothing to look for"),
        ("🙂", "“🙂” holds nothing to look for"),
        ("w" * 81, "longer than 80 characters"),
        ("word " * 2000, "longer than 80 characters"),
    ],
)
def test_a_keyword_that_finds_nothing_is_named_and_nothing_is_lost(
    client: Client, keyword: str, words: str
) -> None:
    reader = SubscriberFactory.create()

    page = save(client, reader, keywords=f"robots\n{keyword}").content.decode()

    assert words in page
    assert "robots\n" in page
    assert not reader.interests.exists()


def test_a_hundred_keywords_are_refused_with_the_count_and_all_are_kept_in_the_field(
    client: Client,
) -> None:
    reader = SubscriberFactory.create()
    typed = "\n".join(f"subject{number}" for number in range(100))

    page = save(client, reader, keywords=typed).content.decode()

    assert "There are 100 keywords, and at most 50 can be kept: please take out 50." in page
    assert typed in page
    assert not reader.interests.exists()


def test_a_flood_of_keywords_is_only_counted(client: Client) -> None:
    typed = "\n".join(f"subject{number}" for number in range(20_000))

    page = save(client, SubscriberFactory.create(), keywords=typed).content.decode()

    assert "There are 20000 keywords" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"keywords": "robots", "muted_keywords": "Robot"},
        {"topics": ["cs.CV"], "muted_topics": ["cs.CV"]},
    ],
)
def test_what_is_followed_and_left_out_at_once_is_told(
    client: Client, changes: dict[str, Any]
) -> None:
    TopicFactory.create(code="cs.CV")
    reader = SubscriberFactory.create()

    page = save(client, reader, **changes).content.decode()

    assert "Please keep one of the two" in page
    assert not reader.interests.exists()


@pytest.mark.parametrize("field", ["keywords", "muted_keywords", "timezone", "paper_count"])
@pytest.mark.parametrize(
    "typed", ["\0", "a" * 10_000, "<script>alert(1)</script>", "שלום עולם", "\u202ereversed", "🙂"]
)
def test_no_field_breaks_the_page(client: Client, field: str, typed: str) -> None:
    answer = save(client, SubscriberFactory.create(), **{field: typed})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_zone_that_no_longer_exists_is_told_and_another_one_asked_for(client: Client) -> None:
    reader = SubscriberFactory.create(timezone="Mars/Olympus")

    page = client.get(address(reader)).content.decode()
    refused = save(client, reader, timezone="").content.decode()

    assert "There is no time zone “Mars/Olympus” any more" in page
    assert "times are in UTC" in page
    assert '<option value="" selected>Please choose</option>' in page
    assert "Please choose a time zone." in refused


def test_the_next_three_send_times_are_shown_in_the_readers_zone(client: Client) -> None:
    reader = SubscriberFactory.create(frequency="weekly", weekday=2, timezone="Asia/Tokyo")

    page = client.get(address(reader)).content.decode()

    assert page.count("Wednesday") >= 4  # three times, and the choice of a day
    assert "Every Wednesday at 07:00, Asia/Tokyo time." in page


def test_a_stale_tab_erases_nothing_of_other_pages(client: Client) -> None:
    reader = SubscriberFactory.create()
    interests.follow_author(reader, AuthorFactory.create())
    interests.like(reader, PaperFactory.create())
    interests.like(reader, PaperFactory.create(), muted=True, origin="learned")

    save(client, reader, topics=[], keywords="")

    assert reader.interests.count() == 3


def test_of_two_tabs_the_later_one_wins(client: Client) -> None:
    reader = SubscriberFactory.create()

    save(client, reader, keywords="robots", muted_keywords="blockchain")
    save(client, reader, keywords="proteins")

    assert chosen(reader) == {"followed": {"proteins"}, "muted": set()}


def test_what_was_learned_is_told_in_plain_words(client: Client) -> None:
    reader = SubscriberFactory.create()
    for muted in (False, False, False, True):
        interests.like(reader, PaperFactory.create(), muted=muted, origin="learned")

    page = client.get(address(reader)).content.decode()

    assert "3 papers you wanted more of" in page
    assert "1 paper you wanted less of" in page


def test_who_was_erased_a_moment_ago_gets_the_page_of_an_unknown_link(client: Client) -> None:
    reader = SubscriberFactory.create()
    link = address(reader)
    reader.delete()

    assert client.post(link, CHOICES).status_code == 404

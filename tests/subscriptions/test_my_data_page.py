"""My data: all that is held, on a page and as one JSON file."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from papers.models import Paper
from subscriptions import events, interests, links, voting
from subscriptions.links import Purpose
from subscriptions.models import (
    Digest,
    DigestPaper,
    Interest,
    MailboxMessage,
    Notice,
    ProviderEvent,
    Subscriber,
    Suppression,
    Vote,
)
from tests.factories import (
    AuthorFactory,
    DigestFactory,
    NoticeFactory,
    PaperFactory,
    SubscriberFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
TOPIC = {"kind": "topic", "topic": "cs.CV", "name": "Computer Vision"}


def address(reader: Subscriber, page: str = "my_data") -> str:
    return links.path(Purpose.PREFERENCES, reader, datetime.now(UTC), page=page)


def shown(client: Client, reader: Subscriber, query: str = "") -> str:
    return client.get(address(reader) + query).content.decode()


def downloaded(client: Client, reader: Subscriber) -> Any:
    return json.loads(client.get(address(reader, "my_data_json")).getvalue())


def sent(reader: Subscriber, days_ago: int = 0, papers: int = 1, **facts: Any) -> Digest:
    facts = {"state": "sent", "subject": f"Subject of {days_ago} days ago"} | facts
    day = TODAY - timedelta(days=days_ago)
    digest = DigestFactory.create(subscriber=reader, local_date=day, **facts)
    for position in range(1, papers + 1):
        DigestPaper.objects.create(
            digest=digest,
            subscriber=reader,
            paper=PaperFactory.create(),
            position=position,
            reasons=[TOPIC],
        )
    return digest


def test_the_page_says_in_words_what_is_held(client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"], paper_count=12, quiet_days="none")
    interests.choose_keywords(reader, ["diffusion models"], ["blockchain"])
    interests.follow_author(reader, AuthorFactory.create(name="Ada Lovelace"))
    interests.like_unknown(reader, "10.1/x", "A title from elsewhere")
    voting.vote(reader, PaperFactory.create(title="A paper I like"), datetime.now(UTC))

    page = shown(client, reader)

    for words in (
        reader.email,
        "cs.CV",
        "diffusion models",
        "blockchain",
        "Ada Lovelace",
        "A title from elsewhere",
        "A paper I like",
        "12 papers",
        "send nothing",
        "at 07:00",
    ):
        assert words in page


def test_everything_sent_is_listed_with_reasons_and_its_copy(client: Client) -> None:
    reader = SubscriberFactory.create()
    digest = sent(reader)
    sent(reader, days_ago=1, papers=0, state="skipped", reason="empty")

    page = shown(client, reader)

    assert links.digest_path(digest) in page
    assert "Friday 20 November 2026" in page
    assert digest.items.get().paper.title in page
    assert "In Computer Vision, which you follow" in page
    assert "1 digest was sent" in page
    assert "1 more was planned and not sent" in page


@pytest.mark.parametrize(
    ("worth", "words"),
    [(True, "it was worth your time"), (False, "it was not worth your time"), (None, "")],
)
def test_the_answer_stands_with_its_digest(client: Client, worth: bool | None, words: str) -> None:
    reader = SubscriberFactory.create()
    sent(reader, worth_reading=worth)

    page = shown(client, reader)

    assert ("You said: " in page) == bool(words)
    assert words in page


def test_the_newest_stand_first_and_25_on_a_page(client: Client) -> None:
    reader = SubscriberFactory.create()
    for days_ago in range(52):
        sent(reader, days_ago=days_ago, papers=0)

    first, last = shown(client, reader), shown(client, reader, "?page=3")

    assert first.index("Subject of 0 days") < first.index("Subject of 24 days")
    assert "Subject of 25 days" not in first
    assert "Subject of 51 days" in last
    assert reader.email not in last.partition("<main")[2]  # the rest stands on the first page


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=x", "?page=9999", "?page=%00"])
def test_a_page_that_is_not_there_shows_one_that_is(client: Client, query: str) -> None:
    reader = SubscriberFactory.create()
    sent(reader)

    assert "1 digest was sent" in shown(client, reader, query)


def test_the_page_costs_the_same_for_few_and_many(client: Client) -> None:
    counts = []
    for digests in (2, 20):
        reader = SubscriberFactory.create(topics=["cs.CV", "cs.LG"][: digests // 2])
        for days_ago in range(digests):
            sent(reader, days_ago=days_ago, papers=digests // 2)
        for paper in PaperFactory.create_batch(digests):
            voting.vote(reader, paper, datetime.now(UTC))
            interests.like(reader, paper)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            shown(client, reader)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 12


def test_another_readers_data_is_not_shown(client: Client) -> None:
    reader, other = SubscriberFactory.create_batch(2)
    sent(other)

    assert "No digest yet" in shown(client, reader)
    assert other.email not in json.dumps(downloaded(client, reader))


@pytest.mark.parametrize("state", list(Subscriber.State))
def test_everybody_may_see_what_is_held(client: Client, state: str) -> None:
    reader = SubscriberFactory.create(state=state, left_because="no_time", timezone="Mars/Base")

    assert client.get(address(reader)).status_code == 200


def test_titles_and_words_are_shown_as_text(client: Client) -> None:
    reader = SubscriberFactory.create()
    sent(reader, papers=1, subject="<script>alert(1)</script>")
    Paper.objects.update(title="<b>bold</b> $x^2$")
    interests.choose_keywords(reader, ["<i>مرحبا 🌅</i>"], [])

    page = shown(client, reader)

    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert "<i>مرحبا" not in page


def test_the_file_holds_every_column_of_every_row(client: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])
    digest = sent(reader)
    NoticeFactory.create(subscriber=reader)
    voting.vote(reader, digest.items.get().paper, datetime.now(UTC))
    Suppression.objects.create(address_hash=reader.address_hash)
    MailboxMessage.objects.create(message_id="<1@x>", recipient=reader.email)
    events.store(events.Facts("Postmark", "delivered", datetime.now(UTC), address=reader.email))

    told = downloaded(client, reader)

    rows = {
        Subscriber: told["subscriber"],
        Suppression: told["suppression"],
        Interest: told["interests"][0],
        Vote: told["votes"][0],
        Notice: told["notices"][0],
        MailboxMessage: told["mailbox"][0],
        ProviderEvent: told["provider_events"][0],
        Digest: told["digests"][0],
        DigestPaper: told["digests"][0]["papers"][0],
    }
    for model, row in rows.items():
        columns = {field.attname for field in model._meta.concrete_fields}
        assert not columns - set(row)
    assert told["subscriber"]["email"] == reader.email
    assert told["digests"][0]["papers"][0]["reasons"] == [TOPIC]
    assert told["digests"][0]["papers"][0]["title"] == digest.items.get().paper.title


def test_nothing_of_a_reader_is_left_out_of_the_file(client: Client) -> None:
    """A new model with a reader in it must be told as well."""
    told = downloaded(client, SubscriberFactory.create())

    kinds = {related.name for related in Subscriber._meta.related_objects if related.name}
    assert not {kind for kind in kinds if kind != "digestpaper"} - set(told)


def test_the_file_is_saved_under_a_name(client: Client) -> None:
    reader = SubscriberFactory.create()

    answer = client.get(address(reader, "my_data_json"))

    assert answer["Content-Disposition"] == 'attachment; filename="morning-papers-my-data.json"'
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert client.head(address(reader, "my_data_json")).status_code == 200


def test_a_file_of_nearly_nothing_is_json_too(client: Client) -> None:
    told = downloaded(client, SubscriberFactory.create())

    assert told["suppression"] is None
    assert told["digests"] == told["votes"] == []


def test_years_of_digests_are_read_a_few_at_a_time(client: Client) -> None:
    reader = SubscriberFactory.create()
    for days_ago in range(45):
        sent(reader, days_ago=days_ago)
    answer: Any = client.get(address(reader, "my_data_json"))
    assert answer.streaming

    read = []  # after each piece: how many of the reads that fetch digests' papers there were
    with CaptureQueriesContext(connection) as queries:
        for _ in answer:
            fetched = [one for one in queries if "digestpaper" in one["sql"].partition("WHERE")[0]]
            read.append(len(fetched))

    assert sorted(set(read)) == [0, 1, 2, 3]  # 20, 20 and 5

"""Papers opened here: what they change in the next digest, where they are seen, how they go."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from papers import editions
from papers.models import Paper
from subscriptions import erasing, feedback, interests, links, reads
from subscriptions.digests import pipeline
from subscriptions.digests.readers import load_readers
from subscriptions.feedback import Wish
from subscriptions.links import Purpose
from subscriptions.models import Digest, Read, Subscriber
from tests.factories import DigestFactory, PaperFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SPEECH = "Whispered speech recognition by acoustic models"
SUBJECTS = ["bridges", "markets", "proteins", "lenses", "traffic", "oceans", "forests"]


@pytest.fixture
def opened(now: datetime) -> Paper:
    """Long ago, like the last of eight that are new today."""
    for number, title in enumerate([*(f"On {one}" for one in SUBJECTS), SPEECH]):
        facts: dict[str, Any] = {"trending": 100.0 - number, "first_seen_at": now - DAY / 24}
        PaperFactory.create(title=title, abstract="", **facts)
    old = {"abstract": "", "first_seen_at": now - 100 * DAY}
    return PaperFactory.create(title="Acoustic models for speech recognition", **old)


@pytest.fixture
def reader(now: datetime) -> Subscriber:
    wanted = {"topics": ["cs.CV"], "paper_count": 3, "next_send_at": now, "send_hour": 9}
    return SubscriberFactory.create(learns_from_reads=True, **wanted)


def coming(reader: Subscriber, now: datetime) -> list[str]:
    return [item.card.title for item in pipeline.preview(reader, now).items]


def samples(reader: Subscriber, now: datetime, before: Digest | None = None) -> list[Any]:
    return list(load_readers([reader], now, before)[reader.pk].likes)


def own_page(client: Client, reader: Subscriber, name: str) -> str:
    path = links.path(Purpose.PREFERENCES, reader, datetime.now().astimezone(), page=name)
    answer = client.get(path)
    return answer.getvalue().decode()


def press(client: Client, reader: Subscriber, **button: Any) -> str:
    now = datetime.now().astimezone()
    path = links.path(Purpose.PREFERENCES, reader, now, page="interests")
    return client.post(path, button, follow=True).content.decode()


def test_it_moves_the_next_digest_at_once_and_undoing_it_restores_that(
    reader: Subscriber, opened: Paper, now: datetime
) -> None:
    editions.refresh(now)
    before = coming(reader, now)
    assert SPEECH not in before

    reads.keep(reader, opened, now)
    after = coming(reader, now)
    assert reads.undo(reader, opened.pk)

    assert after[0] == SPEECH
    assert coming(reader, now) == before
    assert not reads.undo(reader, opened.pk)


def test_it_is_no_reason_by_name(reader: Subscriber, opened: Paper, now: datetime) -> None:
    editions.refresh(now)
    reads.keep(reader, opened, now)

    pipeline.open_chunk(now)
    pipeline.select_chunk(Digest.objects.all(), now)

    item = Digest.objects.get().items.get(paper__title=SPEECH)
    assert "liked" not in {reason["kind"] for reason in item.reasons}


def test_a_paper_that_was_opened_is_not_sent(
    reader: Subscriber, opened: Paper, now: datetime
) -> None:
    editions.refresh(now)
    first = Paper.objects.get(title="On bridges")
    assert "On bridges" in coming(reader, now)

    reads.keep(reader, first, now)

    assert "On bridges" not in coming(reader, now)


def test_nothing_counts_and_nothing_more_is_kept_once_it_is_turned_off(
    reader: Subscriber, opened: Paper, now: datetime
) -> None:
    editions.refresh(now)
    before = coming(reader, now)
    reads.keep(reader, opened, now)

    reader.learns_from_reads = False
    reader.save()

    assert coming(reader, now) == before
    assert not reads.keep(reader, Paper.objects.get(title=SPEECH), now)
    assert reader.reads.get().paper == opened  # until the reader deletes it


def test_it_counts_half_a_like_and_fades(reader: Subscriber, opened: Paper, now: datetime) -> None:
    reads.keep(reader, opened, now)

    today, later = samples(reader, now)[0], samples(reader, now + 180 * DAY)[0]

    assert (today.weight, later.weight) == (0.5, 0.25)


@pytest.mark.parametrize("wish", list(Wish))
def test_what_was_said_of_that_very_paper_comes_first(
    reader: Subscriber, opened: Paper, now: datetime, wish: Wish
) -> None:
    reads.keep(reader, opened, now)
    feedback.say(reader, opened, wish, now)

    told = load_readers([reader], now + DAY)[reader.pk]

    [sample] = told.dislikes if wish == Wish.LESS else told.likes
    assert sample.told
    assert not (told.likes and told.dislikes)


def test_a_paper_hidden_since_does_not_count(
    reader: Subscriber, opened: Paper, now: datetime
) -> None:
    reads.keep(reader, opened, now)
    Paper.objects.filter(pk=opened.pk).update(status="hidden")

    assert samples(reader, now) == []


def test_why_an_earlier_digest_was_so_leaves_out_what_was_opened_since(
    reader: Subscriber, opened: Paper, now: datetime
) -> None:
    reads.keep(reader, opened, now)
    earlier, later = (
        DigestFactory.create(subscriber=reader, local_date=(now + days * DAY).date())
        for days in (0, 1)
    )

    assert samples(reader, now, earlier) == []
    assert len(samples(reader, now, later)) == 1


def test_readers_are_read_in_the_same_number_of_queries(
    reader: Subscriber, opened: Paper, now: datetime, django_assert_num_queries: Any
) -> None:
    others = SubscriberFactory.create_batch(20, learns_from_reads=True)
    for one in others:
        for paper in Paper.objects.all():
            reads.keep(one, paper, now)

    with django_assert_num_queries(4):
        load_readers(others, now)


# --- where a reader sees it, and how it goes ---------------------------------------------


def test_each_is_listed_with_its_day_and_can_be_undone(
    client: Client, reader: Subscriber, opened: Paper, now: datetime
) -> None:
    reads.keep(reader, opened, now)
    page = own_page(client, reader, "interests")
    assert "You opened here on" in page
    assert opened.title in page
    assert "1 paper you opened here" in own_page(client, reader, "preferences")

    assert "Removed." in press(client, reader, unread=opened.pk)
    assert "It was removed before." in press(client, reader, unread=opened.pk)

    assert not Read.objects.exists()


def test_nobody_undoes_what_another_opened(
    client: Client, reader: Subscriber, opened: Paper, now: datetime
) -> None:
    reads.keep(reader, opened, now)

    press(client, SubscriberFactory.create(), unread=opened.pk)
    press(client, SubscriberFactory.create(), forget="all")

    assert reader.reads.count() == 1


def test_forgetting_all_forgets_these_too(
    client: Client, reader: Subscriber, opened: Paper, now: datetime
) -> None:
    reads.keep(reader, opened, now)
    assert "Forget all of it" in own_page(client, reader, "interests")

    press(client, reader, forget="all")

    assert interests.forget_learned(reader) == 0
    assert not Read.objects.exists()


def test_my_data_shows_them_on_the_page_and_in_the_file(
    client: Client, reader: Subscriber, opened: Paper, now: datetime
) -> None:
    reads.keep(reader, opened, now)

    page, told = (own_page(client, reader, name) for name in ("my_data", "my_data_json"))

    assert "Papers you opened here" in page
    assert "teach your ranking" in page
    [row] = json.loads(told)["reads"]
    columns = {field.attname for field in Read._meta.concrete_fields}
    assert columns <= set(row)
    assert (row["title"], row["read_on"]) == (opened.title, f"{now:%Y-%m-%d}")
    assert json.loads(told)["subscriber"]["learns_from_reads"] is True


def test_they_are_erased_with_the_reader(reader: Subscriber, opened: Paper, now: datetime) -> None:
    reads.keep(reader, opened, now)

    erasing.erase(reader, now)

    assert not Read.objects.exists()


def test_it_is_off_until_a_reader_allows_it(client: Client) -> None:
    reader = SubscriberFactory.create()
    assert not reader.learns_from_reads
    assert "Let papers that I open here" in own_page(client, reader, "preferences")
    assert "are not kept" in own_page(client, reader, "my_data")


@pytest.mark.parametrize("path", ["/privacy/", "/about/"])
def test_the_public_pages_say_so(client: Client, path: str) -> None:
    assert "you allow it in your preferences" in client.get(path).text

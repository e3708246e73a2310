"""A digest on the web: what was mailed, for who has its link."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from papers.models import Paper
from subscriptions import links
from subscriptions.models import Digest, MailboxMessage, Subscriber
from subscriptions.models.states import State
from tests.factories import DigestFactory, PaperFactory, SubscriberFactory
from tests.subscriptions.sent_digests import sent_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("todays_papers", "mailbox")]


def words(html: str) -> str:
    """What is seen of it, without the head and the line for a mail program's list."""
    body = html.split("</head>")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def papers_part(html: str) -> str:
    """From the first section to the way to all papers."""
    seen = words(html)
    return seen[seen.index("For you") : seen.index("See all")]


def copy_of(client: Client, digest: Digest) -> Any:
    return client.get(links.digest_path(digest))


# --- what it says ----------------------------------------------------------------------


def test_says_what_was_mailed(client: Client, mailbox: QuerySet[MailboxMessage]) -> None:
    digest = sent_to(topics=["cs.CV"], paper_count=8)

    page = copy_of(client, digest).text

    mailed = mailbox.get().html
    assert papers_part(page) == papers_part(mailed)
    for item in digest.items.select_related("paper"):
        assert item.paper.title in page


def test_says_it_still_when_papers_votes_and_choices_have_changed(
    client: Client, mailbox: QuerySet[MailboxMessage]
) -> None:
    digest = sent_to(topics=["cs.CV"])
    Paper.objects.update(title="Another title", abstract="", status=Paper.Status.HIDDEN)
    Subscriber.objects.update(timezone="Asia/Tokyo", paper_count=3, language="de")

    page = copy_of(client, digest).text

    assert papers_part(page) == papers_part(mailbox.get().html)


def test_names_neither_the_reader_nor_a_way_to_their_pages(client: Client) -> None:
    digest = sent_to()

    page = copy_of(client, digest).text

    assert digest.subscriber.email not in page
    for personal in ("/preferences/", "/u/", "/pause/", "/my-data/", "mailto:"):
        assert personal not in page


def test_a_digest_frozen_before_there_were_web_copies_is_shown(client: Client) -> None:
    digest = sent_to()
    old = {name: digest.frozen[name] for name in ("timezone", "next_send_at", "candidates")}
    Digest.objects.update(frozen=old)

    answer = copy_of(client, digest)

    assert answer.status_code == 200
    assert digest.items.get(position=1).paper.title in answer.text


def test_speaks_the_language_it_was_written_in(client: Client) -> None:
    digest = sent_to(language="de")
    Subscriber.objects.update(language="en")
    Digest.objects.update(frozen=digest.frozen | {"language": "de"})

    answer = client.get(links.digest_path(digest), headers={"Accept-Language": "en"})

    assert answer.headers["Content-Language"] == "de"
    assert '<html lang="de"' in answer.text


# --- whom it is shown ------------------------------------------------------------------


def test_is_private_to_its_link_and_runs_no_script(client: Client) -> None:
    answer = copy_of(client, sent_to())

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not answer.cookies


def test_head_answers_without_a_body(client: Client) -> None:
    answer = client.head(links.digest_path(sent_to()))

    assert (answer.status_code, answer.content) == (200, b"")


def mangled(path: str) -> str:
    return path[:-3] + ("A" if path[-3] != "A" else "B") + path[-2:]


def of_another_reader(path: str) -> str:
    other = links.digest_path(DigestFactory.create(state=State.SENT))
    return path[:10] + other[10:]


def of_another_purpose(path: str) -> str:  # as the others
    reader = Subscriber.objects.get()
    return f"/w/{links.token(links.Purpose.UNSUBSCRIBE, reader, reader.created_at)}/"


def revoked(path: str) -> str:
    Subscriber.objects.update(link_version=1)
    return path


@pytest.mark.parametrize("change", [mangled, of_another_reader, of_another_purpose, revoked])
def test_any_other_link_finds_what_an_invented_one_does(
    client: Client, change: Callable[[str], str]
) -> None:
    path = change(links.digest_path(sent_to()))

    answer = client.get(path)

    assert answer.status_code == 404
    assert words(answer.text) == words(client.get("/w/x/").text)


def test_a_deleted_readers_copy_is_gone(client: Client) -> None:
    digest = sent_to()
    path = links.digest_path(digest)
    digest.subscriber.delete()

    assert client.get(path).status_code == 404


# --- what has no copy ------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.PENDING, State.SKIPPED, State.REFUSED, State.FAILED])
def test_what_was_not_sent_has_no_copy(client: Client, state: State) -> None:
    digest = DigestFactory.create(state=state)

    for below in ("", "1/more/", "worth/"):
        answer = client.get(links.digest_path(digest) + below)

        assert answer.status_code == 404
        assert "No copy of this digest" in answer.text


@pytest.mark.parametrize("state", [State.SENDING, State.DELIVERED, State.UNKNOWN, State.BOUNCED])
def test_what_has_left_or_may_have_has_one(client: Client, state: State) -> None:
    digest = sent_to()
    Digest.objects.update(
        state=state, reason="because", owner="somebody", lease_until=timezone.now()
    )

    assert copy_of(client, digest).status_code == 200


def test_costs_the_same_few_queries_however_long(
    client: Client, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        PaperFactory.create(trending=50 - number, first_seen_at=now - timedelta(hours=1))
    digest = sent_to(SubscriberFactory.create(next_send_at=now, paper_count=25))

    with django_assert_max_num_queries(4):
        assert copy_of(client, digest).status_code == 200

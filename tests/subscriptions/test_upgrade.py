"""An installation of before there were interests of every kind, and its rows after the upgrade."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from papers import editions
from subscriptions import preferences
from subscriptions.digests import composition, pipeline
from subscriptions.emails.digest import as_mail
from subscriptions.models import Digest, Subscriber
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db(transaction=True)
OLD = [("papers", "0002_worth_sending"), ("subscriptions", "0002_worth_sending")]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def before() -> Iterator[StateApps]:
    """The models of back then; afterwards the newest ones again, whatever the test did."""
    yield migrated(OLD)
    migrated()


def migrated(to: list[tuple[str, str]] | None = None) -> StateApps:
    """To those migrations, or to the latest."""
    executor = MigrationExecutor(connection)
    state = executor.migrate(to or executor.loader.graph.leaf_nodes())
    return state.apps


def test_topics_are_kept_and_what_was_frozen_is_still_sent(before: StateApps) -> None:
    topic = before.get_model("papers", "Topic").objects.create(code="xx.OLD", name="Old topic")
    paper = before.get_model("papers", "Paper").objects.create(
        title="On bridges", title_key="onbridges", primary_topic=topic, arxiv_id="2611.00001"
    )
    reader = before.get_model("subscriptions", "Subscriber").objects.create(
        email="ada@example.com", address_hash="a", mailbox_hash="a", state="active"
    )
    before.get_model("subscriptions", "Interest").objects.create(subscriber=reader, topic=topic)
    edition = before.get_model("papers", "Edition").objects.create(date=NOW, frozen_at=NOW)
    edition.candidates.create(paper=paper, rank=1, score=1.0, card=old_card(paper.pk))
    digest = before.get_model("subscriptions", "Digest").objects.create(
        subscriber=reader,
        edition=edition,
        local_date=NOW,
        due_at=NOW,
        state="ready",
        subject="On bridges",
        message_id="<old@example.com>",
        frozen={"timezone": "UTC", "next_send_at": NOW.isoformat(), "candidates": 1},
    )
    reasons = [{"kind": "topic", "topic": topic.code, "name": topic.name}]
    digest.items.create(subscriber=reader, paper=paper, position=1, reasons=reasons)

    migrated()

    ada = Subscriber.objects.get()
    assert [one.code for one in preferences.wanted(ada).topics] == ["xx.OLD"]
    assert (ada.language, ada.mail_format, ada.quiet_days) == ("en", "html", "short")
    old = Digest.objects.select_related("subscriber", "edition").get()
    mail = as_mail(composition.composer([old], NOW)(old))
    assert "In Old topic, which you follow" in mail.text
    assert "On bridges" in mail.html


def test_a_digest_opened_before_is_selected_after(before: StateApps) -> None:
    reader = before.get_model("subscriptions", "Subscriber").objects.create(
        email="ada@example.com", address_hash="a", mailbox_hash="a", state="active", send_hour=9
    )
    edition = before.get_model("papers", "Edition").objects.create(date=NOW)
    before.get_model("subscriptions", "Digest").objects.create(
        subscriber=reader,
        edition=edition,
        local_date=NOW,
        due_at=NOW,
        not_after=NOW.replace(hour=20),
        message_id="<old@example.com>",
        frozen={"timezone": "UTC", "next_send_at": NOW.isoformat()},
    )
    migrated()
    Subscriber.objects.update(next_send_at=NOW.replace(day=21))
    PaperFactory.create_batch(4, first_seen_at=NOW.replace(hour=8))
    editions.build(NOW)

    assert pipeline.run(lambda: NOW) == {"sent": 1}


def old_card(paper: int) -> dict[str, object]:
    """As editions kept it: without the day on which the paper came in."""
    addresses = dict.fromkeys(["code_url", "read_url", "pdf_url"], "")
    return addresses | {
        "paper": paper,
        "title": "On bridges",
        "authors": ["Ada Example"],
        "more_authors": False,
        "affiliation": "",
        "topic": "xx.OLD",
        "topic_name": "Old topic",
        "topics": ["xx.OLD"],
        "published": "",
        "has_code": False,
        "teaser": "",
        "votes": 0,
        "growth": 0,
        "page_url": "http://localhost:8000/p/2611.00001/",
    }

"""With nothing to do, a tick reads partial indexes, however many rows there are."""

from datetime import datetime

import pytest
from django.db import connection
from django.db.models import QuerySet

from subscriptions.models import Digest, Notice, Subscriber
from subscriptions.models.states import State

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="PostgreSQL reads tables of no rows whole"
    ),
]


def questions(now: datetime) -> dict[str, list[QuerySet[Subscriber] | QuerySet[Digest]]]:
    return {
        "subscriber_due": [Subscriber.objects.due(now)],
        "digest_open": [
            Digest.objects.waiting(now),
            Digest.objects.stale(now),
            Digest.objects.filter(state=State.CLAIMED).lease_expired(),
            Digest.objects.filter(state=State.SENDING).lease_expired(),
            Digest.objects.filter(state=State.UNKNOWN),
        ],
        "notice_open": [
            Notice.objects.waiting(now),
            Notice.objects.stale(now),
            Notice.objects.filter(state=State.UNKNOWN),
        ],
    }


@pytest.mark.parametrize("index", ["subscriber_due", "digest_open", "notice_open"])
def test_a_tick_searches_by_index(now: datetime, index: str) -> None:
    for question in questions(now)[index]:
        plan = question.order_by().explain()

        assert f"INDEX {index} (" in plan
        assert "SCAN" not in plan

"""A statement that Django compiled once is, asked again, the one that it would write anew."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from subscriptions.models import Digest, compiled
from tests.factories import DigestFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def late(
    _model: type[Model], keys: Sequence[int], owner: str, now: datetime
) -> tuple[QuerySet[Any], dict[str, Any]]:
    mine = Digest.objects.filter(pk__in=keys, owner=owner, not_after__lte=now)
    return mine, {"sending_at": now, "created_at": Now(), "attempts": 3}


@pytest.mark.parametrize("number", [1, 3])
def test_it_is_the_statement_that_django_writes(number: int) -> None:
    for owner, now in (("first", NOW), ("second", NOW + timedelta(days=1, microseconds=7))):
        keys = [
            digest.pk for digest in DigestFactory.create_batch(number, owner=owner, not_after=now)
        ]
        rows, changes = late(Digest, keys, owner, now)

        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert compiled.update(late, Digest, keys, owner, now) == number
            assert rows.update(**changes) == number

        ours, djangos = (query["sql"] for query in asked.captured_queries)
        assert ours == djangos


def test_each_is_asked_for_its_own_owner_and_moment() -> None:
    theirs = DigestFactory.create(owner="theirs", not_after=NOW)
    fresh = DigestFactory.create(owner="ours", not_after=NOW + timedelta(hours=1))

    assert compiled.update(late, Digest, [theirs.pk, fresh.pk], "ours", NOW) == 0
    assert compiled.update(late, Digest, [theirs.pk, fresh.pk], "theirs", NOW) == 1
    assert Digest.objects.get(pk=theirs.pk).sending_at == NOW

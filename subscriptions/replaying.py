"""Replaying: digests that never left are tried again now, at the wish of a person.

It cannot send one twice: a digest that left, that may have left at any of its attempts, or that is
being worked on does not match the UPDATE. One that was given up chooses its papers anew, because
those it had may have come in another digest since; a deferred one stays as it is, to the byte. All
keep their Message-ID and get fresh attempts; how long they stay fresh is said in `lateness`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from subscriptions import lateness
from subscriptions.models import Digest
from subscriptions.models.digest import DigestQuerySet
from subscriptions.models.states import GIVEN_UP, HANDED_OVER, IN_PROGRESS, State

CHOSEN = ("candidates", "kind", "missed_since", "cards")  # what selection freezes
FIRST_AGAIN: dict[str, Any] = {"attempts": 0, "owner": "", "lease_until": None}


def outlook(digests: DigestQuerySet, now: datetime) -> dict[str, int]:
    """How many would be tried again (""), and why how many others would not."""
    return lateness.counted(digests, _obstacles(now))


def replay(digests: DigestQuerySet, now: datetime) -> list[Digest]:
    """Have those that never left tried again; which these were. A second time it finds none."""
    ids = list(digests.order_by("pk").values_list("pk", flat=True))
    size = settings.DIGEST_CHUNK_SIZE
    chunks = (ids[start : start + size] for start in range(0, len(ids), size))
    return [digest for chunk in chunks for digest in _replay(chunk, now)]


@transaction.atomic
def _replay(ids: list[int], now: datetime) -> list[Digest]:
    kept_back = lateness.named(_obstacles(now))
    free = Digest.objects.filter(pk__in=ids).alias(obstacle=kept_back).filter(obstacle="")
    mine = free.select_related("subscriber").select_for_update(of=("self",))
    rows = list(mine.order_by("pk"))
    deferred = [digest.pk for digest in rows if digest.state == State.DEFERRED]
    given_up = [digest for digest in rows if digest.state in GIVEN_UP]
    _try_now(deferred, now)
    _begin_anew(given_up, now)
    return rows


def _try_now(ids: list[int], now: datetime) -> None:
    """As frozen; its reason stays until the next attempt tells another."""
    digests = Digest.objects.filter(pk__in=ids)
    digests.update(next_attempt_at=now, not_after=lateness.not_after(now), **FIRST_AGAIN)


def _begin_anew(digests: list[Digest], now: datetime) -> None:
    """As if opened now, for the same date and edition."""
    ids = [digest.pk for digest in digests]
    Digest.objects.give_back(ids)
    for frozen, alike in _by_frozen(digests):
        Digest.objects.filter(pk__in=alike).update(frozen=frozen)
    Digest.objects.filter(pk__in=ids).update(
        state=State.PENDING,
        reason="",
        subject="",
        corrections_shown=None,
        next_attempt_at=None,
        sending_at=None,
        not_after=lateness.not_after(now),
        **FIRST_AGAIN,
    )


def _by_frozen(digests: list[Digest]) -> Iterable[tuple[dict[str, Any], list[int]]]:
    """What many were opened with alike, and which they are: one UPDATE for all of these."""
    alike: dict[str, list[int]] = defaultdict(list)
    for digest in digests:
        alike[json.dumps(_opened(digest), sort_keys=True)].append(digest.pk)
    return ((json.loads(frozen), ids) for frozen, ids in alike.items())


def _opened(digest: Digest) -> dict[str, Any]:
    facts = {name: fact for name, fact in digest.frozen.items() if name not in CHOSEN}
    next_send_at = digest.subscriber.next_send_at
    return facts | ({"next_send_at": next_send_at.isoformat()} if next_send_at else {})


def _obstacles(now: datetime) -> lateness.Obstacles:
    waiting = Q(state__in=[State.PENDING, State.READY])
    return {
        "it went out": Q(state__in=HANDED_OVER),
        "it may have arrived: settle it first": Q(state__in=[State.UNKNOWN, State.UNRESOLVED]),
        "it waits for its turn already": waiting
        | Q(state=State.DEFERRED, next_attempt_at__lte=now),
        "it is being sent": Q(state__in=IN_PROGRESS),
        "it may have arrived at an earlier attempt": Q(may_have_left=True),
        **lateness.obstacles(now),
    }

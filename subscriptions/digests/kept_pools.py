"""Pools kept in memory for a minute, for pages that anybody may ask for again and again.

What is kept is known by what it was made of: a paper that was hidden, dropped, pinned or edited
since makes another pool at once.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any

from papers.models import Edition
from papers.relevance.keeping import Version, newest
from subscriptions.digests.pools import Pool, load_pools, sendable

MOST = 24  # pools, of half a megabyte each: two weeks of editions, and a few more
SECONDS = 60
MADE_OF = ("edition", "paper", "rank", "placement", "paper__updated_at", "paper__title_key")

_kept: dict[Hashable, Pool] = {}


def kept_pool(edition: Edition, now: datetime) -> Pool:
    """For looking only: votes may be a minute old."""
    return kept_pools([edition], now)[edition.pk]


def kept_pools(editions: Iterable[Edition], now: datetime) -> dict[int, Pool]:
    """The same of several editions, by edition."""
    editions = list(editions)
    learned = newest()
    keys = _keys(editions, now, learned)
    pools = {pk: _kept.get(key) for pk, key in keys.items()}
    missing = [edition for edition in editions if pools[edition.pk] is None]
    made = load_pools(missing, now, learned) if missing else {}
    for pk, pool in made.items():
        _kept[keys[pk]] = pool
    for oldest in list(_kept)[:-MOST]:
        _kept.pop(oldest, None)
    return {pk: made[pk] if pool is None else pool for pk, pool in pools.items()}


def forget() -> None:
    """All that is kept."""
    _kept.clear()


def _keys(editions: list[Edition], now: datetime, learned: Version) -> dict[int, Hashable]:
    made_of: dict[int, list[Any]] = defaultdict(list)
    for row in sendable(editions).order_by("pk").values_list(*MADE_OF):
        made_of[row[0]].append(row)
    minute = int(now.timestamp()) // SECONDS
    return {
        one.pk: (
            one.pk,
            one.built_at,
            one.frozen_at,
            one.subject,
            minute,
            learned,
            *made_of[one.pk],
        )
        for one in editions
    }

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from papers.editions import current_edition
from papers.models import Edition
from subscriptions.equation import equation
from subscriptions.models import Digest, Notice, Subscriber, Tick
from subscriptions.models.outgoing import GIVEN_UP, HANDED_OVER
from subscriptions.models.tick import LONGEST_SILENCE


@dataclass(frozen=True, slots=True)
class Overview:
    """What matters today, for the first page of the admin site."""

    edition: Edition | None
    papers: int
    digests_by_state: dict[str, int]
    unexplained: int
    subscribers_by_state: dict[str, int]
    waiting_notices: int
    last_tick: datetime | None
    ticking: bool


def overview(now: datetime) -> Overview:
    edition = current_edition(now)
    tick = Tick.objects.first()
    digests = Digest.objects.filter(edition=edition) if edition else Digest.objects.none()
    return Overview(
        edition=edition,
        papers=edition.candidates.count() if edition else 0,
        digests_by_state=_by_state(digests),
        unexplained=equation(digests).unexplained,
        subscribers_by_state=_by_state(Subscriber.objects.all()),
        waiting_notices=Notice.objects.exclude(state__in=[*GIVEN_UP, *HANDED_OVER]).count(),
        last_tick=tick.finished_at if tick else None,
        ticking=tick is not None and now - tick.finished_at <= LONGEST_SILENCE,
    )


def _by_state(rows: QuerySet[Any]) -> dict[str, int]:
    return dict(rows.order_by("state").values_list("state").annotate(Count("pk")))

"""The stages in order, a chunk at a time. Doing any of it twice, or in two places, is harmless."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import structlog
from django.conf import settings
from django.db import DataError, IntegrityError

from papers import editions
from papers.models import Edition
from subscriptions import brakes, claiming, stopping
from subscriptions.digests import composition, delivery, due, pools, selection
from subscriptions.digests.recovery import recover
from subscriptions.digests.rehearsal import Rehearsal, due_instants, rehearse
from subscriptions.digests.simulation import (
    Forecast,
    NoEdition,
    forecast,
    outlook,
    preview,
    sample,
)
from subscriptions.emails.digest import as_mail
from subscriptions.models import Digest, Subscriber
from subscriptions.models.digest import DigestQuerySet
from subscriptions.models.states import Outcome, State
from subscriptions.timing import Clock

logger = structlog.get_logger(__name__)

__all__ = [
    "Forecast",
    "NoEdition",
    "Rehearsal",
    "deliver_chunk",
    "due_instants",
    "forecast",
    "open_chunk",
    "outlook",
    "preview",
    "rehearse",
    "run",
    "sample",
    "select_chunk",
    "work_off",
]

Progress = Callable[[Counter[str]], None]


def quietly(_: Counter[str]) -> None:
    """Nobody is told how far it came."""


def run(clock: Clock, until: datetime | None = None) -> Counter[str]:
    """Open and send all that is due, or what fits before `until`; counts by the end it came to."""
    everything = Digest.objects.all()
    recover(everything, clock())
    with delivery.sender(clock, until) as sends:
        while stopping.time_left(clock, until) and open_chunk(clock()):
            select_chunk(everything, clock())
            _begin_chunk(everything, sends)
        _work_off(everything, sends)
    return sends.ended


def open_chunk(now: datetime) -> int:
    """One chunk of due subscribers; their number. The first one freezes the edition."""
    if not Subscriber.objects.due(now).exists():
        return 0
    return due.open_due_digests(now, editions.frozen_edition(now), settings.DIGEST_CHUNK_SIZE)


def work_off(
    digests: DigestQuerySet, clock: Clock, *, progress: Progress = quietly
) -> Counter[str]:
    """Select, compose and deliver those of `digests` that are open."""
    with delivery.sender(clock) as sends:
        _work_off(digests, sends, progress)
    progress(sends.ended)
    return sends.ended


def _work_off(
    digests: DigestQuerySet, sends: delivery.Sender, progress: Progress = quietly
) -> None:
    clock, until = sends.clock, sends.until
    while stopping.time_left(clock, until):
        selected = select_chunk(digests, clock())
        begun = _begin_chunk(digests, sends)
        progress(sends.ended)
        # how the last ones end may make way for others, as a probe does
        if not (selected or begun or sends.finish() or claiming.turn_comes(digests, clock, until)):
            break


def select_chunk(digests: DigestQuerySet, now: datetime) -> int:
    """One chunk pending -> ready; how many digests that were."""
    chunk = digests.selectable().take(claiming.new_owner(), settings.DIGEST_CHUNK_SIZE)
    for edition, group in _by_edition(chunk):
        try:
            _select(edition, group, now)
        except (DataError, IntegrityError, LookupError, TypeError, ValueError):
            # One of them is poison: each on its own, so that the others are served.
            for digest in group:
                _select_alone(edition, digest, now)
    return len(chunk)


def _select(edition: Edition, group: list[Digest], now: datetime) -> None:
    pool = pools.load_pool(edition, now)
    selection.freeze(group, selection.select_papers(group, pool, now))


def _select_alone(edition: Edition, digest: Digest, now: datetime) -> None:
    try:
        _select(edition, [digest], now)
    except (DataError, IntegrityError, LookupError, TypeError, ValueError) as error:
        logger.exception("selection_failed", digest=digest.pk)
        digest.settle(Outcome(State.FAILED, f"selection: {type(error).__name__}"), now)


def deliver_chunk(
    digests: DigestQuerySet, clock: Clock, until: datetime | None = None
) -> Counter[str]:
    """One chunk ready -> settled."""
    with delivery.sender(clock, until) as sends:
        _begin_chunk(digests, sends)
    return sends.ended


def _begin_chunk(digests: DigestQuerySet, sends: delivery.Sender) -> int:
    """One chunk begins to leave; how many digests that were."""
    clock = sends.clock
    chunk = claiming.claim(digests, clock())
    if chunk:
        content = composition.composer(chunk, clock())
        editions_ = {digest.edition_id for digest in chunk}
        sends.begin(
            chunk,
            lambda digest: as_mail(content(digest)).as_email(),
            check=lambda: brakes.check(editions_, clock()),
        )
    return len(chunk)


def _by_edition(chunk: Iterable[Digest]) -> Iterable[tuple[Edition, list[Digest]]]:
    ordered = sorted(chunk, key=attrgetter("edition_id", "pk"))
    for _, group in groupby(ordered, key=attrgetter("edition_id")):
        digests = list(group)
        yield digests[0].edition, digests

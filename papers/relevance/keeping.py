"""Fitted models in the database: the newest is used, older ones explain older digests.

A new one is there, whole, in one transaction; until then the one before is used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import transaction

from papers.models import Paper, RelevanceModel

if TYPE_CHECKING:
    from papers.relevance.model import Model

MOST_PAPERS = 100_000  # the newest; of more, the older ones tell little of today's words
FITTED_ANEW = timedelta(days=6, hours=12)  # by the nightly order, a week
GROWTH = 1.25  # times the papers: an installation that begins learns sooner
KEPT = timedelta(days=100)  # so long digests are explained as they were chosen
MOST_LOADED = 2  # in a process: the newest, and one that explains
TRIED_AGAIN = 300.0  # seconds

log = structlog.get_logger(__name__)
_loaded: dict["Version", tuple["Model", float]] = {}  # the last used last; until when


@dataclass(frozen=True, slots=True)
class Version:
    """A kept model, known by its row and when it was fitted; 0 for none."""

    number: int = 0
    fitted_at: datetime | None = None

    def __str__(self) -> str:
        return f"version {self.number} of {self.fitted_at:%Y-%m-%d}" if self.fitted_at else "none"

    def load(self) -> "Model":
        """Itself, kept in memory while it is among the last two used; without any terms for none.

        Also where it cannot be used: the pool alone then tells which words are rare, and it is
        tried again some minutes later.
        """
        model, until = _loaded.pop(self, (None, 0.0))
        if model is None or until < monotonic():
            model = _load(self.number)
            until = inf if model.version == self.number else monotonic() + TRIED_AGAIN
        _loaded[self] = model, until
        if superfluous := list(_loaded)[:-MOST_LOADED]:
            _drop(superfluous)
        return model

    @property
    def used(self) -> int:
        """The number of what `load` gave last: 0 where this one could not be used."""
        model, _ = _loaded.get(self, (None, 0.0))
        return model.version if model else self.number


NONE = Version()


def _drop(versions: list[Version]) -> None:
    """And all texts that were counted by them."""
    from papers.relevance.vectors import forget  # noqa: PLC0415  # scikit-learn takes long to load

    for one in versions:
        _loaded.pop(one, None)
    forget()


def newest() -> Version:
    row = RelevanceModel.objects.usable().values_list("pk", "fitted_at").first()
    return Version(*row) if row else NONE


def version(number: int) -> Version | None:
    """An older one, if it is still kept and can be read."""
    if not number:
        return NONE
    usable = RelevanceModel.objects.usable().filter(pk=number)
    row = usable.values_list("pk", "fitted_at").first()
    return Version(*row) if row else None


def is_due(now: datetime) -> bool:
    """None is fitted, or the newest is a week old, or papers are a quarter more than then.

    Or another embedding is wanted.
    """
    last = RelevanceModel.objects.usable().defer("packed").first()
    if last is None or last.fitted_at <= now - FITTED_ANEW:
        return True
    if last.embedding != settings.RELEVANCE_EMBEDDING:
        return True
    papers = min(Paper.objects.visible().count(), MOST_PAPERS)
    return papers >= GROWTH * last.papers


def refit(now: datetime) -> RelevanceModel | None:
    """Learn from all visible papers, and keep that; None where they are too few to learn from.

    Raises Unusable where RELEVANCE_EMBEDDING is.
    """
    from papers.relevance.embedding import embedding  # noqa: PLC0415  # scikit-learn loads slowly
    from papers.relevance.fitting import fit  # noqa: PLC0415  # as above
    from papers.relevance.packing import pack  # noqa: PLC0415  # as above

    name, count = settings.RELEVANCE_EMBEDDING, min(Paper.objects.visible().count(), MOST_PAPERS)
    model = fit(_texts(), embedding(name) if name else None)
    if model is None:
        return None
    with transaction.atomic():
        old = RelevanceModel.objects.filter(fitted_at__lt=now - KEPT)
        old.exclude(pk=newest().number).delete()  # which is used until now
        return RelevanceModel.objects.create(
            fitted_at=now,
            papers=count,
            terms=len(model.terms),
            embedding=name,
            packed=pack(model),
        )


def _texts() -> Iterator[str]:
    newest_first = Paper.objects.visible().order_by("-pk")[:MOST_PAPERS]
    texts = newest_first.values_list("title", "abstract", "summary")
    return ("\n".join(text) for text in texts.iterator(chunk_size=1000))


def read(row: RelevanceModel) -> "Model":
    """Raises Unreadable, or Unusable where its embedding is."""
    from papers.relevance.embedding import placed_by  # noqa: PLC0415  # as above
    from papers.relevance.packing import unpack  # noqa: PLC0415  # as above

    model = unpack(bytes(row.packed), row.pk)
    return placed_by(row.embedding, model) if row.embedding else model


def _load(number: int) -> "Model":
    from papers.relevance.embedding import Unusable  # noqa: PLC0415  # as above
    from papers.relevance.model import NO_MODEL  # noqa: PLC0415  # scikit-learn takes long to load
    from papers.relevance.packing import Unreadable  # noqa: PLC0415  # as above

    row = RelevanceModel.objects.filter(pk=number).first()
    if row is None:
        if number:
            log.warning("relevance model is not kept any more", version=number)
        return NO_MODEL
    try:
        return read(row)
    except (Unreadable, Unusable) as error:
        log.warning("relevance model cannot be used", version=number, reason=str(error))
        return NO_MODEL

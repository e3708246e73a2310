"""The papers that a query finds, in order.

First those with all words in the title, then in title and authors together, then anywhere; within
each by trending, then the newest. Not by how often a word occurs: every database counts that its
own way, and a reader could not tell why one paper stands above another.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connections
from django.db.models import BigIntegerField, ExpressionWrapper, F, Q
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In

from papers.models import Paper
from papers.models.paper import PaperQuerySet
from papers.search.engine import engine_of
from papers.search.query import Filters, Query

MOST = 1000  # papers that are counted and shown
# keeps the database from fetching row after row: no index has that sum
SAME_ROW = ExpressionWrapper(F("pk") + 0, BigIntegerField())


@dataclass(frozen=True, slots=True)
class Place:
    """What the order is made of."""

    paper: int
    trending: float
    first_seen_at: datetime

    def by_trending(self) -> tuple[float, float, int]:
        """As `PaperQuerySet.by_trending`."""
        return (-self.trending, *self.by_arrival())

    def by_arrival(self) -> tuple[float, int]:
        return (-self.first_seen_at.timestamp(), self.paper)


@dataclass(frozen=True, slots=True)
class Matches:
    """What Django's Paginator needs: a count, and slices of it, which are lists of paper ids.

    A tier of at most `MOST` papers is read whole and sorted here. Of a larger one, so many papers
    hold the words that going down the index of trending soon comes by enough of them. Left to the
    database, either way is sometimes taken where the other is a hundred times faster.
    """

    query: Query
    _read: dict[str, list[Place]] = field(default_factory=dict)

    def count(self) -> int:
        """At most `MOST`."""
        return min(len(self._some(self._tiers()[-1])), MOST)

    @property
    def are_more(self) -> bool:
        return len(self._some(self._tiers()[-1])) > MOST

    def __getitem__(self, span: slice) -> list[int]:
        """One tier after the other, until there are enough."""
        end = min(span.stop, self.count())
        ids: dict[int, None] = {}
        for tier in self._tiers():
            if len(ids) < end:
                ids |= dict.fromkeys(self._first(tier, end))
        return list(ids)[span.start or 0 : end]

    def newest(self, limit: int) -> list[int]:
        """Those that came in last, wherever their words are."""
        tier = self._tiers()[-1]
        some = self._some(tier)
        if len(some) <= MOST:
            return [place.paper for place in sorted(some, key=Place.by_arrival)][:limit]
        papers = self._papers(tier, by="row").order_by("-first_seen_at", "pk")
        return list(papers.values_list("pk", flat=True)[:limit])

    def _first(self, tier: str, limit: int) -> list[int]:
        some = self._some(tier)
        if len(some) <= MOST:
            return [place.paper for place in sorted(some, key=Place.by_trending)][:limit]
        return list(self._papers(tier, by="row").by_trending().values_list("pk", flat=True)[:limit])

    def _some(self, tier: str) -> list[Place]:
        """Any `MOST` of them and one more, or all."""
        if tier not in self._read:
            papers = self._papers(tier).order_by()
            rows = papers.values_list("pk", "trending", "first_seen_at")[: MOST + 1]
            self._read[tier] = [Place(*row) for row in rows]
        return self._read[tier]

    def _tiers(self) -> list[str]:
        """Conditions in the index's language, each wider than the one before; "" is any paper."""
        own = engine_of(connections[Paper.objects.db])
        phrases, author = self.query.phrases, self.query.author
        by_author = own.by_author(author) if author else ""
        if not phrases:
            return [by_author]
        tiers = [part(phrases) for part in (own.in_title, own.in_byline, own.anywhere)]
        return [own.both(tier, by_author) if by_author else tier for tier in tiers]

    def _papers(self, tier: str, by: str = "pk") -> PaperQuerySet:
        """`by="row"` is by `SAME_ROW`."""
        papers = Paper.objects.visible().alias(row=SAME_ROW).filter(_chosen(self.query.filters))
        if self.query.filters.topic:
            papers = papers.about(self.query.filters.topic)
        if self.query.has_ids:
            papers = papers.filter(_named(self.query))
        return papers.filter(Q((f"{by}__in", _indexed(papers.db, tier)))) if tier else papers


def found_by(query: Query) -> Q:
    """Papers, hidden ones too, that hold all words anywhere and have one of the ids.

    Whoever wants them in an order goes down its index: see `SAME_ROW`.
    """
    named = _named(query) if query.has_ids else Q()
    if not query.phrases:
        return named
    words = engine_of(connections[Paper.objects.db]).anywhere(query.phrases)
    return named & Q(In(SAME_ROW, _indexed(Paper.objects.db, words)))


def _indexed(database: str, condition: str) -> RawSQL:
    return RawSQL(engine_of(connections[database]).IDS, [condition])  # noqa: S611  # fixed text


def _named(query: Query) -> Q:
    return Q(arxiv_id__in=query.arxiv_ids) | Q(doi__in=query.dois)


def _chosen(filters: Filters) -> Q:
    chosen = Q()
    if filters.has_code:
        chosen &= Q(has_code=True)
    if filters.since:
        chosen &= Q(published_on__gte=filters.since)
    if filters.until:
        chosen &= Q(published_on__lte=filters.until)
    return chosen

"""A feed as a value."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256

from django.conf import settings

from papers.feeds.entries import Entry, clean, entry
from papers.models import Authorship, Paper
from papers.models.paper import PaperQuerySet

SIZE = 50  # papers
LAYOUT = 1  # counted up when formats say something else of the same papers
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Channel:
    """`page_url` is the page that shows the same papers, `own_url` the feed itself."""

    title: str
    description: str
    page_url: str
    own_url: str
    papers: PaperQuerySet  # the newest, in order

    @cached_property
    def _stamps(self) -> list[tuple[int, datetime]]:
        return list(self.papers.values_list("pk", "updated_at"))

    @property
    def etag(self) -> str:
        """Another one whenever the feed would read differently."""
        ids = [pk for pk, _ in self._stamps]
        # names change without their papers
        names = Authorship.objects.filter(paper__in=ids).order_by("paper", "position", "pk")
        told = (
            LAYOUT,
            self.title,
            self.own_url,
            self._stamps,
            [*names.values_list("author__name")],
        )
        return f'"{sha256(repr(told).encode()).hexdigest()[:32]}"'

    @property
    def updated_at(self) -> datetime:
        return max((updated_at for _, updated_at in self._stamps), default=LONG_AGO)

    def entries(self) -> list[Entry]:
        ids = [pk for pk, _ in self._stamps]
        papers = Paper.objects.with_card_facts().in_bulk(ids)
        return [entry(papers[pk]) for pk in ids if pk in papers]


def channel(what: str, page: str, own: str, papers: PaperQuerySet) -> Channel:
    """`what` is the topic, the author, the search; `page` and `own` are paths on this site."""
    return Channel(
        title=clean(f"{what} · {settings.SITE_NAME}" if what else settings.SITE_NAME),
        description=clean(f"Research papers as they come in: {what or 'all of them'}."),
        page_url=settings.SITE_URL + page,
        own_url=settings.SITE_URL + own,
        papers=papers[:SIZE],
    )

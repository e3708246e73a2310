"""The sitemap: an index of files of at most `LIMIT` addresses each, read page by page."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from papers.editions import last_day
from papers.models import Author, Edition, Paper, Topic

LIMIT = 5000


class OurSitemap(Sitemap):  # type: ignore[type-arg]  # takes no subscript at run time
    """Addresses as this installation's mails give them, whatever host was asked."""

    limit = LIMIT

    @property
    def protocol(self) -> str:  # type: ignore[override]  # Django takes either
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:  # noqa: ARG002  # as Django asks
        return urlsplit(settings.SITE_URL).netloc


class PaperSitemap(OurSitemap):
    def items(self) -> QuerySet[Paper]:
        return Paper.objects.visible().order_by("pk").only("arxiv_id", "updated_at")

    def lastmod(self, paper: Paper) -> datetime:
        return paper.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        """Asked of the database: Django would read every paper."""
        return _latest(Paper.objects.visible(), "updated_at")


class EditionSitemap(OurSitemap):
    def items(self) -> QuerySet[Edition]:
        return Edition.objects.filter(date__lte=last_day(timezone.now())).order_by("date")

    def location(self, edition: Edition) -> str:
        return reverse("papers:edition", args=[edition.date])

    def lastmod(self, edition: Edition) -> date:
        return edition.date

    def get_latest_lastmod(self) -> datetime | None:
        return _latest(self.items(), "built_at")


class AuthorSitemap(OurSitemap):
    def items(self) -> QuerySet[Author]:
        return Author.objects.present().order_by("pk").only("name")


class PageSitemap(OurSitemap):
    """Pages that are always there: lists, and each topic's."""

    def items(self) -> list[str]:
        codes: Iterable[str] = Topic.objects.values_list("code", flat=True)
        lists = [reverse(name) for name in ("papers:archive", "papers:topics")]
        return ["/", *lists, *(reverse("papers:topic", args=[code]) for code in codes)]

    def location(self, address: str) -> str:
        return address


def _latest(rows: QuerySet[Any], field: str) -> datetime | None:
    latest: datetime | None = rows.aggregate(latest=Max(field))["latest"]
    return latest


SITEMAPS: dict[str, type[OurSitemap]] = {
    "pages": PageSitemap,
    "editions": EditionSitemap,
    "papers": PaperSitemap,
    "authors": AuthorSitemap,
}

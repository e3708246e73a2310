"""Long lists of papers in pages, and no more of them than anyone reads."""

from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_SIZE = 25
MOST = 1000  # papers of one list: counting on costs more than it tells


class PaperPaginator(Paginator):  # type: ignore[type-arg]  # takes no subscript at run time
    """Of the rows of papers, read once: counting costs as much as reading."""

    def __init__(self, rows: QuerySet[Any], size: int) -> None:
        super().__init__(list(rows[:MOST]), size)

    @property
    def is_cut(self) -> bool:
        return self.count == MOST


def page_of(request: HttpRequest, rows: QuerySet[Any], size: int = PAGE_SIZE) -> "Page[Any]":
    """The page asked for by `?page=`: the first for nonsense, the last for those behind it."""
    return PaperPaginator(rows, size).get_page(request.GET.get("page"))


def canonical(path: str, page: "Page[Any]") -> str:
    """The one address of a page, however it is sorted or came to be asked for."""
    query = f"?page={page.number}" if page.number > 1 else ""
    return f"{settings.SITE_URL}{path}{query}"

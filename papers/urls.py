from datetime import date

from django.urls import path, register_converter

from papers.identifiers import ARXIV_ID
from papers.views import edition, paper


class DayConverter:
    """A date as 2026-11-21."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # a ValueError means: no such page

    def to_url(self, value: date | str) -> str:
        return str(value)


class ArxivIdConverter:
    """An arXiv id without version."""

    regex = ARXIV_ID

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class RowConverter:
    """The row of a paper that no source has given an id: n12."""

    regex = r"n[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value[1:])

    def to_url(self, value: int | str) -> str:
        return f"n{str(value).removeprefix('n')}"


register_converter(DayConverter, "day")
register_converter(ArxivIdConverter, "arxiv_id")
register_converter(RowConverter, "row")

app_name = "papers"
urlpatterns = [
    path("p/<arxiv_id:public_id>/", paper.paper, name="paper"),
    path("p/<row:pk>/", paper.paper_without_arxiv_id, name="paper"),
    path("d/<day:day>/", edition.edition, name="edition"),
]

from datetime import date

from django.urls import path, register_converter

from papers.feeds import FORMATS
from papers.identifiers import ARXIV_ID
from papers.periods import Period
from papers.views import archive, author, edition, feeds, paper, search, submit, topic


class DayConverter:
    """A date as 2026-11-21."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)  # a ValueError means: no such page

    def to_url(self, value: date | str) -> str:
        return str(value)


class ArxivIdConverter:
    """An arXiv id, with a version or without."""

    regex = rf"(?:{ARXIV_ID})(?:v[0-9]{{1,4}})?"

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


class FormatConverter:
    """The format of a feed, which its address ends in."""

    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class MonthConverter:
    """A month as 2026-11."""

    regex = r"[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> Period:
        year, month = value.split("-")
        return Period.month(int(year), int(month))  # a ValueError means: no such page

    def to_url(self, value: Period | str) -> str:
        return value if isinstance(value, str) else value.key


class WeekConverter(MonthConverter):
    """A week as 2026-W47."""

    regex = r"[0-9]{4}-W[0-9]{2}"

    def to_python(self, value: str) -> Period:
        year, week = value.split("-W")
        return Period.week(int(year), int(week))


class TopicCodeConverter:
    """The code of a topic: cs.CV, cond-mat.str-el, hep-ph."""

    regex = r"[A-Za-z-]{2,20}(?:\.[A-Za-z-]{2,20})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DayConverter, "day")
register_converter(MonthConverter, "month")
register_converter(WeekConverter, "week")
register_converter(TopicCodeConverter, "topic_code")
register_converter(ArxivIdConverter, "arxiv_id")
register_converter(RowConverter, "row")
register_converter(FormatConverter, "format")

app_name = "papers"
urlpatterns = [
    path("p/<arxiv_id:public_id>/", paper.paper, name="paper"),
    path("p/<row:pk>/", paper.paper_without_arxiv_id, name="paper"),
    path("d/<day:day>/", edition.edition, name="edition"),
    path("archive/", archive.archive, name="archive"),
    path("archive/<month:period>/", archive.period, name="period"),
    path("archive/<week:period>/", archive.period, name="period"),
    path("a/<slug:slug>/", author.author, name="author"),
    path("topics/", topic.topics, name="topics"),
    path("topics/<topic_code:code>/", topic.topic, name="topic"),
    path("submit/", submit.submit, name="submit"),
    path("submit/thanks/", submit.submitted, name="submitted"),
    path("search/", search.search, name="search"),
    path("feeds/all.<format:format>", feeds.feed, name="feed"),
    path("feeds/topics/<str:code>.<format:format>", feeds.topic_feed, name="topic_feed"),
    path("feeds/authors/<slug:slug>.<format:format>", feeds.author_feed, name="author_feed"),
    path("feeds/search.<format:format>", feeds.search_feed, name="search_feed"),
]

from copy import copy
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from papers import search
from papers.admin.paper.filters import (
    CameInFilter,
    EditionFilter,
    ToLookAtFilter,
    TopicFilter,
    in_todays_edition,
)
from papers.admin.worth import worth
from papers.cards import Votes, votes_of
from papers.latex import readable
from papers.models import Paper

BY_DATE = "published_on__"  # begins what the row of dates asks for


class Span(QuerySet[Paper]):
    """All dates from the first to the last: to tell which have papers reads every row."""

    def dates(self, field_name: str, kind: Any, order: Any = "ASC") -> Any:
        span = self.aggregate(first=Min(field_name), last=Max(field_name))
        if span["first"] is None:
            return []
        days = range((span["last"] - span["first"]).days + 1)
        start = {"year": {"month": 1, "day": 1}, "month": {"day": 1}, "day": {}}[kind]
        found = ((span["first"] + timedelta(days=day)).replace(**start) for day in days)
        return list(dict.fromkeys(found))


class PaperChangeList(ChangeList):
    @property
    def dated(self) -> "PaperChangeList":
        """For the row of dates, which is that of all papers: no other filter has an index."""
        chosen = {name: value for name, value in self.params.items() if name.startswith(BY_DATE)}
        dated = copy(self)
        dated.queryset = Span(Paper).filter(**chosen)
        return dated

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Paper]:
        """Without the long texts, which take time to sort and are not shown."""
        papers: QuerySet[Paper] = super().get_queryset(*args, **kwargs)
        return papers.defer("abstract", "summary", "ai_summary")

    def get_results(self, request: HttpRequest) -> None:
        """The page's papers with their votes: counted for these, not for all."""
        super().get_results(request)
        self.result_list = papers = list(self.result_list)
        votes = votes_of([paper.pk for paper in papers], timezone.now(), days=1)
        for paper in papers:
            paper.votes = votes.get(paper.pk, Votes())


class PaperColumns(admin.ModelAdmin):
    """The list. Its number of queries is always the same, and none of them counts by joins."""

    when_empty = "No paper is here. Import some by arXiv ids, or fetch today’s: manage.py ingest"
    list_display = [
        *("shown_title", "arxiv_id", "about", "counted", "worth"),
        *("status", "chosen", "in_edition", "with_code", "published"),
    ]
    list_select_related = ["primary_topic"]
    list_filter = [
        TopicFilter,
        EditionFilter,
        "status",
        "featured",
        "has_code",
        ToLookAtFilter,
        ("first_seen_at", CameInFilter),
    ]
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    date_hierarchy = "published_on"
    search_fields = ["title"]  # so that there is a box; what it finds: get_search_results
    search_help_text = "Words of title, authors or abstract; an arXiv id, a DOI or a link"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PaperChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        papers: QuerySet[Paper] = super().get_queryset(request)
        return papers.annotate(in_edition=in_todays_edition()).prefetch_related("topics")

    def get_ordering(self, request: HttpRequest) -> Any:
        """Who asks for a date gets them by date, as the index that finds them has them."""
        by_date = any(name.startswith(BY_DATE) for name in request.GET)
        return [*(["-published_on"] if by_date else []), "-first_seen_at", "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Paper], search_term: str
    ) -> tuple[QuerySet[Paper], bool]:
        """By the readers' index, in the order of the list; hidden papers too."""
        return queryset.filter(search.found_by(search.parse(search_term))), False

    @admin.display(description="title", ordering="title")
    def shown_title(self, paper: Paper) -> str:
        return readable(paper.title)

    @admin.display(description="topics", ordering="primary_topic__code")
    def about(self, paper: Paper) -> str:
        """The main one first."""
        main = paper.primary_topic
        others = sorted(topic.code for topic in paper.topics.all() if topic != main)
        return ", ".join([main.code, *others] if main else others)

    @admin.display(description="votes (24 h)")
    def counted(self, paper: Any) -> str:
        votes: Votes = paper.votes
        return f"{votes.total} (+{votes.growth})" if votes.growth else str(votes.total)

    @admin.display(description="trending", ordering="trending")
    def worth(self, paper: Paper) -> str:
        return worth(paper.trending, timezone.now())

    @admin.display(description="featured", ordering="featured", empty_value="–")
    def chosen(self, paper: Paper) -> str | None:
        return "yes" if paper.featured else None

    @admin.display(description="in edition", ordering="in_edition", empty_value="–")
    def in_edition(self, paper: Any) -> str | None:
        return "yes" if paper.in_edition else None

    @admin.display(description="code", ordering="has_code", empty_value="–")
    def with_code(self, paper: Paper) -> str | None:
        return "yes" if paper.has_code else None

    @admin.display(description="date", ordering="published_on", empty_value="–")
    def published(self, paper: Paper) -> str | None:
        return paper.published_on.isoformat() if paper.published_on else None

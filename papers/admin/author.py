from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from papers.models import Author


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    metrics = ["h_index", "paper_count", "citation_count", "novelty", "ai_score"]
    list_display = ["name", "affiliation", "main_topic", "papers_here", *metrics]
    list_select_related = ["main_topic"]
    search_fields = ["name", "name_key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        authors: QuerySet[Author] = super().get_queryset(request)
        return authors.annotate(papers_here=Count("authorships"))

    @admin.display(ordering="papers_here")
    def papers_here(self, author: Any) -> int:
        return int(author.papers_here)

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from papers.models import Author


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = [
        "name",
        "affiliation",
        "main_topic",
        "here",
        "h_index",
        "paper_count",
        "citation_count",
        "novelty",
        "ai_score",
    ]
    list_select_related = ["main_topic"]
    search_fields = ["name", "name_key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Author]:
        return super().get_queryset(request).annotate(here=Count("authorships"))

    @admin.display(description="papers here", ordering="here")
    def here(self, author: Author) -> int:
        return author.here

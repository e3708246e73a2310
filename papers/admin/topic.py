from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from papers.models import Topic


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "group", "papers"]
    list_editable = ["name"]
    list_filter = ["group"]
    list_per_page = 200
    search_fields = ["code", "name", "full_name", "group"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        topics: QuerySet[Topic] = super().get_queryset(request)
        return topics.annotate(papers_here=Count("papers"))

    @admin.display(ordering="papers_here")
    def papers(self, topic: Any) -> int:
        return int(topic.papers_here)

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from papers.editions import current_edition
from papers.models import Candidate, Paper, Topic

TO_LOOK_AT = {
    "withdrawn": ("withdrawn by their authors", ~Q(withdrawn="")),
    "no-summary": ("without a summary of ours", Q(summary="")),
    "no-abstract": ("without an abstract", Q(abstract="")),
    "no-topic": ("without a topic", Q(primary_topic=None)),
}


def in_todays_edition() -> Exists:
    """Whether a paper is in the edition that readers see, and not dropped from it."""
    candidates = Candidate.objects.filter(
        edition=current_edition(timezone.now()), paper=OuterRef("pk")
    )
    return Exists(candidates.exclude(placement=Candidate.Placement.DROPPED))


class TopicFilter(admin.SimpleListFilter):
    """A box to choose from: there are 155 of them, in groups."""

    title = "topic"
    parameter_name = "topic"
    template = "admin/papers/paper/topic_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.topics = list(Topic.objects.all())
        groups = dict.fromkeys(topic.group for topic in self.topics if topic.group)
        ours = [(topic.code, str(topic)) for topic in self.topics]
        return [*((f"group:{group}", group) for group in groups), *ours]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """One choice, which is all that the template shows."""
        skipped = {self.parameter_name, PAGE_VAR}
        kept = {name: value for name, value in changelist.params.items() if name not in skipped}
        others = changelist.filter_params.items()
        kept |= {name: values[-1] for name, values in others if name not in skipped}
        yield {"topics": self.topics, "chosen": self.value() or "", "kept": kept}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Paper]) -> QuerySet[Paper]:
        value = self.value() or ""
        kind, _, group = value.partition(":")
        topics = Topic.objects.filter(group=group) if kind == "group" else None
        if topics is None and value:
            topics = Topic.objects.filter(code=value)
        if topics is None:
            return queryset
        having = Paper.topics.through.objects.filter(topic__in=list(topics)).values("paper")
        return queryset.filter(Q(primary_topic__in=list(topics)) | Q(pk__in=having))


class EditionFilter(admin.SimpleListFilter):
    title = "today's edition"
    parameter_name = "edition"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("in", "in it"), ("out", "not in it")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(in_edition=self.value() == "in")


class ToLookAtFilter(admin.SimpleListFilter):
    title = "what to look at"
    parameter_name = "look"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in TO_LOOK_AT.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Paper]) -> QuerySet[Paper]:
        _, chosen = TO_LOOK_AT.get(self.value() or "", ("", Q()))
        return queryset.filter(chosen)


class CameInFilter(admin.DateFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "when it came in"

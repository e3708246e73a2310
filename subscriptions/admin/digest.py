from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from papers.admin.readonly import ReadOnlyInline
from subscriptions import reasons
from subscriptions.admin.outgoing import OutgoingAdmin
from subscriptions.models import Digest, DigestPaper


class DigestPaperInline(ReadOnlyInline):
    model = DigestPaper
    verbose_name_plural = "papers, and why"
    fields = ["position", "paper", "section", "why"]
    readonly_fields = ["why"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DigestPaper]:
        items: QuerySet[DigestPaper] = super().get_queryset(request)
        return items.select_related("paper")

    def why(self, item: DigestPaper) -> str:
        return "; ".join(reasons.all_in_words(item.reasons))


@admin.register(Digest)
class DigestAdmin(OutgoingAdmin):
    list_display = [
        "local_date",
        "subscriber",
        "edition",
        "state",
        "reason",
        "attempts",
        "due_at",
        "sent_at",
    ]
    list_select_related = ["subscriber", "edition"]
    list_filter = ["state", ("reason", admin.EmptyFieldListFilter)]
    date_hierarchy = "local_date"
    inlines = [DigestPaperInline]
    fieldsets = [
        (None, {"fields": ("subscriber", "edition", "local_date", "subject")}),
        ("Where it stands", {"fields": OutgoingAdmin.standing}),
        ("Timeline", {"fields": ("due_at", *OutgoingAdmin.timeline)}),
    ]

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from papers.admin.readonly import ReadOnlyInline
from subscriptions import framing, reasons
from subscriptions.admin.digest_acts import DigestActs
from subscriptions.admin.digest_filters import EditionFilter, NeedsFilter, ReasonFilter
from subscriptions.admin.mail_as_sent import mail_as_sent
from subscriptions.admin.outgoing import OutgoingAdmin, clock
from subscriptions.admin.preview.pages import SEE_READERS
from subscriptions.equation import equation
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
class DigestAdmin(DigestActs, OutgoingAdmin):
    change_form_template = "admin/subscriptions/digest.html"
    when_empty = "No digest is here. Each is made when its subscriber’s hour comes."
    list_display = [
        "day",
        "subscriber",
        "edition",
        "state",
        "reason",
        "attempts",
        "due",
        "left",
    ]
    list_select_related = ["subscriber", "edition"]
    list_filter = [NeedsFilter, "state", EditionFilter, ReasonFilter]
    search_help_text = f"{OutgoingAdmin.search_help_text}, or an edition’s date"
    inlines = [DigestPaperInline]
    fieldsets = [
        (None, {"fields": ("subscriber", "edition", "local_date", "subject")}),
        ("Where it stands", {"fields": OutgoingAdmin.standing}),
    ]

    @admin.display(description="local date")
    def day(self, digest: Digest) -> str:
        return digest.local_date.isoformat()

    def due(self, digest: Digest) -> str | None:
        return clock(digest.due_at)

    def get_urls(self) -> list[URLPattern]:
        mail = self.admin_site.admin_view(self.mail_view)
        own = [path("<int:pk>/mail/", mail, name="subscriptions_digest_mail")]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Digest]:
        digests: QuerySet[Digest] = super().get_queryset(request)
        return digests.select_related("subscriber", "edition")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        try:
            day = date.fromisoformat(search_term.strip())
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(edition__date=day), False

    def facts(self, request: HttpRequest, mail: Digest) -> dict[str, Any]:
        return super().facts(request, mail) | {
            "acts": self.acts_for(request, mail),
            "mail": mail_as_sent(mail, timezone.now()),
            "equation": equation(mail.edition.digests.all()),
            "may_see_reader": request.user.has_perm(SEE_READERS),
        }

    def mail_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The HTML part alone, for the frame of the page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        digest = self.get_queryset(request).filter(pk=pk).first()
        mail = digest and mail_as_sent(digest, timezone.now())
        if not mail:
            raise Http404
        return framing.in_a_frame(mail.html, request.GET.get("theme", ""))

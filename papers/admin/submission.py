from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from papers.admin.confirmation import confirmation, confirmed
from papers.admin.log import log_changes
from papers.admin.reason import ReasonForm
from papers.latex import readable
from papers.models import Paper, Submission
from papers.proposing import accept, decline


@admin.register(Submission)
class SubmissionAdmin(admin.ModelAdmin):
    """What people proposed: those that wait for a decision come first."""

    when_empty = "Nobody has proposed a paper. What readers propose waits here for your decision."
    list_display = ["arxiv_id", "to_arxiv", "note", "times", "state", "reason", "submitted_at"]
    list_filter = ["state"]
    ordering = [
        Case(When(state=Submission.State.WAITING, then=Value(0)), default=Value(1)),
        "-submitted_at",
        "-pk",
    ]
    search_fields = ["arxiv_id", "note"]
    search_help_text = "arXiv id or words of the note"
    actions = ["accept", "decline"]
    change_form_template = "admin/papers/submission/decision.html"
    facts = ("arxiv_id", "to_arxiv", "here", "note", "times", "submitted_at")
    decision = ("state", "reason", "decided_at", "paper")
    fields = readonly_fields = facts + decision

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Everybody proposes on the page for it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        """It is decided on, by the list or on its page; nothing is typed over."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        """It could be proposed again; a decision stays."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One proposal is decided on its own page, by the actions of the list."""
        may_decide = self.has_change_permission(request)
        if may_decide and request.method == "POST" and "decide" in request.POST:
            return self._decide(request, object_id)
        context = {
            **(extra_context or {}),
            "may_decide": may_decide,
            "reason_form": ReasonForm(),
        }
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description="at its source")
    def to_arxiv(self, submission: Submission) -> str:
        url = f"https://arxiv.org/abs/{submission.arxiv_id}"
        return format_html(
            '<a href="{}">Read<span class="visually-hidden"> {}</span></a>',
            url,
            submission.arxiv_id,
        )

    @admin.display(description="already here")
    def here(self, submission: Submission) -> str:
        paper = Paper.objects.filter(arxiv_id=submission.arxiv_id).first()
        if paper is None:
            return "no: once accepted, it is fetched"
        url = reverse("admin:papers_paper_change", args=[paper.pk])
        shown = readable(paper.title)
        return format_html('<a href="{}">{}</a> ({})', url, shown, paper.get_status_display())

    @admin.action(description="Accept", permissions=["change"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Submission]) -> None:
        accepted = accept(queryset, timezone.now())
        self._tell(request, accepted, "Accepted")

    @admin.action(description="Decline, with a reason", permissions=["change"])
    def decline(self, request: HttpRequest, queryset: QuerySet[Submission]) -> HttpResponse | None:
        form = ReasonForm(request.POST if confirmed(request) else None)
        if not form.is_valid():
            return confirmation(self, request, queryset, "Decline these papers?", form)
        self._decline(request, queryset, form)
        return None

    def _decide(self, request: HttpRequest, object_id: str) -> HttpResponse:
        chosen = self.get_queryset(request).filter(pk=unquote(object_id))
        if request.POST["decide"] == "accept":
            self.accept(request, chosen)
        elif (form := ReasonForm(request.POST)).is_valid():
            self._decline(request, chosen, form)
        else:
            self.message_user(request, "Say why it is declined.", "error")
        return HttpResponseRedirect(request.path)

    def _decline(
        self, request: HttpRequest, queryset: QuerySet[Submission], form: ReasonForm
    ) -> None:
        reason = form.cleaned_data["reason"]
        self._tell(request, decline(queryset, reason, timezone.now()), f"Declined: {reason}")

    def _tell(self, request: HttpRequest, decided: list[Submission], told: str) -> None:
        log_changes(request, decided, told)
        self.message_user(request, f"{told}. Papers: {len(decided)}.")

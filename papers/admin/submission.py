from django.contrib import admin
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html

from papers.admin.confirmation import confirmation, confirmed
from papers.admin.log import log_changes
from papers.admin.paper import ReasonForm
from papers.models import Submission
from papers.proposing import accept, decline


@admin.register(Submission)
class SubmissionAdmin(admin.ModelAdmin):
    """What people proposed: those that wait for a decision come first."""

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
    facts = ("arxiv_id", "to_arxiv", "note", "times", "submitted_at")
    decision = ("state", "reason", "decided_at", "paper")
    fields = readonly_fields = facts + decision

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Everybody proposes on the page for it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        """By the actions of the list; one proposal alone is read."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        """It could be proposed again; a decision stays."""
        return False

    @admin.display(description="at its source")
    def to_arxiv(self, submission: Submission) -> str:
        url = f"https://arxiv.org/abs/{submission.arxiv_id}"
        return format_html(
            '<a href="{}">Read<span class="visually-hidden"> {}</span></a>',
            url,
            submission.arxiv_id,
        )

    @admin.action(description="Accept", permissions=["change"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Submission]) -> None:
        accepted = accept(queryset, timezone.now())
        self._tell(request, accepted, "Accepted")

    @admin.action(description="Decline, with a reason", permissions=["change"])
    def decline(self, request: HttpRequest, queryset: QuerySet[Submission]) -> HttpResponse | None:
        form = ReasonForm(request.POST if confirmed(request) else None)
        if not form.is_valid():
            return confirmation(self, request, queryset, "Decline these papers?", form)
        reason = form.cleaned_data["reason"]
        declined = decline(queryset, reason, timezone.now())
        self._tell(request, declined, f"Declined: {reason}")
        return None

    def _tell(self, request: HttpRequest, decided: list[Submission], told: str) -> None:
        log_changes(request, decided, told)
        self.message_user(request, f"{told}. Papers: {len(decided)}.")

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from papers.admin.confirmation import confirmation, confirmed
from papers.admin.log import log_changes
from subscriptions import addresses, suppressing, timeline
from subscriptions.admin.linked import linked
from subscriptions.admin.page_acts import acts_of
from subscriptions.admin.suppression_list import ListImported
from subscriptions.models import Suppression

LIFT = "lift"
EVENTS_SHOWN = 50
TOLD = (
    "Their addresses may be mailed again.",
    "Nobody gets a digest by this: each has to sign up and confirm anew.",
)


class SuppressionForm(forms.ModelForm):
    """An address goes in, its keyed hash is kept."""

    email = forms.EmailField(
        label="email address", help_text="Only a keyed hash of it is kept, never the address."
    )

    class Meta:
        model = Suppression
        fields = ["reason", "note"]

    def clean_email(self) -> str:
        hashed = addresses.address_hash(self.cleaned_data["email"])
        if suppressing.suppressed_among([hashed]):
            raise ValidationError("This address is suppressed already.")
        self.instance.address_hash = hashed
        return hashed


class LiftForm(forms.Form):
    reason = forms.CharField(
        max_length=200,
        help_text="For your colleagues, in the history; never an address.",
        widget=forms.TextInput({"size": 60}),
    )


@admin.register(Suppression)
class SuppressionAdmin(ListImported):
    """Addresses never mailed again, until that is lifted with a reason."""

    form = SuppressionForm
    add_form_template = "admin/change_form.html"
    change_form_template = "admin/subscriptions/outgoing.html"
    when_empty = "No address is suppressed. Those that bounce for good come here by themselves."
    list_display = ["__str__", "note", "created_at"]
    list_filter = ["reason"]
    ordering = ["-created_at"]
    sortable_by = ()
    search_fields = ["address_hash"]
    search_help_text = "A whole address"
    show_full_result_count = False
    actions = [LIFT]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is lifted instead, with a reason."""
        return False

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscriptions.delete_suppression")

    def get_fields(self, request: HttpRequest, obj: Suppression | None = None) -> tuple[str, ...]:
        facts = ("address_hash", "reason", "note", "created_at")
        return facts if obj else ("email", "reason", "note")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        if not search_term:
            return queryset, False
        return queryset.filter(address_hash=addresses.address_hash(search_term)), False

    def save_model(
        self,
        request: HttpRequest,
        obj: Suppression,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001  # Django's call
    ) -> None:
        suppressing.suppress_hash(obj.address_hash, obj.reason, timezone.now(), obj.note)
        obj.pk = Suppression.objects.get(address_hash=obj.address_hash).pk

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if obj := kwargs.get("obj"):
            told = timeline.of_address(obj.address_hash, EVENTS_SHOWN)
            context |= {"timeline": linked(told), "acts": acts_of(self, request, [LIFT])}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description="Lift", permissions=["lift"])
    def lift(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> HttpResponse | None:
        form = LiftForm(request.POST if confirmed(request) else None)
        if not form.is_valid():
            return confirmation(self, request, queryset, "Lift these suppressions?", form, TOLD)
        rows = list(queryset)
        log_changes(request, rows, f"Lifted: {form.cleaned_data['reason']}")
        for row in rows:
            suppressing.lift(row, timezone.now())
        self.message_user(request, f"Lifted: {len(rows)}.")
        return None

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from subscriptions import addresses
from subscriptions.models import Suppression


class SuppressionForm(forms.ModelForm):
    """An address goes in, its keyed hash is kept."""

    email = forms.EmailField(
        label="email address", help_text="Only a keyed hash of it is kept, never the address."
    )

    class Meta:
        model = Suppression
        fields = ["reason"]

    def clean_email(self) -> str:
        hashed = addresses.address_hash(self.cleaned_data["email"])
        if Suppression.objects.filter(address_hash=hashed).exists():
            raise ValidationError("This address is suppressed already.")
        self.instance.address_hash = hashed
        return hashed


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    """Addresses never mailed again. Deleting one lifts it."""

    form = SuppressionForm
    list_display = ["__str__", "reason", "created_at"]
    list_filter = ["reason"]
    search_fields = ["address_hash"]
    search_help_text = "A whole address"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Suppression | None = None) -> tuple[str, ...]:
        return ("address_hash", "reason", "created_at") if obj else ("email", "reason")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        if not search_term:
            return queryset, False
        return queryset.filter(address_hash=addresses.address_hash(search_term)), False

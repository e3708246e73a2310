from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode


@dataclass(frozen=True, slots=True)
class Link:
    """A list of the admin site, narrowed by `query`, or one row of it: "papers.edition"."""

    model: str
    row: int | None = None
    query: tuple[tuple[str, Any], ...] = ()

    def url_for(self, request: HttpRequest) -> str:
        """Empty for who may not see that list."""
        model = apps.get_model(self.model)
        if not admin.site.get_model_admin(model).has_view_or_change_permission(request):
            return ""
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # noqa: SLF001  # Django's own name
        if self.row:
            return reverse(f"{name}_change", args=[self.row])
        query = f"?{urlencode(self.query)}" if self.query else ""
        return reverse(f"{name}_changelist") + query


def listed(model: str, **query: Any) -> Link:
    return Link(model, query=tuple(query.items()))

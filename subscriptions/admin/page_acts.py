"""The actions of a list, as buttons on the page of one row."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest


def acts_of(
    model_admin: ModelAdmin, request: HttpRequest, wanted: Iterable[Any]
) -> list[tuple[str, str]]:
    """Name and label of each that this person may do; templates/admin/subscriptions/_acts.html."""
    allowed: dict[Any, Any] = model_admin.get_actions(request)
    return [(name, str(allowed[name][2])) for name in wanted if name in allowed]

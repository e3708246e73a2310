from typing import Any

from django import template
from django.utils import timezone

from subscriptions.admin import overview as first_page

register = template.Library()


@register.inclusion_tag("admin/overview.html", takes_context=True)
def overview(context: dict[str, Any]) -> dict[str, Any]:
    return first_page.overview(context["request"], timezone.now())

from django import template
from django.utils import timezone

from subscriptions.admin import overview as today

register = template.Library()


@register.inclusion_tag("admin/overview.html")
def overview() -> dict[str, today.Overview]:
    return {"overview": today.overview(timezone.now())}

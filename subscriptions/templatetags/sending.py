from django import template

from subscriptions import switch
from subscriptions.models import Sending

register = template.Library()


@register.inclusion_tag("admin/subscriptions/_paused.html")
def paused_banner() -> dict[str, Sending | None]:
    """Nothing while mail may leave."""
    return {"pause": switch.paused()}

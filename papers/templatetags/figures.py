"""`{% load figures %}`: numbers as people read them; what is not known stays None."""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma

register = template.Library()


@register.filter
def counted(number: int | None) -> str | None:
    """4,246 of 4246."""
    return None if number is None else intcomma(number)


@register.filter
def rounded(number: float | str | None) -> int | None:
    """Halves up. An empty text is what a template has for a figure of no score at all."""
    return int(number + 0.5) if isinstance(number, int | float) else None

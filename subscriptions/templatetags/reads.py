"""The ways to a paper's full text: `{% load reads %}{% read_buttons paper %}`."""

from typing import Any

from django import template

from papers.models import Paper
from subscriptions import recognition

register = template.Library()


@register.inclusion_tag("papers/_read.html", takes_context=True)
def read_buttons(context: dict[str, Any], paper: Paper) -> dict[str, Any]:
    reader = recognition.shown_to(context["request"])
    return {
        "paper": paper,
        "learns": bool(reader and reader.learns_from_reads),
        "csrf_token": context.get("csrf_token"),
    }

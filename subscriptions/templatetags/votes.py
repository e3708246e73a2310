"""What pages of papers show of votes: `{% load votes %}{% vote_button paper card.votes %}`."""

from typing import Any

from django import template

from papers.models import Paper
from subscriptions import recognition
from subscriptions.models import Vote

register = template.Library()


@register.inclusion_tag("papers/_vote.html", takes_context=True)
def vote_button(context: dict[str, Any], paper: Paper, count: int) -> dict[str, Any]:
    """`count` is of the votes so far, from all sources."""
    reader = recognition.shown_to(context["request"])
    return {
        "paper": paper,
        "count": count,
        "recognised": reader is not None,
        "voted": bool(reader and Vote.objects.filter(subscriber=reader, paper=paper).exists()),
    }

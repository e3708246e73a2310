"""What pages of papers show of votes: `{% load votes %}{% vote_button paper %}`."""

from typing import Any

from django import template
from django.utils import timezone

from papers.cards import Votes, votes_of
from papers.models import Paper
from subscriptions import recognition
from subscriptions.models import Vote

register = template.Library()


@register.inclusion_tag("papers/_vote.html", takes_context=True)
def vote_button(context: dict[str, Any], paper: Paper) -> dict[str, Any]:
    request = context["request"]
    # The page differs by reader now: the sessions' middleware answers with Vary: Cookie.
    request.session.accessed = True
    reader = recognition.recognised(request)
    votes = votes_of([paper.pk], timezone.now()).get(paper.pk, Votes())
    return {
        "paper": paper,
        "count": votes.total,
        "recognised": reader is not None,
        "voted": bool(reader and Vote.objects.filter(subscriber=reader, paper=paper).exists()),
    }

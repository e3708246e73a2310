"""Following from pages of papers: `{% follow_author author %}` and `{% follow_search text %}`."""

from typing import Any

from django import template

from papers.models import Author
from subscriptions import recognition
from subscriptions.interests import is_keyword, keyword_key
from subscriptions.models import Interest

register = template.Library()


@register.inclusion_tag("papers/_follow.html", takes_context=True)
def follow_author(context: dict[str, Any], author: Author) -> dict[str, Any]:
    reader = recognition.shown_to(context["request"])
    rows = reader.interests.authors().filter(author=author) if reader else Interest.objects.none()
    return {"author": author, "recognised": reader is not None, "interest": rows.first()}


@register.inclusion_tag("papers/_follow_search.html", takes_context=True)
def follow_search(context: dict[str, Any], text: str) -> dict[str, Any]:
    """`text` as typed; only what can be a keyword is offered."""
    reader = recognition.shown_to(context["request"]) if is_keyword(text) else None
    rows = reader.interests.keywords().filter(key=keyword_key(text)) if reader else ()
    return {
        "text": text,
        "recognised": reader is not None,
        "followed": any(not r.muted for r in rows),
    }

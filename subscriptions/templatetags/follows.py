"""Following from pages of papers: `{% follow_author author %}` and `{% follow_search text %}`."""

from typing import Any

from django import template

from papers.models import Author
from subscriptions import recognition
from subscriptions.interests import is_keyword, keyword_key
from subscriptions.models import Interest, Subscriber

register = template.Library()


@register.inclusion_tag("papers/_follow.html", takes_context=True)
def follow_author(context: dict[str, Any], author: Author) -> dict[str, Any]:
    reader = _reader(context)
    rows = reader.interests.authors().filter(author=author) if reader else Interest.objects.none()
    return {"author": author, "recognised": reader is not None, "interest": rows.first()}


@register.inclusion_tag("papers/_follow_search.html", takes_context=True)
def follow_search(context: dict[str, Any], text: str) -> dict[str, Any]:
    """`text` as typed; only what can be a keyword is offered."""
    reader = _reader(context) if is_keyword(text) else None
    rows = reader.interests.keywords().filter(key=keyword_key(text)) if reader else ()
    return {
        "text": text,
        "recognised": reader is not None,
        "followed": any(not r.muted for r in rows),
    }


def _reader(context: dict[str, Any]) -> Subscriber | None:
    request = context["request"]
    # The page differs by reader now: the sessions' middleware answers with Vary: Cookie.
    request.session.accessed = True
    return recognition.recognised(request)

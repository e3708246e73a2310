"""What search engines read of a paper: JSON-LD by schema.org."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from papers.latex import readable
from papers.models import Authorship, Paper, Topic

AUTHORS_TOLD = 50
# within a script, where these could end it or begin markup
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def scholarly_article(
    paper: Paper, authorships: Sequence[Authorship], topics: Sequence[Topic], address: str
) -> SafeString:
    """The text of its `<script type="application/ld+json">`; facts not known are left out."""
    facts = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": readable(paper.title),
        "url": address,
        "mainEntityOfPage": address,
        "author": [{"@type": "Person", "name": each.author.name} for each in authorships],
        "abstract": readable(paper.abstract),
        "datePublished": _day(paper.published_on),
        "dateModified": _day(paper.revised_on),
        "keywords": [topic.name for topic in topics],
        "sameAs": paper.abstract_url,
        "identifier": paper.abstract_url,
    }
    facts["author"] = facts["author"][:AUTHORS_TOLD]
    return _for_script({name: fact for name, fact in facts.items() if fact})


def _for_script(facts: dict[str, Any]) -> SafeString:
    return mark_safe(json.dumps(facts, ensure_ascii=False).translate(_UNSAFE))  # noqa: S308  # as above


def _day(day: Any) -> str:
    return day.isoformat() if day else ""

"""What the templates of a digest are told: what many digests share, and what is each one's own."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from django.conf import settings

from subscriptions.emails.content import DigestContent
from subscriptions.emails.frame import hole
from subscriptions.emails.rendering import edition_url
from subscriptions.emails.sentences import intro, why_it_comes


@dataclass(frozen=True, slots=True)
class Shared:
    """What a frame is made of; `given`: which facts of its own a digest has."""

    language: str
    edition_date: date
    edition_url: str
    postal_address: str
    count: int
    minutes: int
    candidates: int
    left_out: int
    private: bool
    given: tuple[tuple[str, bool], ...]

    @classmethod
    def of(cls, content: DigestContent, own: Mapping[str, str], *, private: bool = False) -> Self:
        """`own`: the facts that are text; papers and corrections are each part's to write."""
        given = [(name, bool(fact)) for name, fact in own.items()]
        return cls(
            language=content.language,
            edition_date=content.edition_date,
            edition_url=edition_url(content.edition_date),
            postal_address=settings.POSTAL_ADDRESS,
            count=len(content.items),
            minutes=content.reading_minutes,
            candidates=content.candidates,
            left_out=content.left_out,
            private=private,
            given=(*given, ("corrections", bool(content.corrections)), ("papers", True)),
        )

    def with_holes(self) -> dict[str, Any]:
        """For a template, in the language that is active: a hole for each fact that is given."""
        return asdict(self) | {name: hole(name) if given else "" for name, given in self.given}


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the templates of one digest are told, worked out once for its text and its HTML."""

    shared: Shared
    own: Mapping[str, str]

    @classmethod
    def of(cls, content: DigestContent, *, private: bool = False) -> Self:
        """In the language that is active; `private`: for a page on the web."""
        own = own_facts(content)
        return cls(Shared.of(content, own, private=private), own)


def own_facts(content: DigestContent) -> dict[str, str]:
    """As text, and "" for what it has not; in the language that is active."""
    return {
        "intro": intro(content),
        "why_it_comes": why_it_comes(content),
        "web_url": content.web_url,
        "preferences_url": content.preferences_url,
        "pause_url": content.pause_url,
        "unsubscribe_url": content.unsubscribe_url,
        "subject": content.subject,
        "preheader": content.preheader,
    }

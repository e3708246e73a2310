"""The first page of the admin site: whether today's edition goes out.

facts    how the installation does, in a constant number of queries
verdict  one sentence of it, and what is wrong, worst first, with what to do (no query)
parts    the figures below, each for those who may see the list behind it (no query)
link     where a sentence or a figure leads
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from subscriptions.admin.overview.facts import Facts, gather
from subscriptions.admin.overview.line import Line
from subscriptions.admin.overview.link import Link, listed
from subscriptions.admin.overview.parts import parts
from subscriptions.admin.overview.verdict import verdict

MAY_KNOW = ("papers.view_edition", "subscriptions.view_digest")


def overview(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """What the template shows; nothing for who may see neither editions nor digests."""
    if not any(map(request.user.has_perm, MAY_KNOW)):
        return {}
    facts = gather(now)
    found = verdict(facts)
    return {
        "headline": _shown(found.headline, request),
        "problems": [_shown(line, request) for line in found.problems],
        "acts": _acts(facts, request),
        "parts": parts(facts, request),
    }


def _shown(line: Line, request: HttpRequest) -> dict[str, Any]:
    return {"line": line, "url": line.link.url_for(request) if line.link else ""}


def _acts(facts: Facts, request: HttpRequest) -> list[tuple[str, str]]:
    """What is done from here, by name and address."""
    edition, paused = facts.edition, facts.pause
    acts = {
        "Resume sending" if paused else "Pause all sending": listed("subscriptions.sending"),
        "Numbers": listed("subscriptions.dayfigures"),
    }
    if edition:
        name = "Release the edition" if edition.held else "See or hold the edition"
        acts = {name: Link("papers.edition", edition.pk)} | acts
    return [(name, url) for name, link in acts.items() if (url := link.url_for(request))]

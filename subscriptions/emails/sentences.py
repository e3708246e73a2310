"""Sentences of a digest: what it is this time, with its real numbers, and why it comes."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscriptions.emails.content import DigestContent


def intro(content: DigestContent) -> str:
    """What it begins with, in the language that is active."""
    told = {section: content.count(section) for section in ("for_you", "elsewhere", "missed")}
    return _intro(content.kind, content.candidates, content.away_from, content.language, **told)


@lru_cache(maxsize=4096)
def _intro(
    kind: str, candidates: int, away_from: date | None, _language: str, **papers: int
) -> str:
    """Many readers are told the same. `papers`: how many, by section."""
    return " ".join(_sentences(kind, candidates, away_from, **papers))


def why_it_comes(content: DigestContent) -> str:
    """In the language that is active; "" where there is nobody to whom it comes."""
    if not content.to:
        return ""
    return _(
        "You get this because %(address)s confirmed a subscription to %(site_name)s."
        " Your next digest comes on %(day)s at %(time)s (%(zone)s)."
    ) % {
        "address": content.to,
        "site_name": settings.SITE_NAME,
        **_day_and_time(content.next_send, content.language),
        "zone": content.timezone,
    }


@lru_cache(maxsize=4096)
def _day_and_time(moment: datetime, language: str) -> dict[str, str]:
    """Whole towns read at the same hour."""
    with translation.override(language):
        return {
            "day": date_format(moment, "MONTH_DAY_FORMAT"),
            "time": date_format(moment, "TIME_FORMAT"),
        }


def _sentences(
    kind: str, candidates: int, away_from: date | None, for_you: int, elsewhere: int, missed: int
) -> Iterator[str]:
    if kind == "short" or not for_you:
        yield from _quiet(for_you, elsewhere)
    else:
        yield _edition(kind, candidates)
        yield from _busy(for_you, elsewhere)
    if away_from and missed:
        yield _back(away_from, missed)


def _edition(kind: str, count: int) -> str:
    if kind == "weekly":
        return ngettext(
            "The best of the week: %(papers)s paper is in this edition.",
            "The best of the week: %(papers)s papers are in this edition.",
            count,
        ) % {"papers": intcomma(count)}
    return ngettext(
        "%(papers)s paper is in this edition.", "%(papers)s papers are in this edition.", count
    ) % {"papers": intcomma(count)}


def _busy(fitting: int, elsewhere: int) -> Iterator[str]:
    yield ngettext("The one here fits you best.", "The %(papers)s here fit you best.", fitting) % {
        "papers": fitting
    }
    if elsewhere:
        yield ngettext(
            "One more is rising elsewhere.", "%(papers)s more are rising elsewhere.", elsewhere
        ) % {"papers": elsewhere}


def _quiet(fitting: int, elsewhere: int) -> Iterator[str]:
    if fitting:
        yield ngettext(
            "A quiet day: only one new paper fits what you follow.",
            "A quiet day: only %(papers)s new papers fit what you follow.",
            fitting,
        ) % {"papers": fitting}
    else:
        yield _("A quiet day: nothing new fits what you follow.")
    if elsewhere:
        yield ngettext(
            "So that you still have something to read, one paper comes from elsewhere.",
            "So that you still have something to read, %(papers)s papers come from elsewhere.",
            elsewhere,
        ) % {"papers": elsewhere}


def _back(since: date, missed: int) -> str:
    return ngettext(
        "Welcome back from your pause since %(day)s: the best paper you missed comes last.",
        "Welcome back from your pause since %(day)s: the best %(papers)s you missed come last.",
        missed,
    ) % {"day": date_format(since, "DAY_MONTH_FORMAT"), "papers": missed}

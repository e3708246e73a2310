"""The ranking's reasons in words of the reader's language."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

import structlog
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from papers.naming import shortened, tidy
from papers.topic_names import local_name
from subscriptions.ranking import Reason

NAME_LENGTH = 80  # of what somebody else wrote: a title, a keyword, a name

logger = structlog.get_logger(__name__)


def all_in_words(reasons: Iterable[Reason]) -> tuple[str, ...]:
    """Those that there are words for: other versions of this program may have kept others."""
    return kept_in_words(json.dumps(list(reasons)), get_language())


@lru_cache(maxsize=8192)
def kept_in_words(reasons: str, _language: str | None) -> tuple[str, ...]:
    """The same for reasons as they are kept, in JSON, and the language that is active.

    Many readers are told the same.
    """
    return tuple(_those_with_words(json.loads(reasons)))


def _those_with_words(reasons: Iterable[Reason]) -> Iterator[str]:
    for reason in reasons:
        try:
            yield in_words(reason)
        except (KeyError, TypeError, ValueError):
            _warn_once(str(reason.get("kind")))


@cache
def _warn_once(kind: str) -> None:
    logger.warning("reason_left_out", kind=kind, because="there are no words for it")


def in_words(reason: Reason) -> str:
    """One reason as readers see it; in general words where it names nothing."""
    told = {name: _short(fact) for name, fact in reason.items()}
    return SENTENCES[reason["kind"]](told)


def _short(fact: object) -> object:
    return shortened(tidy(fact), NAME_LENGTH) if isinstance(fact, str) else fact


def _pinned(_reason: Reason) -> str:
    return _("Chosen by the editors")


def _topic(reason: Reason) -> str:
    if reason["name"] or reason["topic"]:
        return _("In %(name)s, which you follow") % {
            "name": local_name(reason["name"]) or reason["topic"]
        }
    return _("In a topic that you follow")


def _keyword(reason: Reason) -> str:
    if reason["keyword"]:
        return _("Mentions “%(keyword)s”, which you follow") % reason
    return _("Mentions a keyword that you follow")


def _author(reason: Reason) -> str:
    return (
        _("By %(name)s, whom you follow") % reason
        if reason["name"]
        else _("By an author you follow")
    )


def _liked(reason: Reason) -> str:
    if not reason["title"]:
        return _("Like a paper that you liked")
    if not reason["terms"]:
        return _("Like “%(title)s”, which you liked") % reason
    terms = ", ".join(shortened(term, NAME_LENGTH) for term in reason["terms"])
    return _("Like “%(title)s”, which you liked: both mention %(terms)s") % {
        "title": reason["title"],
        "terms": terms,
    }


def _close(reason: Reason) -> str:
    terms = ", ".join(shortened(term, NAME_LENGTH) for term in reason["terms"])
    if "keyword" in reason:
        return _("Close to “%(keyword)s”, which you follow: mentions %(terms)s") % {
            "keyword": reason["keyword"],
            "terms": terms,
        }
    if not reason["title"]:
        return _("Close to a paper that you liked: both mention %(terms)s") % {"terms": terms}
    return _("Close to “%(title)s”, which you liked: both mention %(terms)s") % {
        "title": reason["title"],
        "terms": terms,
    }


def _elsewhere(reason: Reason) -> str:
    if reason["name"] or reason["topic"]:
        return _("Rising in %(name)s") % {"name": local_name(reason["name"]) or reason["topic"]}
    return _("Rising elsewhere")


def _trending(reason: Reason) -> str:
    if "topic" in reason:
        return _in_its_topic(reason, _("Trending in %(name)s"), _("Trending in its topic"))
    return _("Trending among all papers")


def _new(reason: Reason) -> str:
    return _in_its_topic(reason, _("In %(name)s, new to you"), _("New to you"))


def _in_its_topic(reason: Reason, sentence: str, nameless: str) -> str:
    name = local_name(reason["name"]) or reason["topic"]
    return sentence % {"name": name} if name else nameless


def _votes(reason: Reason) -> str:
    return (
        ngettext(
            "%(growth)+d vote in %(days)d days",
            "%(growth)+d votes in %(days)d days",
            reason["growth"],
        )
        % reason
    )


SENTENCES: dict[str, Callable[[Reason], str]] = {
    "pinned": _pinned,
    "topic": _topic,
    "keyword": _keyword,
    "author": _author,
    "liked": _liked,
    "close": _close,
    "elsewhere": _elsewhere,
    "trending": _trending,
    "new": _new,
    "votes": _votes,
}

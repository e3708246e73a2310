"""Why a paper is there, by what the ranking used; the most telling first."""

from collections.abc import Iterator
from itertools import chain

from papers.cards import GROWTH_DAYS
from papers.latex import readable
from subscriptions.ranking.insight import Insight
from subscriptions.ranking.values import Keyword, PoolPaper, Reason, Sample

NOTABLE_GROWTH = 5  # votes in GROWTH_DAYS days that are worth a word
REASONS_SHOWN = 2


def reasons(insight: Insight, at: int) -> tuple[Reason, ...]:
    """At most two of the paper at that place of the pool."""
    paper = insight.pool[at]
    told = chain(
        _personal(insight, at), _words(insight, at), _place(insight, at), _attention(paper)
    )
    named = {"topic": paper.primary, "name": paper.primary_name}
    return tuple(told)[:REASONS_SHOWN] or ({"kind": "new", **named},)


def _personal(insight: Insight, at: int) -> Iterator[Reason]:
    if insight.pool[at].pinned:
        yield {"kind": "pinned"}
    for author in insight.authors.get(at, ())[:1]:
        yield {"kind": "author", "author": author, "name": insight.reader.authors[author]}
    for keyword in insight.keywords.get(at, ())[:1]:
        yield {"kind": "keyword", "keyword": keyword.text}
    if liked := insight.like(at):
        like, terms = liked
        title = readable(like.title)
        yield {"kind": "liked", "paper": like.paper, "title": title, "terms": terms}


def _words(insight: Insight, at: int) -> Iterator[Reason]:
    """Of papers that fit, and that words brought up, not trending."""
    if at not in insight.fitting or at in insight.leading or at in insight.personal:
        return
    if close := insight.close_to(at):
        wish, terms = close
        yield {"kind": "close", **_named(wish), "terms": terms}


def _named(wish: Sample | Keyword) -> Reason:
    if isinstance(wish, Keyword):
        return {"keyword": wish.text}
    return {"paper": wish.paper, "title": readable(wish.title)}


def _place(insight: Insight, at: int) -> Iterator[Reason]:
    paper, topics = insight.pool[at], insight.topics(at)
    if topics:
        name = insight.reader.topics[topics[0]]
        yield {"kind": "topic", "topic": topics[0], "name": name}
    elif at not in insight.fitting:
        yield {"kind": "elsewhere", "topic": paper.primary, "name": paper.primary_name}
    elif not paper.pinned and at not in insight.personal:
        yield from _standing(insight, at)


def _standing(insight: Insight, at: int) -> Iterator[Reason]:
    """For who chose no topic: where the paper leads, if it does."""
    paper = insight.pool[at]
    if at in insight.leading:
        yield {"kind": "trending"}
    elif at in insight.facts.upper:
        yield {"kind": "trending", "topic": paper.primary, "name": paper.primary_name}


def _attention(paper: PoolPaper) -> Iterator[Reason]:
    if paper.growth >= NOTABLE_GROWTH:
        yield {"kind": "votes", "growth": paper.growth, "days": GROWTH_DAYS}

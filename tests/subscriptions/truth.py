"""Whether what a digest says of its papers is so, looked up in the papers and the reader alone."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from papers.cards import GROWTH_DAYS
from papers.search.words import stems, telling
from subscriptions.ranking import Keyword, Pick, PoolPaper, Reader, Reason

HYPHEN = re.compile(r"(?<=\w)[-\u2010\u2011](?=\w)")


def untrue(picks: Sequence[Pick], pool: Sequence[PoolPaper], reader: Reader) -> list[str]:
    """Every claim of a digest that does not hold; and papers with none, or more than two."""
    by_number = {paper.paper: paper for paper in pool}
    shown = [(by_number[pick.paper], pick.reasons) for pick in picks]
    claims = [(paper, reason) for paper, reasons in shown for reason in reasons]
    wrong = [
        f"{paper.paper}: {len(told)} reasons" for paper, told in shown if not 0 < len(told) < 3
    ]
    return wrong + [
        f"{paper.paper}: {reason}"
        for paper, reason in claims
        if not is_true(reason, paper, pool, reader)
    ]


def is_true(reason: Reason, paper: PoolPaper, pool: Sequence[PoolPaper], reader: Reader) -> bool:
    if reason["kind"] in {"liked", "close"}:
        return _shares_with_a_wish(reason, paper, reader)
    if reason["kind"] == "trending":
        return not reader.topics and _leads(reason, paper, pool, reader)
    return reason in _facts(paper, reader)


def _facts(paper: PoolPaper, reader: Reader) -> Iterator[Reason]:
    """All that may be said of that paper to that reader, but for likeness and place."""
    main = {"topic": paper.primary, "name": paper.primary_name}
    growth = {"growth": paper.growth, "days": GROWTH_DAYS}
    followed = paper.topics & reader.topics.keys()
    authors, words = paper.authors & reader.authors.keys(), reader.keywords
    facts: dict[str, list[Reason]] = {
        "new": [main],
        "pinned": [{}] * paper.pinned,
        "votes": [growth] * (paper.growth > 0),
        "elsewhere": [main] * (bool(reader.topics) and not followed),
        "topic": [{"topic": code, "name": reader.topics[code]} for code in followed],
        "author": [{"author": one, "name": reader.authors[one]} for one in authors],
        "keyword": [{"keyword": word.text} for word in words if mentions(paper, word)],
    }
    return ({"kind": kind, **what} for kind, rows in facts.items() for what in rows)


def mentions(paper: PoolPaper, keyword: Keyword) -> bool:
    """Its stems side by side in one of the paper's texts, hyphens read or not."""
    wanted = {_joined(keyword.text), _joined(HYPHEN.sub("", keyword.text))} - {"  "}
    texts = (paper.title, paper.abstract, paper.summary)
    read = [_joined(form) for text in texts for form in (text, HYPHEN.sub("", text))]
    return any(key in text for key in wanted for text in read)


def may_get(paper: PoolPaper, reader: Reader) -> bool:
    """Neither seen, nor its twin, nor judged already, nor muted."""
    told = {one.paper for one in (*reader.likes, *reader.dislikes) if one.told}
    return not (
        paper.paper in reader.seen
        or paper.twins & reader.seen
        or paper.paper in told
        or paper.primary in reader.muted_topics
        or (paper.topics and paper.topics <= reader.muted_topics)
        or paper.authors & reader.muted_authors
        or any(mentions(paper, keyword) for keyword in reader.muted_keywords)
    )


def says(text: str, term: str) -> bool:
    """The word; or two words side by side, in one line, with nothing but a space or a hyphen."""
    return bool(_pattern(term).search(_folded(text)))


def _shares_with_a_wish(reason: Reason, paper: PoolPaper, reader: Reader) -> bool:
    """Of a liked paper two words at least; each stands in both texts, and none is told twice."""
    terms = reason["terms"]
    told = [word for term in terms for word in term.split()]
    fewest = 2 if reason["kind"] == "liked" else 1
    if len(terms) > 3 or len(told) < fewest or len(told) != len(set(told)):
        return False
    named = [text for title, text in _wishes(reason, reader)]
    return any(all(says(text, one) and says(paper.text, one) for one in terms) for text in named)


def _wishes(reason: Reason, reader: Reader) -> Iterator[tuple[str, str]]:
    """Title and text of what the reason names, if it was a wish of this reader."""
    if "keyword" in reason:
        given = (one.text for one in reader.keywords if reason["kind"] == "close")
        yield from ((text, text) for text in given if text == reason["keyword"])
    else:
        for one in reader.likes:
            if one.told and (one.paper, one.title) == (reason["paper"], reason["title"]):
                yield one.title, one.text


def _leads(reason: Reason, paper: PoolPaper, pool: Sequence[PoolPaper], reader: Reader) -> bool:
    """Among all that trending alone would bring, or in the first half of its topic."""
    if "topic" in reason:
        same = [one.paper for one in pool if one.primary == paper.primary]
        named = {"kind": "trending", "topic": paper.primary, "name": paper.primary_name}
        return reason == named and 2 * same.index(paper.paper) < len(same)
    before = [one.paper for one in pool if may_get(one, reader)]
    return before.index(paper.paper) < reader.wanted


@lru_cache(maxsize=4096)
def _joined(text: str) -> str:
    return f" {' '.join(telling(stems(text)))} "


@lru_cache(maxsize=4096)
def _pattern(term: str) -> re.Pattern[str]:
    between = "[ \u2010\u2011-]+"
    return re.compile(rf"(?<![^\W_]){between.join(map(re.escape, term.split()))}(?![^\W_])")


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return text.casefold()

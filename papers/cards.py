"""A paper's card: the facts that pages and every digest of an edition show alike."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.html import escape

from papers.latex import readable
from papers.models import Paper, Signal
from papers.naming import shortened, tidy
from papers.topic_names import local_name

TITLE_LENGTH = 300
AUTHORS_SHOWN = 3
TEASER_SENTENCES = 2
TEASER_LENGTH = 320
GROWTH_DAYS = 3


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes so far, and how many of them came lately."""

    total: int = 0
    growth: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """Plain JSON values, so that an edition can keep its cards as they were when it froze."""

    paper: int
    title: str
    authors: tuple[str, ...]
    more_authors: bool
    affiliation: str
    topic: str
    topic_name: str
    topics: tuple[str, ...]
    published: str
    has_code: bool
    code_url: str
    teaser: str
    votes: int
    growth: int
    page: str  # the path of its page: the site may move
    read_url: str
    pdf_url: str
    came_in: str = ""

    def __hash__(self) -> int:
        """Two facts tell cards apart well enough, and much faster than all of them."""
        return hash((self.paper, self.title))

    @property
    def local_topic(self) -> str:
        return local_name(self.topic_name)

    @property
    def published_on(self) -> date | None:
        return date.fromisoformat(self.published) if self.published else None

    @property
    def came_in_on(self) -> date | None:
        return date.fromisoformat(self.came_in) if self.came_in else None

    @property
    def page_url(self) -> str:
        return f"{settings.SITE_URL}{self.page}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> Self:
        """Of `as_json`; or of before there were paths, with the address `page_url`."""
        kept = {"authors": tuple(facts["authors"]), "topics": tuple(facts["topics"])}
        if "page_url" in facts:
            kept["page"] = urlsplit(facts["page_url"]).path
        return cls(**{name: fact for name, fact in (facts | kept).items() if name != "page_url"})


def cards(papers: Iterable[Paper], now: datetime) -> dict[int, Card]:
    """The cards of those papers by paper id; the papers come `with_card_facts`."""
    papers = list(papers)
    votes = votes_of([paper.pk for paper in papers], now)
    return {paper.pk: _card(paper, votes.get(paper.pk, Votes())) for paper in papers}


def votes_of(paper_ids: list[int], now: datetime, days: int = GROWTH_DAYS) -> dict[int, Votes]:
    """The votes of each paper that has any, from all sources; grown by those of so many days."""
    recent = Q(observed_at__gt=now - timedelta(days=days))
    rows = (
        Signal.objects.filter(paper__in=paper_ids, kind=Signal.Kind.VOTES, observed_at__lte=now)
        .values("paper")
        .annotate(total=Sum("growth"), recent=Sum("growth", filter=recent, default=0))
        .order_by("paper")
    )
    return {row["paper"]: Votes(row["total"], row["recent"]) for row in rows}


def teaser(text: str) -> str:
    """The first sentences of a text; a long one ends between words and before a formula."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z0-9“\"(])", " ".join(text.split()))
    whole = " ".join(sentences[:TEASER_SENTENCES])
    short = _fitting(whole, TEASER_LENGTH)
    formula = short.rfind("$")
    if short != whole and short.count("$") % 2 and formula > len(short) // 2:
        return f"{short[:formula].rstrip(' ,;:')}…"
    return short


def _fitting(text: str, length: int) -> str:
    """In at most `length` characters that make at most twice as many bytes of a mail's HTML."""
    short = shortened(text, length)
    while (size := len(escape(short).encode())) > 2 * length:
        short = shortened(text, len(short) * 2 * length // size)
    return short


def _card(paper: Paper, votes: Votes) -> Card:
    authorships = list(paper.authorships.all())
    topic = paper.primary_topic
    codes = {also.code for also in paper.topics.all()} | ({topic.code} if topic else set())
    return Card(
        paper=paper.pk,
        title=_fitting(readable(paper.title), TITLE_LENGTH),
        authors=tuple(tidy(one.author.name) for one in authorships[:AUTHORS_SHOWN]),
        more_authors=len(authorships) > AUTHORS_SHOWN,
        affiliation=tidy(authorships[0].affiliation) if authorships else "",
        topic=topic.code if topic else "",
        topic_name=tidy(topic.name) if topic else "",
        topics=tuple(sorted(codes)),
        published=paper.published_on.isoformat() if paper.published_on else "",
        has_code=paper.has_code,
        code_url=paper.code_url,
        teaser=tidy(teaser(readable(paper.teaser))),
        votes=votes.total,
        growth=votes.growth,
        page=paper.get_absolute_url(),
        read_url=paper.abstract_url,
        pdf_url=paper.pdf_url,
        came_in=paper.first_seen_at.date().isoformat(),
    )

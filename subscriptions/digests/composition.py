"""Composition: frozen papers and their reader become one mail."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import attrgetter

from papers.cards import Card
from papers.editions import edition_cards
from papers.models import Edition
from subscriptions import links
from subscriptions.emails.digest import DigestContent, Item, Section
from subscriptions.models import Digest, DigestPaper
from subscriptions.reasons import in_words


def composer(chunk: Iterable[Digest], now: datetime) -> Callable[[Digest], DigestContent]:
    """Tells what each digest of the chunk says; reads all it needs when first asked."""
    chunk = list(chunk)

    @cache
    def papers() -> dict[int, list[DigestPaper]]:
        return _frozen_papers(chunk)

    @cache
    def cards(edition: Edition) -> dict[int, Card]:
        return edition_cards(edition, now)

    return lambda digest: content(digest, papers()[digest.pk], cards(digest.edition))


def content(
    digest: Digest, papers: Iterable[DigestPaper], cards: Mapping[int, Card]
) -> DigestContent:
    """What a digest of those papers says; `cards` are all of its edition's, by paper."""
    subscriber = digest.subscriber
    return DigestContent(
        to=subscriber.email,
        subject=digest.subject,
        message_id=digest.message_id,
        edition_date=digest.edition.date,
        due_at=digest.due_at,
        candidates=digest.frozen.get("candidates", len(cards)),
        sections=_sections(papers, cards),
        next_send_at=datetime.fromisoformat(digest.frozen["next_send_at"]),
        timezone=digest.frozen["timezone"],
        preferences_url=links.url(links.Purpose.PREFERENCES, subscriber, digest.due_at),
        unsubscribe_url=links.url(links.Purpose.UNSUBSCRIBE, subscriber, digest.due_at),
    )


def _sections(papers: Iterable[DigestPaper], cards: Mapping[int, Card]) -> tuple[Section, ...]:
    return tuple(
        Section(
            DigestPaper.Section(name).label,
            tuple(
                Item(row.position, cards[row.paper_id], tuple(map(in_words, row.reasons)))
                for row in rows
            ),
        )
        for name, rows in groupby(papers, key=attrgetter("section"))
    )


def _frozen_papers(chunk: list[Digest]) -> dict[int, list[DigestPaper]]:
    papers: dict[int, list[DigestPaper]] = {digest.pk: [] for digest in chunk}
    for row in DigestPaper.objects.filter(digest__in=chunk).order_by("position"):
        papers[row.digest_id].append(row)
    return papers

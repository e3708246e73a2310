"""Composition: frozen papers and their reader become one mail."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from papers.cards import Card
from papers.editions import edition_cards
from papers.models import Correction, Edition
from subscriptions import links
from subscriptions.emails.digest import DigestContent, Item, Section
from subscriptions.links import Purpose
from subscriptions.models import Digest, DigestPaper
from subscriptions.reasons import kept_in_words


class Placed(NamedTuple):
    """A paper in its place in a digest, with its reasons in JSON, as they are kept."""

    paper_id: int
    section: str
    position: int
    reasons: str


TITLES = {
    DigestPaper.Section.FOR_YOU: _("For you"),
    DigestPaper.Section.ELSEWHERE: _("Rising elsewhere"),
    DigestPaper.Section.MISSED: _("While you were away"),
}


def composer(chunk: Iterable[Digest], now: datetime) -> Callable[[Digest], DigestContent]:
    """Tells what each digest of the chunk says; reads all it needs when first asked."""
    chunk = list(chunk)

    @cache
    def papers() -> dict[int, list[Placed]]:
        return _frozen_papers(chunk)

    @cache
    def cards(edition: Edition) -> dict[int, Card]:
        return edition_cards(edition, now)

    @cache
    def corrections(edition: Edition) -> list[Correction]:
        return list(edition.corrections.all())

    def said(digest: Digest) -> DigestContent:
        carried = digest.corrections_shown
        first = corrections(digest.edition)[:carried] if carried else ()
        return content(digest, papers()[digest.pk], cards(digest.edition), first)

    return said


def content(
    digest: Digest,
    papers: Iterable[Placed],
    cards: Mapping[int, Card],
    corrections: Iterable[Correction] = (),
) -> DigestContent:
    """What a digest of those papers says; `cards` are all of its edition's, by paper."""
    subscriber, frozen = digest.subscriber, digest.frozen
    language = frozen.get("language", subscriber.language)
    kind = frozen.get("kind", "daily")
    with translation.override(language):
        sections = _sections(papers, _with_own(cards, frozen), kind, language)
    return DigestContent(
        to=subscriber.email,
        subject=digest.subject,
        message_id=digest.message_id,
        edition_date=digest.edition.date,
        due_at=digest.due_at,
        candidates=frozen.get("candidates", len(cards)),
        sections=sections,
        next_send_at=datetime.fromisoformat(frozen["next_send_at"]),
        timezone=frozen["timezone"],
        kind=kind,
        language=language,
        format=frozen.get("format", subscriber.mail_format),
        missed_since=_instant(frozen.get("missed_since")),
        corrections=tuple(corrections),
        **_addresses(digest),
    )


def _addresses(digest: Digest) -> dict[str, Any]:
    """The reader's own; a digest that is only imagined has no page."""
    reader, now = digest.subscriber, digest.due_at
    pause = links.path(Purpose.PREFERENCES, reader, now, page="pause")
    return {
        "preferences_url": links.url(Purpose.PREFERENCES, reader, now),
        "unsubscribe_url": links.url(Purpose.UNSUBSCRIBE, reader, now),
        "pause_url": settings.SITE_URL + pause,
        "web_url": links.digest_url(digest) if digest.pk else "",
    }


def _sections(
    papers: Iterable[Placed], cards: Mapping[int, Card], kind: str, language: str
) -> tuple[Section, ...]:
    return tuple(
        Section(
            str(TITLES[DigestPaper.Section(name)]),
            tuple(
                Item(row.position, cards[row.paper_id], kept_in_words(row.reasons, language))
                for row in rows
            ),
            name,
            by_day=kind == "weekly" and name == DigestPaper.Section.FOR_YOU,
        )
        for name, rows in groupby(papers, key=attrgetter("section"))
    )


def _with_own(cards: Mapping[int, Card], frozen: Mapping[str, Any]) -> Mapping[int, Card]:
    """And those of its papers that are not in the edition."""
    if not (own := frozen.get("cards")):
        return cards
    return {**cards, **{int(paper): Card.from_json(card) for paper, card in own.items()}}


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _frozen_papers(chunk: list[Digest]) -> dict[int, list[Placed]]:
    papers: dict[int, list[Placed]] = {digest.pk: [] for digest in chunk}
    rows = DigestPaper.objects.filter(digest__in=chunk).order_by("position")
    told = rows.annotate(told=Cast("reasons", TextField()))
    for digest, *facts in told.values_list("digest_id", "paper_id", "section", "position", "told"):
        papers[digest].append(Placed(*facts))
    return papers

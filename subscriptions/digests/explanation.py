"""Explanation: why a reader gets these papers and not the next ones. Nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from papers import editions
from papers.cards import Card
from papers.latex import readable
from papers.models import Edition
from papers.relevance.keeping import Version, version
from subscriptions import left_out, reasons
from subscriptions.digests import selection
from subscriptions.digests.kept_pools import kept_pool
from subscriptions.digests.pools import Pool, furnished
from subscriptions.digests.readers import already_sent, load_readers
from subscriptions.digests.simulation import NoEdition
from subscriptions.models import Digest, DigestPaper, Subscriber
from subscriptions.ranking import NEXT, Choice, Explanation, Reader, Weighed, explain

BY_SCORE = "by score; from elsewhere by trending"
BY_TRENDING = "by trending: the reader has told nothing that makes a score"


class NoDigest(LookupError):  # noqa: N818  # a fact of that day, not a fault
    """There is none of that day, so there is nothing to choose once more."""


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate as people read it; `figures` are the parts of its score."""

    weighed: Weighed
    title: str
    topic: str
    why: str
    figures: Mapping[str, str]

    @property
    def score(self) -> str:
        return f"{'pinned, ' if self.weighed.pinned else ''}{self.weighed.score:.2f}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was sent against what would be chosen again: titles that only one of the two has."""

    same: bool
    only_sent: tuple[str, ...]
    only_again: tuple[str, ...]

    def __str__(self) -> str:
        if self.same:
            return "yes, the same papers in the same order"
        told = [
            f"{what}: {'; '.join(titles)}"
            for what, titles in (
                ("sent, and not chosen again", self.only_sent),
                ("chosen again, and not sent", self.only_again),
            )
            if titles
        ]
        since = "the reader’s wishes, or the papers, may have changed since"
        return f"no; {'. '.join(told) or 'the same papers in another order'} ({since})"


@dataclass(frozen=True, slots=True)
class Account:
    """What a reader gets of an edition, or got, and why; `was_sent` of a digest with papers.

    `parts` are those that count in the score of any paper shown.
    """

    edition: Edition
    digest: Digest | None
    explanation: Explanation
    chosen: tuple[Line, ...]
    left_out: tuple[Line, ...]
    parts: tuple[str, ...]
    was_sent: Comparison | None
    learned: Version  # the relevance model

    @property
    def groups(self) -> dict[str, list[Line]]:
        """All lines, under what they have in common."""
        return {
            f"{what}{where}": found
            for what, lines in (("Chosen", self.chosen), ("Left out", self.left_out))
            for where, section in (("", "for_you"), (" from elsewhere", "elsewhere"))
            if (found := [line for line in lines if line.weighed.section == section])
        }

    @property
    def summary(self) -> dict[str, str]:
        """By what it is called; of the digest, only where there is one."""
        digest = {"digest": _standing(self.digest)} if self.digest else {}
        compared = {"as sent": str(self.was_sent)} if self.was_sent else {}
        told = self.explanation
        return {
            "edition": str(self.edition),
            **digest,
            "choice": _made(told.choice),
            "candidates": (
                f"{told.candidates}: {told.fitting} fit, {told.elsewhere} from elsewhere; "
                f"barred: {left_out.barred(told.barred)}"
            ),
            "order": BY_SCORE if told.by_score else BY_TRENDING,
            "relevance model": _model(self.learned, self.digest),
            **compared,
        }


def _standing(digest: Digest) -> str:
    reason = f": {digest.reason}" if digest.reason else ""
    return f"{digest.local_date}, {digest.get_state_display()}{reason}"


def _model(learned: Version, digest: Digest | None) -> str:
    """Which one, and if it is not the digest's own."""
    then = digest.frozen.get("learned", learned.number) if digest else learned.number
    return str(learned) if learned.number == then else f"{learned}; version {then} is not kept"


def _made(choice: Choice) -> str:
    count = len(choice.picks)
    made = f"{choice.kind}, {count} paper{'s' * (count > 1)}"
    return f"none: {choice.skipped}" if choice.skipped else made


def account(
    subscriber: Subscriber, now: datetime, on: date | None = None, following: int = NEXT
) -> Account:
    """What they would get now, or got on that day of theirs. Raises NoEdition or NoDigest."""
    if on is None:
        return _now(subscriber, now, following)
    digest = subscriber.digests.select_related("edition", "subscriber").filter(local_date=on)
    if found := digest.first():
        return _once_more(found, now, following)
    raise NoDigest


def _now(subscriber: Subscriber, now: datetime, following: int) -> Account:
    """Of the edition that readers see."""
    edition = editions.current_edition(now)
    if edition is None:
        raise NoEdition
    known = load_readers([subscriber], now)[subscriber.pk]
    pool = _furnished(edition, known, now)
    papers = [paper.paper for paper in pool.papers]
    sent = already_sent([Digest(subscriber=subscriber)], papers)[subscriber.pk]
    explanation = explain(pool.papers, replace(known, seen=sent), pool.learned, following)
    return _account(edition, None, pool, explanation, None)


def _once_more(digest: Digest, now: datetime, following: int) -> Account:
    """Chosen from what was known when the digest was opened."""
    edition, subscriber = digest.edition, digest.subscriber
    known = load_readers([subscriber], digest.due_at, before=digest)[subscriber.pk]
    pool = _as_learned(_furnished(edition, known, now), digest)
    earlier = DigestPaper.objects.filter(subscriber=subscriber, digest__lt=digest.pk)
    frequency = digest.frozen.get("frequency", subscriber.frequency)
    reader = replace(
        known,
        seen=frozenset(earlier.order_by().values_list("paper", flat=True)),
        weekly=frequency == Subscriber.Frequency.WEEKLY,
    )
    explanation = explain(pool.papers, reader, pool.learned, following)
    return _account(edition, digest, pool, explanation, _compared(digest, pool, explanation))


def _furnished(edition: Edition, reader: Reader, now: datetime) -> Pool:
    [pool] = furnished([kept_pool(edition, now)], [reader])
    return pool


def _as_learned(pool: Pool, digest: Digest) -> Pool:
    """With the model that the digest was chosen by, while that is kept."""
    then = version(digest.frozen.get("learned", pool.learned.number))
    return pool if then is None else replace(pool, learned=then)


def _compared(digest: Digest, pool: Pool, explanation: Explanation) -> Comparison | None:
    """As the mail shows them; what was missed in a pause comes from other editions."""
    items = digest.items.exclude(section=DigestPaper.Section.MISSED)
    sent = dict(items.order_by("position").values_list("paper", "paper__title"))
    if not sent:
        return None
    picks = selection.selection(explanation.choice, pool, digest.subscriber.language).picks
    again = [pick.paper for pick in picks]
    return Comparison(
        list(sent) == again,
        tuple(readable(title) for paper, title in sent.items() if paper not in again),
        tuple(pool.cards[paper].title for paper in again if paper not in sent),
    )


def _account(
    edition: Edition,
    digest: Digest | None,
    pool: Pool,
    explanation: Explanation,
    was_sent: Comparison | None,
) -> Account:
    parts = _counting([*explanation.chosen, *explanation.left_out])
    chosen, others = (
        tuple(_line(one, pool.cards, parts) for one in weighed)
        for weighed in (explanation.chosen, explanation.left_out)
    )
    return Account(edition, digest, explanation, chosen, others, parts, was_sent, pool.learned)


def _counting(weighed: Iterable[Weighed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in weighed for name, part in one.parts.items() if part))


def _line(one: Weighed, cards: Mapping[int, Card], parts: Iterable[str]) -> Line:
    card, figures = cards[one.paper], {name: one.parts.get(name, 0) for name in parts}
    told = {name: f"{figure:+.2f}" if figure else "0" for name, figure in figures.items()}
    return Line(one, card.title, card.topic, _why(one, cards), told)


def _why(one: Weighed, cards: Mapping[int, Card]) -> str:
    if one.obstacle:
        alike = one.obstacle.paper
        return left_out.why_not(one.obstacle, cards[alike].title if alike else "")
    return "; ".join(reasons.all_in_words(one.reasons))

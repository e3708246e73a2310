"""A subscriber's interests: chosen on a page, or learned from what they said of a paper.

Everything here may be done twice. What is chosen replaces what was chosen before; what is added
changes its mind: following what was muted follows it, and the other way round.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from papers.models import Author, Paper, Topic
from papers.search.words import stems, telling
from subscriptions.models import Interest, Subscriber

Kind, Origin = Interest.Kind, Interest.Origin

MOST_KEYWORDS = 50
LONGEST_KEYWORD = 80  # characters


def choose_topics(
    subscriber: Subscriber, followed: Iterable[Topic], muted: Iterable[Topic] = ()
) -> None:
    """Exactly these topics from now on; one that is in both is muted. None followed means all."""
    wanted = {topic.pk: False for topic in followed} | {topic.pk: True for topic in muted}
    _replace(subscriber, Kind.TOPIC, "topic_id", wanted)


def choose_keywords(subscriber: Subscriber, followed: Sequence[str], muted: Sequence[str]) -> None:
    """Exactly these keywords from now on; one that is in both is muted.

    ValueError for one without a key, which nothing could be found by.
    """
    wanted = {keyword_key(word): False for word in followed}
    wanted |= {keyword_key(word): True for word in muted}
    if "" in wanted:  # SQLite would leave it out without a word, PostgreSQL refuse all of them
        raise ValueError("A keyword needs a word that can be looked for.")
    texts = {keyword_key(word): word for word in [*followed, *muted]}
    _replace(subscriber, Kind.KEYWORD, "key", wanted, texts)


def follow_keyword(subscriber: Subscriber, text: str) -> None:
    """One more keyword, which `is_keyword`; muted before, it is followed now."""
    wanted = {"kind": Kind.KEYWORD, "muted": False, "text": text}
    rows = subscriber.interests.filter(kind=Kind.KEYWORD, key=keyword_key(text))
    if not rows.update(**wanted):
        Interest.objects.get_or_create(
            subscriber=subscriber, kind=Kind.KEYWORD, key=keyword_key(text), defaults=wanted
        )


def follow_author(subscriber: Subscriber, author: Author, *, muted: bool = False) -> None:
    wanted = {"kind": Kind.AUTHOR, "muted": muted, "origin": Origin.CHOSEN}
    _add(subscriber, wanted, author=author.merged_into or author)


def like(
    subscriber: Subscriber, paper: Paper, *, muted: bool = False, origin: str = Origin.CHOSEN
) -> None:
    """More like this paper; `muted` is less like it."""
    wanted = {"kind": Kind.PAPER, "muted": muted, "origin": origin, "created_at": Now()}
    _add(subscriber, wanted, paper=paper)


def like_unknown(subscriber: Subscriber, key: str, title: str = "", abstract: str = "") -> None:
    """A liked paper that is not here: `key` is its arXiv id, DOI or title key."""
    told = {"text": title[:300], "abstract": abstract}
    words = {name: text for name, text in told.items() if text}  # what is kept is not lost
    wanted = {"kind": Kind.PAPER, "muted": False, "origin": Origin.CHOSEN, **words}
    _add(subscriber, wanted, key=key[:400])


def like_all(
    subscriber: Subscriber, papers: Iterable[Paper], unknown: Iterable[Interest] = ()
) -> None:
    """Many liked papers at once; `unknown` are unsaved rows of papers that are not here."""
    rows = [Interest(kind=Kind.PAPER, paper=paper) for paper in papers]
    awaited = list(unknown)
    for row in (*rows, *awaited):
        row.subscriber, row.kind = subscriber, Kind.PAPER
    with transaction.atomic():
        Interest.objects.bulk_create([*rows, *awaited], batch_size=500, ignore_conflicts=True)
        # what a mail had said "less like this" of, among others
        for start in range(0, len(rows), 500):
            chunk = [row.paper_id for row in rows[start : start + 500]]
            same = subscriber.interests.filter(paper__in=chunk)
            same.filter(muted=True).update(muted=False, created_at=Now())
            same.update(origin=Origin.CHOSEN)
        _fill_in(subscriber, awaited)


def come_in(liked: QuerySet[Interest]) -> dict[str, Paper]:
    """By the key of those interests, papers that were not here when they were liked."""
    keys = liked.filter(paper=None).exclude(key="").order_by().values("key")
    known = Q(arxiv_id__in=keys) | Q(doi__in=keys) | Q(title_key__in=keys)
    found: dict[str, Paper] = {}
    for paper in Paper.objects.filter(known).order_by("pk"):
        for key in (paper.arxiv_id, paper.doi, paper.title_key):
            found.setdefault(key or "", paper)
    return found


def forget(subscriber: Subscriber, interest: int) -> bool:
    """That one interest; False when it is gone already, or was never theirs."""
    gone, _ = subscriber.interests.filter(pk=interest).delete()
    return gone > 0


def forget_learned(subscriber: Subscriber) -> int:
    """All that was learned: from feedback, "Worth your time?" and papers opened here."""
    with transaction.atomic():
        gone, _ = subscriber.interests.learned().delete()
        answered = subscriber.digests.exclude(worth_reading=None)
        opened, _ = subscriber.reads.all().delete()
        return gone + opened + answered.update(worth_reading=None)


def keyword_key(text: str) -> str:
    """Its stems, small words left out; "" for a keyword without any letter or digit to find."""
    return " ".join(telling(stems(text)))[:400]


def is_keyword(text: str) -> bool:
    """Whether something can be found by it: not too long, and more than signs or one letter."""
    key = keyword_key(text)
    return len(text) <= LONGEST_KEYWORD and (len(key) > 1 or (bool(key) and not key.isascii()))


def _replace(
    subscriber: Subscriber,
    kind: str,
    field: str,
    wanted: dict[int, bool] | dict[str, bool],
    texts: dict[str, str] | None = None,
) -> None:
    with transaction.atomic():
        subscriber.interests.filter(kind=kind).exclude(**{f"{field}__in": wanted}).delete()
        Interest.objects.bulk_create(
            (
                Interest(
                    subscriber=subscriber,
                    kind=kind,
                    muted=muted,
                    text=texts[str(thing)] if texts else "",
                    **{field: thing},
                )
                for thing, muted in wanted.items()
            ),
            ignore_conflicts=True,
        )
        for muted in (False, True):
            things = [thing for thing, is_muted in wanted.items() if is_muted == muted]
            rows = subscriber.interests.filter(kind=kind).filter(Q(**{f"{field}__in": things}))
            rows.exclude(muted=muted).update(muted=muted)
        _reword(subscriber, texts or {})


def _reword(subscriber: Subscriber, texts: dict[str, str]) -> None:
    """As typed last, where the same keyword was spelt another way before."""
    kept = list(subscriber.interests.keywords().filter(key__in=texts))
    changed = [row for row in kept if row.text != texts[row.key]]
    for row in changed:
        row.text = texts[row.key]
    Interest.objects.bulk_update(changed, ["text"])


def _fill_in(subscriber: Subscriber, awaited: Iterable[Interest]) -> None:
    """Titles and abstracts of papers that were kept before without them, such as by id alone."""
    told = {row.key: row for row in awaited if row.text or row.abstract}
    bare = subscriber.interests.papers().filter(Q(text="") | Q(abstract=""), paper=None)
    rows = [row for row in bare if row.key in told]
    for row in rows:
        row.text = row.text or told[row.key].text
        row.abstract = row.abstract or told[row.key].abstract
    Interest.objects.bulk_update(rows, ["text", "abstract"], batch_size=500)


def _add(subscriber: Subscriber, wanted: dict[str, Any], **thing: Any) -> None:
    Interest.objects.update_or_create(subscriber=subscriber, **thing, defaults=wanted)

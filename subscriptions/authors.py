"""Authors to follow, found by name and told apart by what they write about."""

from dataclasses import dataclass

from django.db.models import Count, Q

from papers.models import Author, Authorship
from papers.naming import name_key
from subscriptions.models import Interest, Subscriber

MOST_FOUND = 20
MOST_LOOKED_AT = 200  # of a frequent name, before those with most papers are chosen
MOST_FOLLOWED = 500  # authors of one reader, muted ones included
SHORTEST_NAME = 2  # letters


@dataclass(frozen=True, slots=True)
class Found:
    """An author, the number of papers that are here, and how the reader stands to them."""

    author: Author
    papers: int
    interest: Interest | None


def find(text: str, subscriber: Subscriber) -> list[Found]:
    """Those of that name, whole or the beginning of each of its words; most papers first."""
    words = name_key(text[:200]).split()[:8]
    if len("".join(words)) < SHORTEST_NAME:
        return []
    named = Author.objects.present()
    for word in words:
        named = named.filter(Q(name_key__startswith=word) | Q(name_key__contains=f" {word}"))
    exactly = Author.objects.present().filter(name_key=" ".join(words))
    ids = [*exactly.values_list("pk", flat=True)[:MOST_FOUND]]
    ids += named.exclude(pk__in=ids).values_list("pk", flat=True)[:MOST_LOOKED_AT]
    return _with_facts(ids, subscriber)


def _with_facts(ids: list[int], subscriber: Subscriber) -> list[Found]:
    places = Authorship.objects.filter(author__in=ids).values_list("author").order_by()
    counts = dict.fromkeys(ids, 0) | dict(places.annotate(papers=Count("pk")))
    order = sorted(counts, key=counts.__getitem__, reverse=True)[:MOST_FOUND]
    rows = Author.objects.select_related("main_topic").in_bulk(order)
    best = [rows[pk] for pk in order if pk in rows]
    mine = subscriber.interests.authors().filter(author__in=best)
    stances = {interest.author_id: interest for interest in mine}
    return [Found(one, counts[one.pk], stances.get(one.pk)) for one in best]

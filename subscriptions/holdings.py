"""Holdings: everything kept about one subscriber, complete by construction.

Every column of every row of theirs is in it, whatever columns a later version adds. Years of
digests are read and written a few at a time.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Prefetch, QuerySet

from subscriptions.models import (
    Digest,
    DigestPaper,
    Interest,
    MailboxMessage,
    ProviderEvent,
    Read,
    Subscriber,
    Suppression,
    Vote,
)
from subscriptions.models.states import HANDED_OVER, State

MAY_HAVE_LEFT = (*HANDED_OVER, State.UNKNOWN, State.UNRESOLVED)
CHUNK = 20  # digests, or mails, read at once
Facts = dict[str, Any]


def as_json(subscriber: Subscriber) -> Iterator[str]:
    """One JSON object in pieces: `subscriber`, `suppression`, and a list for each kind of row."""
    encode = DjangoJSONEncoder(ensure_ascii=False, indent=2).encode
    yield f'{{\n"subscriber": {encode(facts(subscriber))}'
    yield f',\n"suppression": {encode(_suppression(subscriber))}'
    for name, rows in _lists(subscriber):
        yield f',\n"{name}": ['
        for number, row in enumerate(rows):
            yield ("," if number else "") + "\n" + encode(row)
        yield "\n]"
    yield "\n}\n"


def facts(row: Model) -> Facts:
    """Each column by name; another row by its number, as `paper_id`."""
    return {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}  # noqa: SLF001  # Django's own name


def sent_digests(subscriber: Subscriber) -> QuerySet[Digest]:
    """All that have left, or may have, newest first, each with its papers."""
    sent = subscriber.digests.filter(state__in=MAY_HAVE_LEFT).select_related("edition")
    return _with_papers(sent.order_by("-local_date"))


def interests_of(subscriber: Subscriber) -> QuerySet[Interest]:
    """Each with the names of what it is in."""
    rows = subscriber.interests.select_related("topic", "author")
    return _with_titles(rows, "topic__code", "topic__name", "author__name")


def _with_papers(digests: QuerySet[Digest]) -> QuerySet[Digest]:
    return digests.prefetch_related(
        Prefetch("items", _with_titles(DigestPaper.objects.order_by("position")))
    )


def _with_titles(rows: QuerySet[Any], *besides: str) -> QuerySet[Any]:
    """All columns of theirs, and of their papers only what names them."""
    own = [field.name for field in rows.model._meta.concrete_fields]  # noqa: SLF001  # as above
    return rows.select_related("paper").only(*own, "paper__arxiv_id", "paper__title", *besides)


def _lists(subscriber: Subscriber) -> Iterator[tuple[str, Iterable[Facts]]]:
    mailbox = MailboxMessage.objects.filter(recipient__iexact=subscriber.email)
    told = ProviderEvent.objects.filter(address_hash=subscriber.address_hash)
    digests = subscriber.digests.select_related("edition").order_by("-local_date")
    yield "interests", map(_interest, interests_of(subscriber))
    yield "votes", map(_about_paper, _with_titles(subscriber.votes.all()))
    yield "reads", map(_about_paper, _with_titles(subscriber.reads.all()))
    yield "notices", map(facts, subscriber.notices.all())
    yield "provider_events", map(facts, told.iterator(chunk_size=CHUNK))
    yield "mailbox", map(facts, mailbox.iterator(chunk_size=CHUNK))
    yield "digests", map(_digest, _with_papers(digests).iterator(chunk_size=CHUNK))


def _interest(row: Interest) -> Facts:
    things = {"topic": row.topic, "author": row.author, "paper": row.paper}
    return facts(row) | {name: str(thing) for name, thing in things.items() if thing}


def _about_paper(row: Vote | Read | DigestPaper) -> Facts:
    return facts(row) | {"paper": row.paper.public_id, "title": row.paper.title}


def _digest(digest: Digest) -> Facts:
    papers = [_about_paper(item) for item in digest.items.all()]
    return facts(digest) | {"edition": digest.edition.date, "papers": papers}


def _suppression(subscriber: Subscriber) -> Facts | None:
    kept = Suppression.objects.filter(address_hash=subscriber.address_hash).first()
    return facts(kept) if kept else None

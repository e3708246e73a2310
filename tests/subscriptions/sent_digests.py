"""A digest that was sent, as a mail and on the web, and the notices beside it."""

from datetime import datetime
from typing import Any

from papers.models import Correction, Edition, Paper
from subscriptions import links
from subscriptions.digests import composition, pipeline
from subscriptions.emails import digest as digest_mail
from subscriptions.emails import notice as notice_mail
from subscriptions.emails.message import Mail
from subscriptions.models import Digest, Notice, Subscriber
from tests.factories import NoticeFactory, SubscriberFactory
from tests.subscriptions.conftest import NOW


def sent_to(reader: Subscriber | None = None, now: datetime = NOW, **facts: Any) -> Digest:
    """That reader's digest of this morning, sent to wherever mail goes in the test."""
    reader = reader or SubscriberFactory.create(**({"next_send_at": now} | facts))
    pipeline.run(lambda: now)
    sent: Digest = Digest.objects.select_related("subscriber", "edition").get(subscriber=reader)
    return sent


def mail_of(digest: Digest) -> Mail:
    return digest_mail.as_mail(composition.composer([digest], digest.due_at)(digest))


def notices_to(reader: Subscriber, now: datetime) -> list[Mail]:
    """One of every kind."""
    correction = Correction(edition=Edition(date=now), number=1, subject="Sorry", text="Swapped.")
    rows = [NoticeFactory.build(subscriber=reader, kind=kind, asked_at=now) for kind in Notice.Kind]
    for row in rows:
        row.correction = correction if row.kind == Notice.Kind.CORRECTION else None
    return [notice_mail.as_mail(row) for row in rows]


def page_of(digest: Digest, wish: str, position: int = 1) -> str:
    return f"{links.digest_path(digest)}{position}/{wish}/"


def paper_at(digest: Digest, position: int = 1) -> Paper:
    return digest.items.select_related("paper__primary_topic").get(position=position).paper

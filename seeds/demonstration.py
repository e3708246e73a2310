"""The story that `make demo` tells: a reader subscribes, confirms, and gets today's digest."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import resolve

from papers import editions
from papers.models import Paper
from papers.naming import title_key
from papers.scores import rank
from subscriptions import interests, links, signup
from subscriptions.digests import due, pipeline
from subscriptions.forms import SubscribeForm
from subscriptions.models import Digest, MailboxMessage, Notice, Subscriber
from subscriptions.notices import send_notices

READER = "reader@example.com"
TOPICS = ["cs.CV", "cs.LG", "cs.CL"]
KEYWORD = "large language model"
LIKED = "Detecting Generated Images by Fitting Natural Image Distributions"
EDITOR, PASSWORD = "editor", "morning-papers"  # of the demonstration only, on loopback
PAPERS_AT_LEAST = 5


class DidNotArriveError(Exception):
    """The demonstration's digest is not in the mailbox as it should be; says what is wrong."""


def subscribed_reader(now: datetime) -> Subscriber:
    """The sample reader, who filled in the form, pressed the button of the mail and chose more."""
    reader = Subscriber.objects.with_address(READER).first()
    if reader is None or reader.state in {"pending", "unsubscribed"}:
        _subscribe(now)
        reader = Subscriber.objects.with_address(READER).get()
    return reader


def delivered_digest(reader: Subscriber, now: datetime) -> Digest:
    """The reader's digest of today, in the mailbox; raises DidNotArriveError."""
    slot = reader.schedule.slot(now.astimezone(reader.zone).date())
    digest = due.open_by_hand(reader, slot, editions.frozen_edition(now), now)
    pipeline.work_off(Digest.objects.filter(pk=digest.pk), lambda: now)
    digest.refresh_from_db()
    _check(digest)
    return digest


def ranked_papers(now: datetime) -> int:
    """How many papers have their scores of today."""
    report = rank(now)
    return report.changed + report.unchanged


def ensure_editor() -> None:
    """Somebody who may enter the admin; only where the demonstration runs."""
    users = get_user_model().objects
    if settings.DEMO and not users.filter(username=EDITOR).exists():
        users.create_superuser(EDITOR, "editor@example.com", PASSWORD)


def _subscribe(now: datetime) -> None:
    form = SubscribeForm({"email": READER, "topics": TOPICS, "timezone": "UTC"}, first=TOPICS)
    if not form.is_valid():
        raise DidNotArriveError(f"The form refuses the sample reader: {form.errors.as_text()}")
    signup.ask_to_subscribe(**form.cleaned_data, now=now)
    send_notices(lambda: now)
    page = resolve(urlsplit(_confirmation_link()).path)
    reader = links.resolve(links.Purpose.CONFIRM, page.kwargs["token"], now)
    signup.confirm(reader, now)
    _choose_more(reader)


def _choose_more(reader: Subscriber) -> None:
    """As on the pages of one's own interests."""
    interests.follow_keyword(reader, KEYWORD)
    liked = Paper.objects.filter(title_key=title_key(LIKED)).first()
    if liked:  # an editor may have removed it
        interests.like(reader, liked)


def _confirmation_link() -> str:
    """As the reader finds it in the mail."""
    notice = Notice.objects.filter(subscriber__email=READER, kind=Notice.Kind.CONFIRM).first()
    mail = notice and MailboxMessage.objects.filter(message_id=notice.message_id).first()
    if not mail:
        raise DidNotArriveError("The mail that asks to confirm is not in the mailbox.")
    return next(line for line in mail.text.splitlines() if "/confirm/" in line)


def _check(digest: Digest) -> None:
    if digest.state != "sent":
        raise DidNotArriveError(f"Today's digest is {digest.state} ({digest.reason}).")
    if not MailboxMessage.objects.filter(message_id=digest.message_id).exists():
        raise DidNotArriveError("Today's digest was sent, but it is not in the mailbox.")
    items = list(digest.items.all())
    if len(items) < PAPERS_AT_LEAST or not all(item.reasons for item in items):
        raise DidNotArriveError(f"Today's digest has {len(items)} papers, or one lacks a reason.")

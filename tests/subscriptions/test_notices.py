"""Notices: the mails that answer a person, sent once and leading to the right page."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import resolve
from django.utils import translation
from pytest_django import Settings

from subscriptions import erasing, notices, switch
from subscriptions.digests.delivery import deliver
from subscriptions.emails import rendering
from subscriptions.emails.message import FrozenEmail
from subscriptions.emails.notice import as_mail
from subscriptions.models import MailboxMessage, Notice, Subscriber, Suppression
from subscriptions.models.states import TOO_OLD, Outcome, State
from subscriptions.timing import Clock
from tests.factories import NoticeFactory, SubscriberFactory
from tests.smtp import HANG_UP, Sink

pytestmark = pytest.mark.django_db

ADA = "ada@example.com"
HOUR = timedelta(hours=1)
Mailbox = QuerySet[MailboxMessage]

# What each says in its subject and on its button, to whom, and the page behind the button.
KINDS = [
    ("confirm", "Please confirm your digest", "Confirm my subscription", "pending", "confirm"),
    ("reminder", "Still want your digest", "Confirm my subscription", "pending", "confirm"),
    ("already", "You already get", "Open my preferences", "active", "preferences"),
    ("link", "Your link to", "Open my preferences", "active", "preferences"),
    ("goodbye", "You unsubscribed from", "Undo: keep my digest", "unsubscribed", "undo"),
]


def ready(now: datetime, kind: str = "confirm", state: str = "pending", **facts: Any) -> Notice:
    """A notice to Ada that waits to be sent."""
    known = {"state": "ready", "asked_at": now, "not_after": now + HOUR, "message_id": "<n@x>"}
    subscriber = SubscriberFactory.create(email=ADA, state=state)
    return NoticeFactory.create(subscriber=subscriber, kind=kind, **(known | facts))


def state_of(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


def as_email(notice: Notice) -> FrozenEmail:
    return as_mail(notice).as_email()


def part(mail: EmailMessage, subtype: str) -> str:
    """Its text as "plain", its HTML as "html"."""
    found = mail.get_body((subtype,))
    assert found
    return "\n".join(found.get_content().splitlines())


def button(html: str) -> tuple[str, str]:
    """Where it leads and what it says."""
    found = re.search(r'<a class="button"[^>]* href="([^"]+)"[^>]*>([^<]+)</a>', html)
    assert found
    return found[1], found[2]


@pytest.mark.usefixtures("at_nine")
@pytest.mark.parametrize("facts", KINDS, ids=[facts[0] for facts in KINDS])
def test_each_kind_says_what_it_is_and_its_button_opens_the_right_page(
    now: datetime, clock: Clock, sink: Sink, client: Client, facts: tuple[str, ...]
) -> None:
    kind, subject, label, state, page = facts
    ready(now, kind, state)

    assert notices.send_notices(clock) == {"sent": 1}

    (mail,) = sink.messages()
    assert mail["To"] == ADA
    assert mail["Subject"].startswith(subject)
    link, says = button(part(mail, "html"))
    assert says == label
    assert f"{label}:\n{link}\n" in part(mail, "plain")
    path = urlsplit(link).path
    assert resolve(path).view_name == f"subscriptions:{page}"
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("facts", KINDS, ids=[facts[0] for facts in KINDS])
def test_none_offers_to_unsubscribe_from_what_was_asked_for(
    now: datetime, clock: Clock, sink: Sink, facts: tuple[str, ...]
) -> None:
    ready(now, facts[0], facts[3])

    notices.send_notices(clock)

    (mail,) = sink.messages()
    assert not [name for name in mail if name.startswith("List-")]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<n@x>"


@pytest.mark.parametrize("facts", KINDS, ids=[facts[0] for facts in KINDS])
def test_who_wants_plain_text_gets_no_html(
    now: datetime, clock: Clock, sink: Sink, facts: tuple[str, ...]
) -> None:
    kind, _, label, state, _ = facts
    ready(now, kind, state)
    Subscriber.objects.update(mail_format="text")

    assert notices.send_notices(clock) == {"sent": 1}

    (mail,) = sink.messages()
    assert mail.get_content_type() == "text/plain"
    assert f"{label}:\nhttp" in "\n".join(mail.get_content().splitlines())


@pytest.mark.parametrize("facts", KINDS, ids=[facts[0] for facts in KINDS])
def test_the_text_says_all_that_the_html_says(
    now: datetime, clock: Clock, sink: Sink, facts: tuple[str, ...]
) -> None:
    ready(now, facts[0], facts[3])

    notices.send_notices(clock)

    (mail,) = sink.messages()
    text = " ".join(part(mail, "plain").split())
    for sentence in re.findall(r"<p[^>]*>([^<]+)</p>", part(mail, "html").split("</h1>")[1]):
        if sentence != "Trending research papers, in your inbox":
            assert " ".join(unescape(sentence).split()) in text


def test_each_is_written_in_the_readers_language(
    now: datetime, clock: Clock, mailbox: Mailbox
) -> None:
    ready(now)
    Subscriber.objects.update(language="de")

    with translation.override("en"):
        notices.send_notices(clock)

        assert translation.get_language() == "en"
    mail = mailbox.get()
    assert mail.subject.startswith("Bitte bestätigen")
    assert 'lang="de"' in mail.html


def test_a_site_name_with_signs_of_html_is_written_as_it_is(
    now: datetime, clock: Clock, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rendering.BASE, "site_name", "Ink & Paper <1>")
    ready(now)

    notices.send_notices(clock)

    mail = mailbox.get()
    assert mail.subject == "Please confirm your digest from Ink & Paper <1>"
    assert mail.text.startswith("Ink & Paper <1>\n")
    assert "Ink &amp; Paper &lt;1&gt;" in mail.html


def test_a_second_call_sends_nothing(now: datetime, clock: Clock, mailbox: Mailbox) -> None:
    notice = ready(now)
    notices.send_notices(clock)

    assert notices.send_notices(clock) == {}

    assert mailbox.count() == 1
    assert state_of(notice) == "sent"
    assert notice.sent_at == now


def test_sent_once_more_it_is_the_same_to_the_byte(now: datetime, clock: Clock, sink: Sink) -> None:
    ready(now)
    notices.send_notices(clock)
    Notice.objects.update(state="ready")

    notices.send_notices(lambda: now + HOUR / 2)

    first, second = sink.taken
    assert first == second


def test_more_than_a_chunk_are_all_sent(
    now: datetime, clock: Clock, sink: Sink, settings: Settings
) -> None:
    settings.DIGEST_CHUNK_SIZE = 2
    NoticeFactory.create_batch(5, state="ready", asked_at=now, not_after=now + HOUR)

    assert notices.send_notices(clock) == {"sent": 5}
    assert len(set(sink.recipients())) == 5


def test_an_address_that_is_refused_is_not_tried_again(
    now: datetime, clock: Clock, sink: Sink
) -> None:
    sink.replies[ADA] = "550 5.1.1 no such user"
    notice = ready(now)

    assert notices.send_notices(clock) == {"refused": 1}
    assert notices.send_notices(lambda: now + HOUR / 2) == {}

    assert state_of(notice) == "refused"
    assert "550" in notice.reason


def test_a_busy_server_is_asked_again_after_a_while(
    now: datetime, clock: Clock, sink: Sink
) -> None:
    sink.replies[ADA] = "451 4.3.0 later, please"
    notice = ready(now)
    assert notices.send_notices(clock) == {"deferred": 1}
    del sink.replies[ADA]

    assert notices.send_notices(lambda: now + timedelta(seconds=40)) == {}
    assert notices.send_notices(lambda: now + timedelta(seconds=80)) == {"sent": 1}
    assert state_of(notice) == "sent"


def test_a_lost_reply_is_settled_a_while_later_with_the_same_message_id(
    now: datetime, clock: Clock, sink: Sink
) -> None:
    sink.replies[ADA] = HANG_UP
    ready(now)
    assert notices.send_notices(clock) == {"unknown": 1}
    sink.replies.clear()

    assert notices.send_notices(clock) == {}
    assert notices.send_notices(lambda: now + timedelta(minutes=2)) == {"sent": 1}

    first, second = sink.taken
    assert first == second


def test_a_suppressed_subscriber_gets_none(now: datetime, clock: Clock, sink: Sink) -> None:
    notice = ready(now, state="suppressed")

    assert notices.send_notices(clock) == {"skipped": 1}

    assert sink.taken == []
    assert (state_of(notice), notice.reason, notice.attempts) == ("skipped", "suppressed", 0)


def test_a_suppressed_address_gets_none_whatever_the_subscribers_state(
    now: datetime, clock: Clock, sink: Sink
) -> None:
    notice = ready(now)
    Suppression.objects.create(address_hash=notice.subscriber.address_hash)

    assert notices.send_notices(clock) == {"skipped": 1}

    assert sink.taken == []
    assert (state_of(notice), notice.reason) == ("skipped", "suppressed")


def test_one_that_waited_too_long_is_not_sent(now: datetime, clock: Clock, sink: Sink) -> None:
    notice = ready(now, not_after=now)

    notices.send_notices(clock)

    assert sink.taken == []
    assert (state_of(notice), notice.reason) == ("skipped", "expired")


@pytest.mark.parametrize(
    ("doubt", "ends"), [(False, ("skipped", "expired", 0)), (True, ("unresolved", TOO_OLD, 0))]
)
def test_one_that_gets_too_old_in_its_senders_hands_is_not_sent(
    now: datetime, sink: Sink, doubt: bool, ends: tuple[str, str, int]
) -> None:
    notice = ready(now, may_have_left=doubt)
    claimed = Notice.objects.claim("worker", now, 1)

    deliver(claimed, as_email, lambda: now + HOUR)

    assert sink.taken == []
    assert (state_of(notice), notice.reason, notice.attempts) == ends


def test_one_leaves_until_the_moment_it_is_too_old(now: datetime, sink: Sink) -> None:
    ready(now)
    claimed = Notice.objects.claim("worker", now, 1)

    assert deliver(claimed, as_email, lambda: now + HOUR - timedelta(seconds=1)) == {"sent": 1}


def test_while_all_sending_is_paused_a_claimed_one_waits_and_loses_no_attempt(
    now: datetime, clock: Clock, sink: Sink
) -> None:
    notice = ready(now)
    claimed = Notice.objects.claim("worker", now, 1)
    switch.pause("wrong text", "sam", now)

    assert claimed[0].why_not(now) == Outcome(State.READY, attempted=False)
    assert deliver(claimed, as_email, clock) == {}

    assert sink.taken == []
    assert (state_of(notice), notice.attempts) == ("ready", 0)


def test_who_has_confirmed_meanwhile_gets_no_reminder(
    now: datetime, clock: Clock, sink: Sink
) -> None:
    notice = ready(now, "reminder", "active")

    assert notices.send_notices(clock) == {"skipped": 1}

    assert sink.taken == []
    assert (state_of(notice), notice.reason) == ("skipped", "no longer pending")


def test_a_reader_who_is_erased_while_we_look_why_it_stays_is_no_error(now: datetime) -> None:
    ready(now)
    [notice] = Notice.objects.claim("worker", now, 1)
    leaving = [notice.subscriber]

    def erased_meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        if "subscriptions_subscriber" in sql and leaving:
            erasing.erase(leaving.pop(), now)
        return execute(sql, *rest)

    with connection.execute_wrapper(erased_meanwhile):
        why = notice.why_not(now)

    assert why == Outcome(State.SKIPPED, "erased", attempted=False)


@pytest.mark.parametrize("kind", Notice.Kind)
def test_only_what_a_person_waits_for_is_urgent(kind: Notice.Kind) -> None:
    waited_for = {"confirm", "already", "link", "goodbye"}

    assert Notice(kind=kind).urgent == (kind in waited_for)

"""Notices as mails: confirm, already here, your link, goodbye."""

from subscriptions import links
from subscriptions.emails.message import Mail
from subscriptions.emails.rendering import render_html, render_subject, render_text
from subscriptions.links import Purpose
from subscriptions.models import Notice

BUTTON = {
    Notice.Kind.CONFIRM: (Purpose.CONFIRM, "Confirm my subscription"),
    Notice.Kind.ALREADY: (Purpose.PREFERENCES, "Open my preferences"),
    Notice.Kind.LINK: (Purpose.PREFERENCES, "Open my preferences"),
    Notice.Kind.GOODBYE: (Purpose.UNDO, "Undo: keep my digest"),
}


def as_mail(notice: Notice) -> Mail:
    """The same notice gives the same mail, to the byte."""
    purpose, button = BUTTON[Notice.Kind(notice.kind)]
    facts = {
        "notice": notice,
        "button": button,
        "button_url": links.url(purpose, notice.subscriber, notice.asked_at),
    }
    return Mail(
        to=notice.subscriber.email,
        subject=render_subject(notice.kind, facts),
        text=render_text(notice.kind, facts),
        html=render_html(notice.kind, facts),
        message_id=notice.message_id,
        date=notice.asked_at,
    )

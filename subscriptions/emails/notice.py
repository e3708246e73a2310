"""Notices as mails: confirm, a reminder to, already here, your link, goodbye."""

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subscriptions import links
from subscriptions.emails.message import Mail
from subscriptions.emails.rendering import render_html, render_subject, render_text
from subscriptions.links import Purpose
from subscriptions.models import Notice, Subscriber

BUTTON: dict[Notice.Kind, tuple[Purpose, Promise]] = {
    Notice.Kind.CONFIRM: (Purpose.CONFIRM, _("Confirm my subscription")),
    Notice.Kind.REMINDER: (Purpose.CONFIRM, _("Confirm my subscription")),
    Notice.Kind.ALREADY: (Purpose.PREFERENCES, _("Open my preferences")),
    Notice.Kind.LINK: (Purpose.PREFERENCES, _("Open my preferences")),
    Notice.Kind.GOODBYE: (Purpose.UNDO, _("Undo: keep my digest")),
}


def as_mail(notice: Notice) -> Mail:
    """The same notice gives the same mail, to the byte; in the reader's language and format."""
    purpose, button = BUTTON[Notice.Kind(notice.kind)]
    reader = notice.subscriber
    facts = {
        "address": reader.email,
        "button": button,
        "button_url": links.url(purpose, reader, notice.asked_at),
    }
    with translation.override(reader.language):
        return Mail(
            to=reader.email,
            subject=render_subject(notice.kind, facts),
            text=render_text(notice.kind, facts),
            html=_html(notice, facts),
            message_id=notice.message_id,
            date=notice.asked_at,
            headers={"Content-Language": reader.language},
        )


def _html(notice: Notice, facts: dict[str, object]) -> str:
    plain = notice.subscriber.mail_format == Subscriber.MailFormat.TEXT
    return "" if plain else render_html(notice.kind, facts)

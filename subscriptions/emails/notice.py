"""Notices as mails: confirm, a reminder to, already here, your link, goodbye; and corrections."""

from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subscriptions import links
from subscriptions.emails import correction
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
    reader = notice.subscriber
    corrects = notice.kind == Notice.Kind.CORRECTION
    facts = correction.facts(notice) if corrects else _facts(notice)
    headers = correction.headers(notice) if corrects else {}
    with translation.override(reader.language):
        return Mail(
            to=reader.email,
            subject=render_subject(notice.kind, facts),
            text=render_text(notice.kind, facts),
            html=_html(notice, facts),
            message_id=notice.message_id,
            date=notice.asked_at,
            headers={**headers, "Content-Language": reader.language},
        )


def _facts(notice: Notice) -> dict[str, Any]:
    purpose, button = BUTTON[Notice.Kind(notice.kind)]
    return {
        "address": notice.subscriber.email,
        "button": button,
        "button_url": links.url(purpose, notice.subscriber, notice.asked_at),
    }


def _html(notice: Notice, facts: dict[str, Any]) -> str:
    plain = notice.subscriber.mail_format == Subscriber.MailFormat.TEXT
    return "" if plain else render_html(notice.kind, facts)

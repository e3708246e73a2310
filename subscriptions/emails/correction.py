"""What the notice of a correction says, and the headers of a mail that goes to many."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from papers.models import Correction
from subscriptions import links
from subscriptions.emails.message import list_headers
from subscriptions.emails.rendering import edition_url
from subscriptions.links import Purpose
from subscriptions.models import Notice


def facts(notice: Notice) -> dict[str, Any]:
    reader, correction = notice.subscriber, _of(notice)
    return {
        "address": reader.email,
        "correction": correction,
        "day": correction.edition.date,
        "button": _("Open the edition"),
        "button_url": edition_url(correction.edition.date),
        "preferences_url": links.url(Purpose.PREFERENCES, reader, notice.asked_at),
        "unsubscribe_url": _unsubscribe_url(notice),
        "postal_address": settings.POSTAL_ADDRESS,
    }


def headers(notice: Notice) -> dict[str, str]:
    campaign = f"{_of(notice).edition.date:%Y%m%d}:correction"
    return list_headers(campaign, _unsubscribe_url(notice), notice.message_id)


def _of(notice: Notice) -> Correction:
    if notice.correction is None:
        raise ValueError(f"Notice {notice.pk} is of the kind correction but has none.")
    return notice.correction


def _unsubscribe_url(notice: Notice) -> str:
    return links.url(Purpose.UNSUBSCRIBE, notice.subscriber, notice.asked_at)

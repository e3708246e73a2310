"""A subscriber's choices in words of the reader's language, as pages say them."""

from datetime import datetime, time

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from subscriptions.models import Subscriber

Frequency = Subscriber.Frequency


def schedule(subscriber: Subscriber) -> str:
    """As in "on weekdays at 07:00, Europe/Berlin time"."""
    sentences = {
        Frequency.DAILY: _("every day at %(time)s, %(zone)s time"),
        Frequency.WEEKDAYS: _("on weekdays at %(time)s, %(zone)s time"),
        Frequency.WEEKLY: _("every %(weekday)s at %(time)s, %(zone)s time"),
    }
    return sentences[Frequency(subscriber.frequency)] % {
        "weekday": WEEKDAYS[subscriber.weekday],
        "time": hour(subscriber.send_hour),
        "zone": place(subscriber),
    }


def moment(instant: datetime, subscriber: Subscriber) -> str:
    """As in "Monday 23 November at 07:00, Europe/Berlin time"."""
    return _("%(moment)s, %(zone)s time") % {
        "moment": local_moment(instant, subscriber),
        "zone": place(subscriber),
    }


def local_moment(instant: datetime, subscriber: Subscriber) -> str:
    """As in "Monday 23 November at 07:00"."""
    local = instant.astimezone(subscriber.zone)
    return _("%(day)s at %(time)s") % {
        "day": date_format(local, "MONTH_DAY_FORMAT"),
        "time": time_format(local.time(), "TIME_FORMAT"),
    }


def local_date(instant: datetime | None, subscriber: Subscriber) -> str:
    """As in "Monday 23 November 2026"; "" for none."""
    return date_format(instant.astimezone(subscriber.zone), "DATE_FORMAT") if instant else ""


def hour(number: int) -> str:
    """As in "07:00"."""
    return time_format(time(number), "TIME_FORMAT")


def place(subscriber: Subscriber) -> str:
    """The zone that times are told in, which is UTC for one that no longer exists."""
    return subscriber.zone.key.replace("_", " ")

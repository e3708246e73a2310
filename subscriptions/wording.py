"""A subscriber's choices in words, as pages say them."""

from datetime import datetime

from subscriptions.models import Subscriber


def schedule(subscriber: Subscriber) -> str:
    """As in "on weekdays at 07:00, Europe/Berlin time"."""
    often = subscriber.get_frequency_display()
    if subscriber.frequency == Subscriber.Frequency.WEEKLY:
        often = f"every {subscriber.get_weekday_display()}"
    return f"{often} at {subscriber.send_hour:02}:00, {_clock(subscriber)}"


def moment(instant: datetime, subscriber: Subscriber) -> str:
    """As in "Monday 23 November at 07:00, Europe/Berlin time"."""
    local = instant.astimezone(subscriber.zone)
    return f"{local:%A} {local.day} {local:%B} at {local:%H:%M}, {_clock(subscriber)}"


def _clock(subscriber: Subscriber) -> str:
    return f"{subscriber.timezone.replace('_', ' ')} time"

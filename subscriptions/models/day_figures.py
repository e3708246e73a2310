from typing import Any

from django.db import models


def count(help_text: str = "") -> Any:
    """Empty where nobody knows any more."""
    return models.PositiveIntegerField(null=True, blank=True, help_text=help_text)


class DayFigures(models.Model):
    """One UTC day and its edition in numbers, kept because the rows behind them change or go.

    Written after the day's end. What becomes of mails is told late, so those are counted anew for
    a while; who was subscribed at its end can be counted only then.
    """

    date = models.DateField(unique=True)

    due = count("Digests of that day's edition")
    sent = count("Handed over to the provider")
    delivered = count("As the provider told")
    bounced = count()
    complained = count("Reported as spam")
    left_after = count("Unsubscribed within a day of getting it")
    worth_yes = count("Said that it was worth their time")
    worth_no = count()

    signed_up = count("Asked on that day")
    confirmed = count("Confirmed on that day")
    left = count("Unsubscribed on that day")
    votes = count("Given by readers on that day")

    pending = count("Subscribers at the end of the day")
    active = count()
    paused = count()
    unsubscribed = count()
    suppressed = count()

    class Meta:
        ordering = ["-date"]
        verbose_name = verbose_name_plural = "numbers"

    def __str__(self) -> str:
        return self.date.isoformat()

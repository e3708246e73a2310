"""Which numbers of the days are drawn together, under which names."""

from collections.abc import Sequence

from subscriptions.admin.numbers.charts import Chart, Series
from subscriptions.models import DayFigures

CHARTS = {
    "digests": (
        "Digests by edition",
        {
            "delivered": "delivered",
            "untold": "sent, not told of",
            "bounced": "bounced",
            "unsent": "not sent",
        },
    ),
    "trouble": (
        "What went wrong, and who left",
        {"bounced": "bounced", "complained": "reported as spam", "left_after": "left within a day"},
    ),
    "worth": ("Worth your time?", {"worth_yes": "yes", "worth_no": "no"}),
    "votes": ("Votes by readers", {"votes": "votes"}),
    "signups": (
        "Sign-ups",
        {"confirmed": "confirmed", "unconfirmed": "asked, not confirmed"},
    ),
    "subscribers": (
        "Subscribers at the end of the day",
        {
            "active": "active",
            "pending": "pending",
            "paused": "paused",
            "unsubscribed": "unsubscribed",
            "suppressed": "suppressed",
        },
    ),
}
# What is drawn as the rest of a whole, so that the parts of a bar add up.
RESTS = {
    "untold": ("sent", ("delivered", "bounced")),
    "unsent": ("due", ("sent",)),
    "unconfirmed": ("signed_up", ("confirmed",)),
}


def charts(days: Sequence[DayFigures]) -> list[Chart]:
    """Those of which anything is known; `days` are the oldest first."""
    labels = [f"{day.date:%-d %B %Y}" for day in days]
    drawn = [
        Chart(
            key, title, labels, [Series(said, _counts(days, name)) for name, said in names.items()]
        )
        for key, (title, names) in CHARTS.items()
    ]
    return [chart for chart in drawn if chart.is_known]


def totals(days: Sequence[DayFigures]) -> list[tuple[str, str]]:
    """The whole time in a few shares; those of nothing are left out."""
    sums = {name: sum(_counts_known(days, name)) for name in SUMMED}
    return [
        (said, f"{sums[part] / sums[whole]:.1%}") for said, part, whole in SHARES if sums[whole]
    ]


SHARES = (
    ("Sent, of those due", "sent", "due"),
    ("Delivered, of those sent", "delivered", "sent"),
    ("Bounced, of those sent", "bounced", "sent"),
    ("Reported as spam, of those sent", "complained", "sent"),
    ("Left within a day, of those sent", "left_after", "sent"),
    ("Confirmed, of those who asked", "confirmed", "signed_up"),
)
SUMMED = {name for _, part, whole in SHARES for name in (part, whole)}


def _counts(days: Sequence[DayFigures], name: str) -> list[int | None]:
    if name not in RESTS:
        return [getattr(day, name) for day in days]
    whole, parts = RESTS[name]
    return [_rest(day, whole, parts) for day in days]


def _rest(day: DayFigures, whole: str, parts: Sequence[str]) -> int | None:
    """Never below nothing: who confirms today may have asked yesterday."""
    total = getattr(day, whole)
    return None if total is None else max(total - sum(getattr(day, part) or 0 for part in parts), 0)


def _counts_known(days: Sequence[DayFigures], name: str) -> list[int]:
    return [count for day in days if (count := getattr(day, name)) is not None]

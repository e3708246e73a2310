"""What became of one edition so far, counted at this moment."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta

from django.db.models import Count, Max, Min, Q

from papers.models import Edition, Paper
from subscriptions.admin.numbers.charts import Chart, Series
from subscriptions.equation import Equation, equation
from subscriptions.figures import of_edition
from subscriptions.models import Digest, Vote

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
LONGEST = timedelta(hours=71)  # shown; all time zones and the latest attempts fit
MOST_LIKED = 10
NAMES = {
    "due": "Due",
    "sent": "Sent",
    "delivered": "Delivered, as the provider told",
    "bounced": "Bounced",
    "complained": "Reported as spam",
    "left_after": "Left within a day of getting it",
    "worth_yes": "Worth my time",
    "worth_no": "Not worth my time",
}


@dataclass(frozen=True, slots=True)
class EditionInNumbers:
    edition: Edition
    equation: Equation
    figures: list[tuple[str, int]]
    by_hour: Chart | None
    liked: Sequence[Paper]


def in_numbers(edition: Edition) -> EditionInNumbers:
    counted = asdict(of_edition(edition))
    start = datetime.combine(edition.date, time(), tzinfo=UTC)
    return EditionInNumbers(
        edition=edition,
        equation=equation(edition.digests.all()),
        figures=[(said, counted[name]) for name, said in NAMES.items()],
        by_hour=_by_hour(edition),
        liked=most_liked(start, start + WEEK, edition),
    )


def most_liked(since: datetime, until: datetime, edition: Edition | None = None) -> list[Paper]:
    """Those with most votes of readers given within that time, each with its `likes`."""
    votes = Vote.objects.filter(given_at__gte=since, given_at__lt=until)
    if edition:
        votes = votes.filter(paper__in=edition.candidates.values("paper"))
    counted = votes.order_by().values_list("paper").annotate(likes=Count("pk"))
    likes = dict(counted.order_by("-likes", "paper")[:MOST_LIKED])
    papers = Paper.objects.only("title", "arxiv_id").in_bulk(likes)
    return [_with_likes(papers[pk], count) for pk, count in likes.items()]


def _with_likes(paper: Paper, likes: int) -> Paper:
    paper.likes = likes  # type: ignore[attr-defined]  # for the page
    return paper


def _by_hour(edition: Edition) -> Chart | None:
    """From the hour in which its first digest left to the last; one hour alone is no picture."""
    sent = Digest.objects.filter(edition=edition, sent_at__isnull=False)
    first, last = sent.aggregate(first=Min("sent_at"), last=Max("sent_at")).values()
    hours = list(_hours(first, last)) if first else []
    if len(hours) <= 1:
        return None
    # counted by ranges: SQLite truncates a date in Python, once a row
    counted = sent.aggregate(
        **{
            str(number): Count("pk", filter=Q(sent_at__gte=hour, sent_at__lt=hour + HOUR))
            for number, hour in enumerate(hours)
        }
    )
    labels = [f"{hour:%-d %B %H:%M}" for hour in hours]
    return Chart("hours", "When its digests left", labels, [Series("sent", [*counted.values()])])


def _hours(first: datetime, last: datetime) -> Iterator[datetime]:
    hour = first.replace(minute=0, second=0, microsecond=0)
    end = min(last, hour + LONGEST)
    while hour <= end:
        yield hour
        hour += HOUR

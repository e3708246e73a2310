"""How the installation does at one moment: all that the first page tells, in a few queries."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from papers.editions import current_edition, next_edition
from papers.models import Candidate, Edition, PaperImport, ScheduledIngest, Submission
from subscriptions import breaker, fence
from subscriptions.equation import WAITING, oldest_due
from subscriptions.figures import by_state
from subscriptions.models import (
    Breaker,
    Digest,
    Notice,
    ProviderEvent,
    Sending,
    Subscriber,
    Tick,
)
from subscriptions.models.states import GIVEN_UP, HANDED_OVER, IN_PROGRESS, OPEN, State
from subscriptions.switch import paused

DAY = timedelta(days=1)
TROUBLE = (State.DEFERRED, State.REFUSED, State.FAILED, State.UNKNOWN, State.UNRESOLVED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait for something, and since when the first of them."""

    count: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """The digests of one state and reason."""

    state: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Facts:
    now: datetime
    edition: Edition | None = None
    next_edition: Edition | None = None
    papers: int = 0
    digests: dict[str, int] = field(default_factory=dict)
    trouble: tuple[Trouble, ...] = ()
    waiting: Waiting = Waiting()
    last_sent: datetime | None = None
    at_work: int = 0
    due_now: int = 0
    to_come: Waiting = Waiting()
    subscribers: dict[str, int] = field(default_factory=dict)
    asked_today: int = 0
    confirmed_today: int = 0
    notices: Waiting = Waiting()
    events: Waiting = Waiting()
    submissions: int = 0
    imports: int = 0
    ingests: tuple[ScheduledIngest, ...] = ()
    last_tick: datetime | None = None
    pause: Sending | None = None
    fenced: str = ""
    breaker: Breaker | None = None

    def count(self, *states: str) -> int:
        return sum(self.digests.get(state, 0) for state in states)

    @property
    def due(self) -> int:
        """Digests that should have left by now, those not yet opened among them."""
        return sum(self.digests.values()) + self.due_now

    @property
    def all_wait(self) -> bool:
        """What stops all mail is told by itself."""
        return bool(self.pause or self.breaker or self.fenced)

    @property
    def sent(self) -> int:
        return self.count(*HANDED_OVER)

    @property
    def given_up(self) -> int:
        return self.count(*GIVEN_UP)

    @property
    def in_hand(self) -> int:
        """Of those due, the ones that a worker or a later attempt still brings on."""
        return self.count(*IN_PROGRESS, State.DEFERRED) + self.due_now


def gather(now: datetime) -> Facts:
    edition = current_edition(now)
    tick = Tick.objects.first()
    due_now = Subscriber.objects.due(now).count()
    return Facts(
        now=now,
        edition=edition,
        next_edition=next_edition(now),
        papers=_papers(edition),
        digests=_digests(edition),
        trouble=_trouble(edition),
        waiting=_waiting(due_now, now),
        last_sent=_last_sent(),
        at_work=Digest.objects.filter(OPEN, lease_until__gt=Now()).aggregate(
            owners=Count("owner", distinct=True)
        )["owners"],
        due_now=due_now,
        to_come=_to_come(now),
        subscribers=by_state(),
        **_signed_up(now),
        notices=_since(Notice.objects.filter(OPEN), "asked_at"),
        events=_since(ProviderEvent.objects.filter(state="waiting"), "received_at"),
        submissions=Submission.objects.filter(state=Submission.State.WAITING).count(),
        imports=PaperImport.objects.filter(state__in=PaperImport.OPEN).count(),
        ingests=tuple(ScheduledIngest.objects.all()) if settings.INGEST_SCHEDULED else (),
        last_tick=tick.finished_at if tick else None,
        pause=paused(),
        fenced=fence.closed(),
        breaker=breaker.opened(),
    )


def _papers(edition: Edition | None) -> int:
    dropped = Candidate.Placement.DROPPED
    return edition.candidates.exclude(placement=dropped).count() if edition else 0


def _digests(edition: Edition | None) -> dict[str, int]:
    digests = Digest.objects.filter(edition=edition).order_by()
    return dict(digests.values_list("state").annotate(Count("pk")))


def _trouble(edition: Edition | None) -> tuple[Trouble, ...]:
    digests = Digest.objects.filter(edition=edition, state__in=TROUBLE).order_by()
    counted = digests.values_list("state", "reason").annotate(count=Count("pk"))
    return tuple(Trouble(*row) for row in counted.order_by("-count", "state", "reason"))


def _last_sent() -> datetime | None:
    sent = Digest.objects.filter(sent_at__isnull=False).order_by("-sent_at")
    return sent.values_list("sent_at", flat=True).first()


def _waiting(due_now: int, now: datetime) -> Waiting:
    """Digests of every edition that is not held, and readers for whom none is opened yet."""
    opened = Digest.objects.filter(WAITING, edition__held=False).count()
    return Waiting(opened + due_now, oldest_due(now))


def _to_come(now: datetime) -> Waiting:
    """Readers whose hour comes later on this UTC day, and the first of their hours."""
    end = _start_of_day(now) + DAY
    later = Subscriber.objects.filter(
        state=Subscriber.State.ACTIVE, next_send_at__gt=now, next_send_at__lt=end
    )
    return _since(later, "next_send_at")


def _signed_up(now: datetime) -> dict[str, int]:
    today = Subscriber.objects.filter(created_at__gte=_start_of_day(now))
    return today.aggregate(
        asked_today=Count("pk"),
        confirmed_today=Count("pk", filter=Q(confirmed_at__isnull=False)),
    )


def _since(rows: Any, moment: str) -> Waiting:
    return Waiting(**rows.order_by().aggregate(count=Count("pk"), since=Min(moment)))


def _start_of_day(now: datetime) -> datetime:
    return datetime.combine(now.date(), time(), tzinfo=UTC)

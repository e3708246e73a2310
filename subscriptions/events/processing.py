"""Making use of events: each once, in any order, whoever else is at it.

What just says that a digest is there is made use of in chunks, and every other event in one
transaction of its own. What fails says so on its row, and the others go on.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import OperationalError, transaction

from subscriptions import brakes, leaving
from subscriptions.events.delivered import settle_delivered
from subscriptions.events.silencing import HELD_BACK, most_in_an_hour, silence
from subscriptions.events.standing import Mail, is_being_sent, settle
from subscriptions.models import Digest, Notice, ProviderEvent, Subscriber

logger = structlog.get_logger(__name__)

State = ProviderEvent.State
Kind = ProviderEvent.Kind
CHUNK = 1000  # events a tick; the next one goes on
DELIVERED = 10_000  # a tick, and before those: they are quick, and in nobody's way then
UNDER_WAY = ""  # no outcome yet: the next tick looks again
ANSWERED_BY_THEN = timedelta(minutes=5)
BAD = {Kind.HARD_BOUNCE, Kind.COMPLAINED}
ELSEWHERE = "elsewhere"  # another process has it, or had it


def process_waiting(now: datetime) -> Counter[str]:
    """What has come in and nobody has looked at; counts by state."""
    waiting = ProviderEvent.objects.filter(state=State.WAITING, outcome=UNDER_WAY).order_by("pk")
    delivered = _delivered(waiting.filter(kind=Kind.DELIVERED)[:DELIVERED], now)
    return Counter({State.DONE: len(delivered)}) + process(waiting[:CHUNK], now)


def process(events: Iterable[ProviderEvent], now: datetime, *, capped: bool = True) -> Counter[str]:
    """Those that wait; counts by state, and those held back. `capped=False`: a person vouches."""
    events = list(events)
    delivered = _delivered(events, now)
    ended: Counter[str] = Counter({State.DONE: len(delivered)})
    for event in (event for event in events if event.pk not in delivered):
        try:
            ended[_process(event.pk, now, capped=capped)] += 1
        except OperationalError:  # two that locked each other out, a server that restarts
            logger.warning("provider_event_waits", event_id=event.pk, until="the next tick")
        except Exception:  # one poison event must not stop the others
            logger.exception("provider_event_failed", event_id=event.pk)
            ended[State.FAILED] += _write(
                event.pk, State.FAILED, "a fault of ours: see the log", now
            )
    _brake([event.pk for event in events if event.kind in BAD], now)
    if held_back := ended[HELD_BACK]:
        most = most_in_an_hour()
        logger.error("suppressions_held_back", count=held_back, most_in_an_hour=most)
    return ended


def process_again(events: Iterable[ProviderEvent], now: datetime) -> Counter[str]:
    """Whatever came of them before. A person asked for it, so nothing is held back."""
    chosen = ProviderEvent.objects.filter(pk__in=[event.pk for event in events])
    chosen.update(state=State.WAITING, outcome=UNDER_WAY)
    return process(chosen.order_by("pk"), now, capped=False)


def _brake(bad: list[int], now: datetime) -> None:
    """Their editions may have too many of them."""
    if bad:
        theirs = Digest.objects.filter(events__in=bad)
        brakes.check(set(theirs.values_list("edition", flat=True)), now, afterwards=True)


def _delivered(events: Iterable[ProviderEvent], now: datetime) -> set[int]:
    try:
        return settle_delivered([event.pk for event in events], now)
    except OperationalError:  # as above
        logger.warning("provider_events_wait", until="each is looked at alone")
        return set()


@transaction.atomic
def _process(pk: int, now: datetime, *, capped: bool) -> str:
    rows = ProviderEvent.objects.filter(pk=pk, state=State.WAITING)
    event = rows.select_for_update(skip_locked=True).first()
    if event is None:
        return ELSEWHERE
    mail = _mail(event)
    if is_being_sent(mail) if mail else _may_be_named_yet(event, now):
        return State.WAITING
    state, outcome = _effect(event, mail, now, capped=capped)
    _write(pk, state, outcome, now, **_reference(mail))
    return HELD_BACK if HELD_BACK in outcome else state


def _effect(
    event: ProviderEvent, mail: Mail | None, now: datetime, *, capped: bool
) -> tuple[State, str]:
    if mail is None and event.message_id:
        return State.IGNORED, "no mail here has this Message-ID: erased, or another sender's"
    reader = mail.subscriber if mail else _reader(event.address_hash)
    if reader is None:
        return State.IGNORED, "it names neither a mail nor a subscriber of ours"
    if event.address_hash not in {"", reader.address_hash}:
        return State.IGNORED, "the mail went to another address than the event names"
    if event.kind == Kind.BLOCKED:
        logger.error("policy_blocks_our_mail", event_id=event.pk)
    told = [settle(mail, event.kind, now)] if mail else []
    told.append(_consequence(event, reader, now, capped=capped))
    state = State.WAITING if HELD_BACK in told else State.DONE
    return state, "; ".join(filter(None, told))


def _consequence(event: ProviderEvent, reader: Subscriber, now: datetime, *, capped: bool) -> str:
    if event.kind == Kind.UNSUBSCRIBED:
        return "unsubscribed" if leaving.unsubscribe(reader, now) else "was not subscribed"
    return silence(event, reader.address_hash, now, capped=capped)


def _mail(event: ProviderEvent) -> Mail | None:
    """By our name of it, or by the provider's own."""
    for named in ({"message_id": event.message_id}, {"provider_id": event.provider_id}):
        for model in (Digest, Notice) if all(named.values()) else ():
            mail: Mail | None = model.objects.filter(**named).select_related("subscriber").first()
            if mail:
                return mail
    return None


def _may_be_named_yet(event: ProviderEvent, now: datetime) -> bool:
    """The ledger learns the provider's own name of a mail only when the provider has answered."""
    return bool(event.provider_id) and abs(now - event.happened_at) < ANSWERED_BY_THEN


def _reference(mail: Mail | None) -> dict[str, Mail]:
    return {type(mail).__name__.lower(): mail} if mail else {}


def _reader(address_hash: str) -> Subscriber | None:
    return Subscriber.objects.filter(address_hash=address_hash).first() if address_hash else None


def _write(pk: int, state: State, outcome: str, now: datetime, **reference: Mail) -> int:
    """How many rows it changed: one, unless another process had it."""
    waiting = ProviderEvent.objects.filter(pk=pk, state=State.WAITING)
    return waiting.update(state=state, outcome=outcome[:200], processed_at=now, **reference)

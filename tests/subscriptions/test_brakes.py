"""The brake: an edition whose first mails bounce, or are called spam, is held by itself, once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from papers.editions import hold, release
from papers.models import Edition
from subscriptions import brakes, claiming, events
from subscriptions.digests.delivery import deliver
from subscriptions.models import Brake, Digest, Subscriber
from subscriptions.models.states import HANDED_OVER, State
from subscriptions.timing import Clock
from tests.factories import EditionFactory, SubscriberFactory
from tests.smtp import Sink
from tests.subscriptions.claimed import as_email

pytestmark = pytest.mark.django_db

GONE = "no such address (SMTPRecipientsRefused: 550)"
FULL = "SMTPRecipientsRefused: 552"
LATER_ON = count()


@pytest.fixture
def edition(now: datetime) -> Edition:
    return EditionFactory.create(date=now.date())


@pytest.fixture
def told(edition: Edition, now: datetime) -> Callable[..., None]:
    """So many digests of the edition were tried, and ended so; one batch after the other."""

    def tell(number: int, state: str, reason: str = "", of: Edition = edition) -> None:
        batch = next(LATER_ON)
        at = now + timedelta(seconds=batch)
        names = (f"reader{n}of{batch}" for n in range(number))
        readers = Subscriber.objects.bulk_create(
            Subscriber(email=f"{name}@example.com", address_hash=name, state="active")
            for name in names
        )
        Digest.objects.bulk_create(
            Digest(
                subscriber=reader,
                edition=of,
                local_date=of.date,
                state=state,
                reason=reason,
                sending_at=at,
                sent_at=at if state in HANDED_OVER else None,
            )
            for reader in readers
        )

    return tell


Told = Callable[..., None]


def held(edition: Edition, now: datetime, **how: bool) -> str:
    """By whom, once it was looked at; "" if by nobody."""
    brakes.check([edition.pk], now, **how)
    edition.refresh_from_db()
    return edition.held_by if edition.held else ""


# --- how much is too much --------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    [
        (44, 5, False),  # 49 mails say nothing yet
        (45, 5, True),
        (46, 4, False),  # a chance
        (95, 5, False),  # exactly 5 % is borne
        (94, 6, True),
        (900, 47, False),
        (900, 48, True),
    ],
)
@pytest.mark.parametrize("state", ["refused", "bounced"])
def test_more_than_one_in_twenty_that_does_not_exist_holds_it(
    edition: Edition, told: Told, now: datetime, case: tuple[int, int, bool], state: str
) -> None:
    good, bad, stops = case
    told(good, "sent")
    told(bad, state, GONE if state == "refused" else "bounced for good")

    assert bool(held(edition, now)) == stops


@pytest.mark.parametrize(
    ("tried", "bad", "stops"),
    [
        (47, 2, False),
        (48, 2, True),
        (99, 1, False),
        (664, 2, True),
        (665, 2, False),
        (996, 3, True),
    ],
)
def test_more_than_three_in_a_thousand_that_complain_hold_it(
    edition: Edition, told: Told, now: datetime, tried: int, bad: int, stops: bool
) -> None:
    told(tried, "delivered")
    told(bad, "complained")

    assert bool(held(edition, now)) == stops


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("bounced", "bounced for now"),
        ("bounced", "blocked by a policy"),
        ("refused", FULL),
        ("failed", "6 attempts, the last: SMTPDataError: 451"),
        ("skipped", "unsubscribed"),
        ("unresolved", "no reply after handing over"),
    ],
)
def test_nothing_else_that_goes_wrong_does(
    edition: Edition, told: Told, now: datetime, state: str, reason: str
) -> None:
    told(60, "sent")
    told(60, state, reason)

    assert held(edition, now) == ""


def test_it_says_who_why_and_when(edition: Edition, told: Told, now: datetime) -> None:
    told(90, "sent")
    told(6, "refused", GONE)
    told(4, "bounced", "bounced for good")

    assert held(edition, now) == "the brake"

    why = "10 of its first 100 mails went to addresses that do not exist"
    assert (edition.hold_reason, edition.held_at) == (why, now)
    brake = Brake.objects.get()
    assert (brake.edition, brake.reason, brake.acted_at) == (edition, why, now)


# --- early, and cheap afterwards -------------------------------------------------------------


def test_while_sending_it_looks_no_further_than_the_beginning(
    edition: Edition, told: Told, now: datetime
) -> None:
    told(940, "sent")
    told(61, "refused", GONE)

    assert held(edition, now) == ""


def test_what_providers_tell_later_counts_for_the_beginning_only(
    edition: Edition, told: Told, now: datetime
) -> None:
    told(1000, "delivered")
    told(100, "bounced", "bounced for good")
    assert held(edition, now, afterwards=True) == ""

    first = Digest.objects.filter(state="delivered").values("pk")[:51]
    Digest.objects.filter(pk__in=first).update(state="bounced", reason="bounced for good")
    assert held(edition, now, afterwards=True) == "the brake"


def test_of_several_editions_only_the_one_that_goes_wrong_is_held(
    edition: Edition, told: Told, now: datetime
) -> None:
    other = EditionFactory.create(date=now.date() - timedelta(days=1))
    told(90, "sent")
    told(10, "refused", GONE)
    told(90, "sent", of=other)
    told(1, "pending", of=other)

    brakes.check([edition.pk, other.pk], now)

    assert list(Edition.objects.filter(held=True)) == [edition]


def test_an_old_edition_of_which_all_has_left_is_not_held_for_nothing(
    told: Told, now: datetime
) -> None:
    old = EditionFactory.create(date=now.date() - timedelta(days=2))
    told(90, "sent", of=old)
    told(10, "complained", of=old)
    assert held(old, now, afterwards=True) == ""

    told(1, "ready", of=old)
    assert held(old, now, afterwards=True) == "the brake"


def test_while_all_is_well_a_look_costs_the_same_however_much_was_sent(
    edition: Edition, told: Told, now: datetime
) -> None:
    costs = []
    for _ in range(2):
        told(200, "sent")
        with CaptureQueriesContext(connection) as asked:
            brakes.check([edition.pk], now)
        costs.append(len(asked))

    assert costs == [1, 1]


# --- once ------------------------------------------------------------------------------------


def test_who_releases_it_has_the_last_word(edition: Edition, told: Told, now: datetime) -> None:
    told(90, "sent")
    told(10, "refused", GONE)
    held(edition, now)
    release(edition)
    told(50, "bounced", "bounced for good")

    assert held(edition, now) == held(edition, now, afterwards=True) == ""
    assert Brake.objects.count() == 1


def test_looking_twice_changes_nothing(edition: Edition, told: Told, now: datetime) -> None:
    told(90, "sent")
    told(10, "refused", GONE)
    held(edition, now)
    told(10, "refused", GONE)

    held(edition, now + timedelta(minutes=1))

    assert edition.held_at == now
    assert "10 of its first 100" in Brake.objects.get().reason


def test_what_a_person_holds_stays_theirs_and_is_looked_at_again_after_their_release(
    edition: Edition, told: Told, now: datetime
) -> None:
    told(90, "sent")
    told(10, "refused", GONE)
    hold(edition, "a wrong title", "kim", now)
    assert held(edition, now) == "kim"
    assert not Brake.objects.exists()

    release(edition)
    assert held(edition, now) == "the brake"


# --- where it is asked -----------------------------------------------------------------------


def ready(edition: Edition, number: int, now: datetime) -> None:
    for reader in SubscriberFactory.create_batch(number):
        Digest.objects.create(
            subscriber=reader,
            edition=edition,
            local_date=edition.date,
            state="ready",
            message_id=f"<{reader.pk}@example.com>",
            not_after=now + timedelta(hours=12),
            due_at=now,
        )


def send(edition: Edition, clock: Clock) -> None:
    """One claim, as a worker of the pipeline."""
    claimed = claiming.claim(Digest.objects.all(), clock())
    deliver(claimed, as_email, clock, check=lambda: brakes.check([edition.pk], clock()))


def test_in_the_middle_of_a_claim_it_stops_the_rest_of_it(
    sink: Sink, edition: Edition, now: datetime, clock: Clock
) -> None:
    ready(edition, 120, now)
    for number, reader in enumerate(Subscriber.objects.order_by("pk")):
        if number % 10 == 0:
            sink.replies[reader.email] = "550 5.1.1 no such user"

    send(edition, clock)

    states = list(Digest.objects.order_by("pk").values_list("state", flat=True))
    assert len(sink.taken) == 45
    assert states.count("refused") == 5
    assert states[50:] == ["ready"] * 70
    assert claiming.claim(Digest.objects.all(), now) == []

    release(Edition.objects.get())
    send(edition, clock)
    assert not Digest.objects.filter(state="ready").exists()


@pytest.mark.parametrize(
    ("kind", "number", "holder"),
    [("hard_bounce", 5, "the brake"), ("complained", 2, "the brake"), ("soft_bounce", 20, "")],
)
def test_what_the_provider_tells_afterwards_counts(
    told: Told, now: datetime, kind: str, number: int, holder: str
) -> None:
    told(60, "sent")
    for digest in Digest.objects.order_by("pk")[:number]:
        digest.message_id = f"<{digest.pk}@example.com>"
        digest.save()
        facts = events.Facts("a provider", kind, now, message_id=digest.message_id)
        events.store(facts)

    events.process_waiting(now)

    assert Edition.objects.get().held_by == holder


def test_refused_mails_say_in_the_ledger_that_nobody_is_there(
    sink: Sink, edition: Edition, now: datetime, clock: Clock
) -> None:
    ready(edition, 2, now)
    first, second = Subscriber.objects.order_by("pk")
    sink.replies[first.email] = "550 5.1.1 no such user"
    sink.replies[second.email] = "550 5.2.1 mailbox disabled"

    send(edition, clock)

    reasons = Digest.objects.filter(state=State.REFUSED).order_by("subscriber__pk")
    assert [digest.reason for digest in reasons] == [GONE, "SMTPRecipientsRefused: 550"]

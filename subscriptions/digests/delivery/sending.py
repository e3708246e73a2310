"""A claim from its first mail to its last: mark, hand over, settle.

`sending` is committed before the first byte of a mail leaves, and no transaction is open while
the network is slow. Each lane carries one mail at a time, and carries the next one only when the
ledger knows how the last one ended: a process that dies leaves no more unknown than it has lanes.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, connection, transaction

from subscriptions import rates, stopping
from subscriptions.digests.delivery import allowing
from subscriptions.digests.delivery.following import Followed, dead_among, tell_of_dead
from subscriptions.digests.delivery.lanes import Lanes, new_connection
from subscriptions.digests.delivery.outcomes import outcome, second_copy
from subscriptions.digests.delivery.verdicts import Verdict, in_full, verdict
from subscriptions.models import Outgoing
from subscriptions.models.outgoing import OutgoingQuerySet
from subscriptions.models.states import Outcome, State
from subscriptions.timing import Clock

Compose = Callable[[Any], EmailMessage]
AT_ONCE = 16  # mails composed before their batch begins to leave
NAP = 0.2  # seconds between two looks at the clock, while a rate makes us wait
CHECK_EVERY = 25  # mails settled between two looks at how the edition does


def deliver(
    claimed: Sequence[Any],
    compose: Compose,
    clock: Clock,
    until: datetime | None = None,
    check: Callable[[], None] | None = None,
    lanes: Lanes | None = None,
) -> Counter[str]:
    """Send each mail of one claim; returns how many ended in which state.

    What does not begin before `until`, or because of a pause, a hold, a rate or a refusal of us
    all, is given back. `check` is called now and then: is it right to go on with these?
    Without `lanes`, whose connections outlast the claim, there are some for it alone.
    """
    with nullcontext(lanes) if lanes else Lanes() as open_lanes:
        return _Delivery(claimed, compose, clock, until, check, open_lanes).run()


def send_beside_the_ledger(email: EmailMessage) -> Outcome:
    """One mail that is no reader's, such as a test to oneself: sent, or failed and why."""
    if not all(map(allowing.is_allowed, email.to)):
        return Outcome(State.FAILED, "its address is not on EMAIL_ALLOW_LIST")
    try:
        accepted = new_connection().send_messages([email])
    except Exception as error:  # noqa: BLE001  # whatever it is, a person is told
        return Outcome(State.FAILED, in_full(error)[:200])
    return Outcome(State.SENT) if accepted else Outcome(State.FAILED, "the backend took nothing")


class _Delivery:
    """Of one claim."""

    def __init__(
        self,
        claimed: Sequence[Any],
        compose: Compose,
        clock: Clock,
        until: datetime | None,
        check: Callable[[], None] | None,
        lanes: Lanes,
    ) -> None:
        self.claim: Outgoing = claimed[0]
        self.waiting = deque(claimed)
        self.compose, self.clock, self.until, self.check = compose, clock, until, check
        self.patient_until = clock() + timedelta(seconds=settings.DIGEST_LEASE_SECONDS / 2)
        self.lanes = lanes
        self.ledger: OutgoingQuerySet = type(claimed[0]).objects.all()
        self.followed = Followed(self.claim.owner)
        self.told: dict[Any, Verdict] = {}  # what the ledger does not know yet
        self.ended: Counter[str] = Counter()
        self.unchecked = 0

    def run(self) -> Counter[str]:
        try:
            while self.waiting or self.lanes.busy:
                patience = self._start() if self.waiting and self.lanes.free else None
                self.told.update(self.lanes.arrived(patience))
                self._conclude()
        except BaseException:
            self._break_off()
            raise
        self.followed.end(self.clock())
        self._check(at_least=1)
        return self.ended

    def _break_off(self) -> None:
        """Whoever stops us: what waits is given back, and what is on its way comes to its end.

        If it is the database, it is asked once more, by a new connection if the old one broke.
        """
        if not (connection.in_atomic_block or connection.is_usable()):
            connection.close()
        with suppress(DatabaseError):  # then recovery finds them
            self._give_back()
        with suppress(DatabaseError):  # as above
            while self.told or self.lanes.busy:
                self.told.update(self.lanes.arrived(0 if self.told else None))
                self._conclude()

    def _start(self) -> float | None:
        """Mails for the lanes that are free, as many as the clock and the rate allow.

        Returns how many seconds to wait, at most, for one of the others to arrive.
        """
        if not stopping.time_left(self.clock, self.until):
            self._give_back()
            return None
        wanted = min(self.lanes.free, len(self.waiting), AT_ONCE)
        turn = rates.take(wanted, self.clock(), urgent=self.claim.urgent)
        if not turn.granted:
            return self._wait_for(turn)
        self._mark_and_send([self.waiting.popleft() for _ in range(turn.granted)])
        return 0

    def _wait_for(self, turn: rates.Turn) -> float | None:
        """For the next token, while the claim is surely still ours."""
        if turn.next_at is None or turn.next_at >= self.patient_until:
            self._give_back()
            return None
        return min(NAP, max(0.0, (turn.next_at - self.clock()).total_seconds()))

    def _mark_and_send(self, mails: list[Any]) -> None:
        composed = [(mail, email) for mail in mails if (email := self._composed(mail))]
        if not composed:
            return
        begin_by = monotonic() + settings.DIGEST_LEASE_SECONDS / 2
        marked = self.ledger.mark_sending([mail for mail, _ in composed], self.clock())
        for mail, email in composed:
            if mail.pk in marked:
                self.lanes.send(mail, email, begin_by)
        for mail, _ in composed:
            if mail.pk not in marked:
                self._kept_from_leaving(mail)

    def _composed(self, mail: Any) -> EmailMessage | None:
        """None: it must not or cannot be sent now, and that is settled."""
        if kept_back := allowing.kept_back(mail) or second_copy(mail, self.clock()):
            self._settle([mail], kept_back)
            return None
        try:
            return self.compose(mail)
        except Exception as error:  # noqa: BLE001  # one poison mail must not stop the others
            self.told[mail] = verdict(error, handed_over=False)
            self._conclude()
            return None

    def _kept_from_leaving(self, mail: Any) -> None:
        why = mail.why_not(self.clock())
        if why and why.state == State.READY:
            # what stopped this one stops the others too: nobody waits for each in turn
            self._give_back()
        elif why:
            self._settle([mail], why)

    def _give_back(self) -> None:
        """All of the claim that has not begun to leave."""
        self.claim.release_claim()
        self.waiting.clear()

    def _conclude(self) -> None:
        """What was told of each goes to the ledger first, then it has consequences."""
        now, told = self.clock(), self.told
        if not told:
            return
        alike: dict[Outcome, list[Any]] = defaultdict(list)
        for mail, one in told.items():
            alike[outcome(one, mail, now)].append(mail)
        dead = dead_among(told)
        with transaction.atomic() if dead else nullcontext():  # killed in between, we forgot them
            for ending, mails in alike.items():
                self._settle(mails, ending)
            tell_of_dead(dead, now)
        self.told = {}
        for mail, one in told.items():
            self.followed.by(mail, one, now)
        self._check(at_least=CHECK_EVERY)

    def _settle(self, mails: list[Any], ending: Outcome) -> None:
        moved = self.ledger.settle(mails, ending, self.clock())
        if moved:
            self.ended[ending.state] += moved
        self.unchecked += len(mails)

    def _check(self, at_least: int) -> None:
        if self.check and self.unchecked >= at_least:
            self.unchecked = 0
            self.check()

"""From a claim to the end of its mails: mark, hand over, settle.

`sending` is committed before the first byte of a mail leaves, and no transaction is open while
the network is slow. Each lane carries one mail at a time, and carries the next one only when the
ledger knows how the last one ended: a process that dies leaves no more unknown than it has lanes.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
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
Check = Callable[[], None]
AT_ONCE = 16  # mails composed before their batch begins to leave
NAP = 0.2  # seconds between two looks at the clock, while a rate makes us wait
CHECK_EVERY = 25  # mails settled between two looks at how the edition does


@contextmanager
def sender(clock: Clock, until: datetime | None = None) -> Iterator["Sender"]:
    """Sends claims; at its end all of their mails have come to theirs, and `ended` is complete.

    What does not begin before `until`, or because of a pause, a hold, a rate or a refusal of us
    all, is given back.
    """
    with Lanes() as lanes:
        sends = Sender(lanes, clock, until)
        try:
            yield sends
            sends.finish()
        except BaseException:
            sends.break_off()
            raise


def deliver(
    claimed: Sequence[Any],
    compose: Compose,
    clock: Clock,
    until: datetime | None = None,
    check: Check | None = None,
) -> Counter[str]:
    """Send each mail of one claim; returns how many ended in which state. See `Sender.begin`."""
    with sender(clock, until) as sends:
        sends.begin(claimed, compose, check)
    return sends.ended


def send_beside_the_ledger(email: EmailMessage) -> Outcome:
    """One mail that is no reader's, such as a test to oneself: sent, or failed and why."""
    if not all(map(allowing.is_allowed, email.to)):
        return Outcome(State.FAILED, "its address is not on EMAIL_ALLOW_LIST")
    try:
        accepted = new_connection().send_messages([email])
    except Exception as error:  # noqa: BLE001  # whatever it is, a person is told
        return Outcome(State.FAILED, in_full(error)[:200])
    return Outcome(State.SENT) if accepted else Outcome(State.FAILED, "the backend took nothing")


class _Claim:
    """Mails of one owner, the newest claim's being the only ones that wait."""

    def __init__(
        self, mails: Sequence[Any], compose: Compose, check: Check | None, now: datetime
    ) -> None:
        self.first: Outgoing = mails[0]
        self.waiting = deque(mails)
        self.compose, self._check = compose, check
        self.ledger: OutgoingQuerySet = type(self.first).objects.all()
        self.patient_until = now + timedelta(seconds=settings.DIGEST_LEASE_SECONDS / 2)
        self.followed = Followed(self.first.owner)
        self.unchecked = 0

    def give_back(self) -> None:
        """All that has not begun to leave."""
        self.first.release_claim()
        self.waiting.clear()

    def check(self, at_least: int) -> None:
        if self._check and self.unchecked >= at_least:
            self.unchecked = 0
            self._check()

    def end(self, now: datetime) -> None:
        self.followed.end(now)
        self.check(at_least=1)


class Sender:
    """One claim after the other, over the same lanes: none waits for the slowest of the last."""

    def __init__(self, lanes: Lanes, clock: Clock, until: datetime | None) -> None:
        self.lanes, self.clock, self.until = lanes, clock, until
        self.claims: dict[str, _Claim] = {}  # by owner: those with mails that wait or are under way
        self.told: dict[Any, Verdict] = {}  # what the ledger does not know yet
        self.ended: Counter[str] = Counter()

    def begin(self, claimed: Sequence[Any], compose: Compose, check: Check | None = None) -> None:
        """Returns when the last mail of this claim is on its way, or what was left given back.

        `check` is called now and then: is it right to go on with these?
        """
        self.claim = _Claim(claimed, compose, check, self.clock())
        self.claims[claimed[0].owner] = self.claim
        while self.claim.waiting:
            self._hear(self._start() if self.lanes.free else None)
        self._end_claims()

    def finish(self) -> bool:
        """Wait for all that are on their way; whether there were any."""
        under_way = self.lanes.busy
        while self.lanes.busy:
            self._hear()
        self._end_claims()
        return under_way

    def break_off(self) -> None:
        """Whoever stops us: what waits is given back, and what is on its way comes to its end.

        If it is the database, it is asked once more, by a new connection if the old one broke.
        """
        if not (connection.in_atomic_block or connection.is_usable()):
            connection.close()
        with suppress(DatabaseError):  # then recovery finds them
            for claim in self.claims.values():
                claim.give_back()
        with suppress(DatabaseError):  # as above
            while self.told or self.lanes.busy:
                self._hear(0 if self.told else None)

    def _hear(self, patience: float | None = None) -> None:
        self.told.update(self.lanes.arrived(patience))
        self._conclude()

    def _end_claims(self) -> None:
        """Those of which nothing waits nor is on its way."""
        for owner in self.claims.keys() - {mail.owner for mail in self.lanes.mails}:
            self.claims.pop(owner).end(self.clock())

    def _start(self) -> float | None:
        """Mails for the lanes that are free, as many as the clock and the rate allow.

        Returns how many seconds to wait, at most, for one of the others to arrive.
        """
        if not stopping.time_left(self.clock, self.until):
            self.claim.give_back()
            return None
        waiting = self.claim.waiting
        wanted = min(self.lanes.free, len(waiting), AT_ONCE)
        turn = rates.take(wanted, self.clock(), urgent=self.claim.first.urgent)
        if not turn.granted:
            return self._wait_for(turn)
        self._mark_and_send([waiting.popleft() for _ in range(turn.granted)])
        return 0

    def _wait_for(self, turn: rates.Turn) -> float | None:
        """For the next token, while the claim is surely still ours."""
        if turn.next_at is None or turn.next_at >= self.claim.patient_until:
            self.claim.give_back()
            return None
        return min(NAP, max(0.0, (turn.next_at - self.clock()).total_seconds()))

    def _mark_and_send(self, mails: list[Any]) -> None:
        composed = [(mail, email) for mail in mails if (email := self._composed(mail))]
        if not composed:
            return
        begin_by = monotonic() + settings.DIGEST_LEASE_SECONDS / 2
        marked = self.claim.ledger.mark_sending([mail for mail, _ in composed], self.clock())
        for mail, email in composed:
            if mail.pk in marked:
                self.lanes.send(mail, email, begin_by)
        for mail, _ in composed:
            if mail.pk not in marked:
                self._kept_from_leaving(mail)

    def _composed(self, mail: Any) -> EmailMessage | None:
        """None: it must not or cannot be sent now, and that is settled."""
        if kept_back := allowing.kept_back(mail) or second_copy(mail, self.clock()):
            self._settle(self.claim, [mail], kept_back)
            return None
        try:
            return self.claim.compose(mail)
        except Exception as error:  # noqa: BLE001  # one poison mail must not stop the others
            self.told[mail] = verdict(error, handed_over=False)
            self._conclude()
            return None

    def _kept_from_leaving(self, mail: Any) -> None:
        why = mail.why_not(self.clock())
        if why and why.state == State.READY:
            # what stopped this one stops the others too: nobody waits for each in turn
            self.claim.give_back()
        elif why:
            self._settle(self.claim, [mail], why)

    def _conclude(self) -> None:
        """What was told of the mails of each claim."""
        by_owner: dict[str, dict[Any, Verdict]] = defaultdict(dict)
        for mail, one in self.told.items():
            by_owner[mail.owner][mail] = one
        for owner, told in by_owner.items():
            self._conclude_for(self.claims[owner], told)

    def _conclude_for(self, claim: _Claim, told: dict[Any, Verdict]) -> None:
        """It goes to the ledger first, then it has consequences."""
        now = self.clock()
        alike: dict[Outcome, list[Any]] = defaultdict(list)
        for mail, one in told.items():
            alike[outcome(one, mail, now)].append(mail)
        dead = dead_among(told)
        with transaction.atomic() if dead else nullcontext():  # killed in between, we forgot them
            for ending, mails in alike.items():
                self._settle(claim, mails, ending)
            tell_of_dead(dead, now)
        for mail in told:
            del self.told[mail]
        for mail, one in told.items():
            claim.followed.by(mail, one, now)
        claim.check(at_least=CHECK_EVERY)

    def _settle(self, claim: _Claim, mails: list[Any], ending: Outcome) -> None:
        moved = claim.ledger.settle(mails, ending, self.clock())
        if moved:
            self.ended[ending.state] += moved
        claim.unchecked += len(mails)

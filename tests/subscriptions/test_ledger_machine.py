"""The ledger under everything at once, in any order.

Workers die, replies are lost, leases run out, events come, people leave, staff hold, settle and
replay, clocks jump. Hypothesis looks for an order in which a promise breaks.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from papers import editions
from papers.models import Correction, Edition
from subscriptions import (
    breaker,
    corrections,
    events,
    leaving,
    pausing,
    replaying,
    settling,
    suppressing,
    switch,
)
from subscriptions.digests import kept_pools, pipeline
from subscriptions.digests.recovery import recover
from subscriptions.equation import equation
from subscriptions.models import (
    Breaker,
    Bucket,
    Digest,
    Notice,
    ProviderEvent,
    Sending,
    Subscriber,
    Suppression,
)
from subscriptions.models.states import GIVEN_UP, HANDED_OVER, State
from subscriptions.notices import send_notices
from tests.factories import PaperFactory, SubscriberFactory
from tests.subscriptions.conftest import NOW

pytestmark = pytest.mark.django_db
LONG = os.environ.get("DRILL") == "long"
HOUR = timedelta(hours=1)
READERS = ["ada@example.com", "ben@example.com"]
DAYS = 4  # that papers come in on, five a day

ok, never = st.just("ok"), st.none()
fates = st.lists(
    st.sampled_from(
        ["ok", "ok", "ok", "lost", "unasked", "later", "slower", "refused", "dead", "login", "bug"]
    ),
    max_size=3,
)
deaths = st.one_of(never, never, st.integers(1, 45))  # before that statement
interludes = st.sampled_from(
    ["", "", "", "overtaken", "leave", "suppress", "hold", "pause", "told", "corrected"]
)
people = st.sampled_from(READERS)
told = st.sampled_from([kind for kind in ProviderEvent.Kind.values if kind != "unsubscribed"])


class Killed(BaseException):
    """A process ends here: nothing that it would still have done comes to pass."""


@contextmanager
def dying(before: int | None) -> Iterator[None]:
    """A process that is killed before the statement of that number, if it gets so far."""
    done = 0

    def statement(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        nonlocal done
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):  # what a server does by itself
            return execute(sql, params, many, context)
        done += 1
        if before is not None and done >= before:
            raise Killed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(statement):
            yield
    except Killed:
        pass


class Provider(BaseEmailBackend):
    """Asks the machine what becomes of each mail."""

    asked: Callable[[EmailMessage], None]

    def send_messages(self, email_messages: Any) -> int:
        for email in email_messages:
            Provider.asked(email)
        return len(email_messages)


class Ledger(RuleBasedStateMachine):
    """Two readers, some days, and what may happen to their mails."""

    policies: tuple[str, ...] = ("resend", "hold")

    def __init__(self) -> None:
        super().__init__()
        for model in (ProviderEvent, Notice, Digest, Correction, Edition, Suppression):
            model.objects.all().delete()
        for row in (Sending, Breaker, Bucket, Subscriber):
            row.objects.all().delete()
        kept_pools.forget()
        self.now = NOW
        self.fates: list[str] = []
        self.interlude = ""
        self.taken: Counter[str] = Counter()  # by Message-ID
        self.doubtful: Counter[str] = Counter()  # attempts whose end we do not know
        self.by_hand: Counter[str] = Counter()  # sent again at the wish of a person
        self.bytes: dict[str, set[str]] = defaultdict(set)
        self.papers: dict[str, set[int]] = {}
        self.readers: dict[str, tuple[str, Any]] = {}
        self.stood: dict[int, str] = {}
        Provider.asked = self.asked

    @initialize(policy=st.sampled_from(["resend", "hold"]))
    def begin(self, policy: str) -> None:
        self.choose_policy(policy if policy in self.policies else self.policies[0])
        for address in READERS:
            SubscriberFactory.create(
                email=address, next_send_at=NOW, send_hour=9, paper_count=3, confirmed_at=NOW
            )

    def choose_policy(self, policy: str) -> None:
        self.policy = policy
        self.settings.DIGEST_UNKNOWN_POLICY = policy

    settings: Settings

    # --- what workers do ---------------------------------------------------------------------

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def asked(self, email: EmailMessage) -> None:
        """As a provider. The ledger has just been asked whether this mail may leave."""
        word = str(email.extra_headers["Message-ID"])
        digest = Digest.objects.filter(message_id=word).first()
        mail = digest or Notice.objects.get(message_id=word)
        self.judge_leaving(mail)
        fate = self.fates.pop() if self.fates else "ok"
        if fate in {"ok", "lost"}:
            self.taken[word] += 1
            self.bytes[word].add(sha256(email.message().as_bytes()).hexdigest())
        if digest:
            self.papers[word] = set(digest.items.values_list("paper", flat=True))
            self.readers[word] = (email.to[0], digest.local_date)
        self.doubtful[word] += 1  # until the ledger knows better
        self.meanwhile(mail)
        self.answer(fate, email.to[0])

    def judge_leaving(self, mail: Digest | Notice) -> None:
        reader = Subscriber.objects.get(pk=mail.subscriber_id)
        assert mail.state == State.SENDING
        assert not Sending.objects.exists()
        assert not Suppression.objects.filter(address_hash=reader.address_hash).exists()
        assert mail.not_after > self.now - timedelta(minutes=1)
        if isinstance(mail, Digest):
            assert reader.state == Subscriber.State.ACTIVE
            assert not mail.edition.held

    def answer(self, fate: str, address: str) -> None:
        refusals = {
            "later": (454, b"4.7.0 not now"),
            "slower": (450, b"4.2.1 slower"),
            "refused": (550, b"5.6.0 no such thing"),
            "dead": (550, b"5.1.1 no such user"),
        }
        if fate in refusals:
            raise SMTPRecipientsRefused({address: refusals[fate]})
        if fate in {"lost", "unasked"}:
            raise SMTPServerDisconnected("Connection unexpectedly closed")
        if fate == "login":
            raise SMTPDataError(535, b"5.7.8 who are you")
        if fate == "bug":
            raise KeyError("nobody foresaw it")

    def meanwhile(self, mail: Digest | Notice) -> None:
        """What happens while the mail is on its way."""
        happens, self.interlude = self.interlude, ""
        address = mail.subscriber.email
        happenings: dict[str, Callable[[], object]] = {
            "overtaken": lambda: self.overtake(mail),
            "leave": lambda: self.leave(address),
            "suppress": lambda: self.suppress(address),
            "hold": self.hold,
            "pause": self.pause_all,
            "corrected": self.correct,
            "told": lambda: self.tell(mail, "delivered"),
        }
        if happens:
            happenings[happens]()

    def overtake(self, mail: Digest | Notice) -> None:
        """Its worker hangs, and another finds the lease run out."""
        self.leases_run_out()
        recover(type(mail).objects.all(), self.now)

    @contextmanager
    def work(self, fates: list[str], interlude: str, death: int | None) -> Iterator[None]:
        """A process at work. What it settled is no longer doubtful, nor is what was not taken."""
        self.fates, self.interlude = list(fates), interlude
        before = Counter(self.doubtful)
        with dying(death):
            yield
        certain = [*GIVEN_UP, State.DEFERRED, *HANDED_OVER]
        for model in (Digest, Notice):
            ended = model.objects.filter(message_id__in=self.doubtful - before)
            known = ended.filter(state__in=certain).exclude(reason__startswith="lease ran out")
            for word in known.values_list("message_id", flat=True):
                self.doubtful[word] -= 1

    @rule(fates=fates, interlude=interludes, death=deaths)
    def run(self, fates: list[str], interlude: str, death: int | None) -> None:
        with self.work(fates, interlude, death):
            pipeline.run(self.clock, self.now + HOUR)

    @rule(fates=fates, interlude=interludes, death=deaths)
    def send_notices(self, fates: list[str], interlude: str, death: int | None) -> None:
        with self.work(fates, interlude, death):
            send_notices(self.clock, self.now + HOUR)

    @rule(death=deaths)
    def open_and_select(self, death: int | None) -> None:
        with dying(death):
            pipeline.open_chunk(self.clock())
            pipeline.select_chunk(Digest.objects.all(), self.clock())

    @rule(fates=fates, interlude=interludes, death=deaths)
    def deliver(self, fates: list[str], interlude: str, death: int | None) -> None:
        with self.work(fates, interlude, death):
            pipeline.deliver_chunk(Digest.objects.all(), self.clock, self.now + HOUR)

    @rule()
    def leases_run_out(self) -> None:
        for model in (Digest, Notice):
            leased = model.objects.exclude(lease_until=None)
            leased.update(lease_until=timezone.now() - HOUR)

    @rule(death=deaths)
    def make_use_of_events(self, death: int | None) -> None:
        with dying(death):
            events.process_waiting(self.now)

    # --- time --------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([0.1, 1, 6, 13, 24]))
    def wait(self, hours: float) -> None:
        if self.now + hours * HOUR < NOW + DAYS * 24 * HOUR:
            self.now += hours * HOUR

    @rule(minutes=st.sampled_from([1, 20]))
    def clock_is_set_back(self, minutes: int) -> None:
        self.now = max(NOW, self.now - timedelta(minutes=minutes))

    # --- what people and providers do --------------------------------------------------------

    def reader(self, address: str) -> Subscriber:
        return Subscriber.objects.get(email=address)

    @rule(address=people)
    def leave(self, address: str) -> None:
        leaving.unsubscribe(self.reader(address), self.now)

    @rule(address=people)
    def come_back(self, address: str) -> None:
        leaving.undo(self.reader(address), self.now)

    @rule(address=people)
    def pause(self, address: str) -> None:
        pausing.pause(self.reader(address), self.now.date() + timedelta(days=1), self.now)

    @rule(address=people)
    def resume(self, address: str) -> None:
        pausing.resume(self.reader(address), self.now)

    @rule(address=people)
    def suppress(self, address: str) -> None:
        suppressing.suppress(address, Suppression.Reason.ASKED, self.now)

    @rule()
    def lift(self) -> None:
        for row in Suppression.objects.all():
            suppressing.lift(row, self.now)

    @precondition(lambda self: self.taken)
    @rule(kind=told, data=st.data())
    def is_told(self, kind: str, data: st.DataObject) -> None:
        """Providers tell only of what they took."""
        word = data.draw(st.sampled_from(sorted(self.taken, key=str)))
        digest = Digest.objects.filter(message_id=word).first()
        self.tell(digest or Notice.objects.get(message_id=word), kind)

    def tell(self, mail: Digest | Notice, kind: str) -> None:
        if self.taken[mail.message_id]:
            number = str(ProviderEvent.objects.count())
            events.store(events.Facts("P", kind, self.now, mail.message_id, event_id=number))

    # --- what staff do -----------------------------------------------------------------------

    @rule()
    def hold(self) -> None:
        for edition in Edition.objects.all():
            editions.hold(edition, "look again", "staff", self.now)

    @rule()
    def release(self) -> None:
        for edition in Edition.objects.all():
            editions.release(edition)

    @rule()
    def pause_all(self) -> None:
        switch.pause("moving", "staff", self.now)

    @rule()
    def resume_all(self) -> None:
        switch.resume()

    @rule()
    def close_breaker(self) -> None:
        breaker.close_by_hand()

    @rule()
    def correct(self) -> None:
        edition = Edition.objects.order_by("date").last()
        if edition and edition.corrections.count() < 2:
            number = corrections.next_number(edition)
            facts = {"subject": "Sorry", "text": "Swapped.", "made_at": self.now}
            corrections.make(Correction(edition=edition, number=number, **facts))
            corrections.open_notices(self.now)

    @rule()
    def settle_as_sent(self) -> None:
        settling.settle_as_sent(Digest.objects.all(), self.now)

    @rule()
    def settle_to_resend(self) -> None:
        before = {digest.message_id for digest in settling.unsettled()}
        settling.settle_to_resend(Digest.objects.all(), self.now)
        left = {digest.message_id for digest in settling.unsettled()}
        self.by_hand.update(before - left)

    @rule()
    def replay(self) -> None:
        replaying.replay(Digest.objects.all(), self.now)

    # --- what is promised --------------------------------------------------------------------

    @invariant()
    def nobody_gets_a_mail_twice_but_for_doubt(self) -> None:
        for word, copies in self.taken.items():
            doubts = self.doubtful if "resend" in self.policies else self.by_hand
            assert copies <= 1 + doubts[word], word
            assert len(self.bytes[word]) == 1, "a second copy differs"

    @invariant()
    def nobody_gets_two_digests_of_a_day_or_a_paper_twice(self) -> None:
        days: set[tuple[str, Any]] = set()
        papers: dict[str, set[int]] = defaultdict(set)
        for word in self.taken & Counter(dict.fromkeys(self.readers, 99)):
            address, day = self.readers[word]
            assert (address, day) not in days
            days.add((address, day))
            assert not papers[address] & self.papers[word], "a paper came twice"
            papers[address] |= self.papers[word]

    @invariant()
    def every_row_is_explained(self) -> None:
        for mails in (Digest.objects.all(), Notice.objects.all()):
            counts = equation(mails, self.now)
            assert counts.due == (
                counts.sent
                + sum(counts.skipped.values())
                + counts.refused
                + counts.failed
                + counts.deferred
                + counts.unknown
                + counts.in_progress
            )

    @invariant()
    def what_left_has_left(self) -> None:
        """Once handed over it stays so, and a complaint is the last word."""
        gravity = [State.SENT, State.DELIVERED, State.BOUNCED, State.COMPLAINED]
        standing = dict(Digest.objects.values_list("pk", "state"))
        for pk, before in self.stood.items():
            if before in HANDED_OVER and pk in standing:
                assert gravity.index(State(standing[pk])) >= gravity.index(State(before))
        self.stood = standing

    @invariant()
    def what_was_taken_is_not_given_up_as_if_it_had_not(self) -> None:
        given_up = Digest.objects.filter(state__in=GIVEN_UP, message_id__in=self.taken)
        for digest in given_up:
            assert digest.may_have_left, f"{digest.reason}: it was taken"

    def teardown(self) -> None:
        """Nothing lost: when all obstacles are gone, everything comes to an end."""
        if not hasattr(self, "policy"):
            return
        self.release()
        self.resume_all()
        self.fates, self.interlude = [], ""
        for _ in range(4):
            self.leases_run_out()
            self.close_breaker()
            self.now += 3 * HOUR
            events.process_waiting(self.now)
            send_notices(self.clock, self.now + HOUR)
            pipeline.run(self.clock, self.now + HOUR)
            self.nobody_gets_a_mail_twice_but_for_doubt()
        for mails in (Digest.objects.all(), Notice.objects.all()):
            counts = equation(mails, self.now)
            assert (counts.in_progress, counts.deferred, counts.unexplained) == (0, 0, 0), counts
        assert not Subscriber.objects.due(self.now).exists()


class HeldLedger(Ledger):
    """Under `hold` nothing goes twice, unless a person has it sent again."""

    policies = ("hold",)


class SwitchedLedger(Ledger):
    """The policy may change at any time."""

    @rule(policy=st.sampled_from(["resend", "hold"]))
    def switch_policy(self, policy: str) -> None:
        self.choose_policy(policy)


@pytest.fixture
def settled(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_BACKEND = f"{Provider.__module__}.{Provider.__qualname__}"
    # time is the machine's: nobody need sit it out
    monkeypatch.setattr("subscriptions.digests.delivery.sending.NAP", 0.0)
    Ledger.settings = settings
    for day in range(DAYS):
        for number in range(5):
            PaperFactory.create(trending=90.0 - number, first_seen_at=NOW + (24 * day - 1) * HOUR)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("machine", [SwitchedLedger, HeldLedger])
def test_every_promise_holds_in_any_order(machine: type[Ledger]) -> None:
    run_state_machine_as_test(
        machine,
        settings=how(
            max_examples=300 if LONG else 10,
            stateful_step_count=60 if LONG else 20,
            suppress_health_check=list(HealthCheck),
        ),
    )

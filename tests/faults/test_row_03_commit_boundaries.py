"""Row 3 of the fault matrix: killed before and after each commit, and the ledger ends the same.

What is done is done once without a kill. Then it is begun anew for each boundary that was crossed,
killed there, and done again when the leases have run out: everything stands as without the kill.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from subscriptions import events, leaving, replaying, settling, signup, suppressing
from subscriptions.digests import kept_pools, pipeline
from subscriptions.equation import equation
from subscriptions.models import Breaker, Digest, Notice, ProviderEvent, Subscriber, Suppression
from subscriptions.models.states import GIVEN_UP
from subscriptions.notices import send_notices
from subscriptions.tick import tick
from tests.factories import NoticeFactory, PaperFactory, SubscriberFactory
from tests.faults.boundaries import Provider, copies, crossings, die_at, first_of_each
from tests.faults.matrix import LONG, Drill

pytestmark = [
    pytest.mark.once,  # the commits are the same ones; a drill tries them on PostgreSQL
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MOST_TWICE = {"resend": 1, "hold": 0}
Move = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is there, and what is done to it; doing it a second time must be harmless."""

    prepare: Callable[[Random], None]
    act: Move


def at(moment: datetime) -> Callable[[], datetime]:
    """A clock that goes on from that moment."""
    begun = time.monotonic()
    return lambda: moment + timedelta(seconds=time.monotonic() - begun)


def reader(name: str, **facts: Any) -> Subscriber:
    wanted = {"next_send_at": NOW, "send_hour": 9, "paper_count": 3, "confirmed_at": NOW - MINUTE}
    return SubscriberFactory.create(email=f"{name}@example.com", **(wanted | facts))


def readers(random: Random) -> None:
    """One for each way that a mail can end, in any order; and some who wait for a word."""
    cast: dict[str, dict[str, Any]] = {
        "fine": {},
        "refused": {},
        "later": {},
        "lost": {},
        "bug": {},
        "back": {"missed_since": NOW - timedelta(days=3)},
        "unserved": {"topics": ["cs.SD"], "quiet_days": "none"},
    }
    for name in random.sample(list(cast), len(cast)):
        reader(name, **cast[name])
    signup.ask_to_subscribe("new@example.com", [], now=NOW)
    signup.ask_for_link("fine@example.com", NOW)


def chosen(names: Iterable[str]) -> list[Digest]:
    """Their digests, opened and with their papers, a while ago."""
    for name in names:
        reader(name, next_send_at=NOW - 10 * MINUTE)
    pipeline.open_chunk(NOW - 5 * MINUTE)
    pipeline.select_chunk(Digest.objects.all(), NOW - 5 * MINUTE)
    return list(Digest.objects.order_by("pk"))


def left_behind(random: Random) -> None:
    """What killed processes, a throttle and an outage left, whose leases have run out."""
    gone = {"owner": "killed", "lease_until": timezone.now() - 60 * MINUTE}
    tried = {"sending_at": NOW - 5 * MINUTE, "attempts": 1}
    standings: list[dict[str, Any]] = [
        {"state": "ready"},
        {"state": "claimed", **gone},
        {"state": "sending", **gone, "sending_at": NOW - 5 * MINUTE},
        {"state": "unknown", "reason": "no reply", "may_have_left": True, **tried},
        {"state": "deferred", "reason": "busy", "next_attempt_at": NOW - MINUTE, **tried},
        {"state": "ready", "not_after": NOW},
        {"state": "deferred", "reason": "busy", "next_attempt_at": NOW, "not_after": NOW},
    ]
    random.shuffle(standings)
    names = [f"left{number}" for number in range(len(standings))]
    for number, (one, facts) in enumerate(zip(chosen(names), standings, strict=True)):
        Digest.objects.filter(pk=one.pk).update(**facts)
        word = {"kind": Notice.Kind.LINK, "asked_at": NOW - MINUTE, "subscriber": one.subscriber}
        NoticeFactory.create(message_id=f"<{number}@papers.test>", **word | facts)
    reader("half", next_send_at=NOW - 10 * MINUTE)
    pipeline.open_chunk(NOW - MINUTE)
    Digest.objects.filter(state="pending").update(**gone)


def told_of(random: Random) -> None:
    """Digests that were sent, or may have been, and what the provider tells of them."""
    kinds = random.sample([*ProviderEvent.Kind.values], len(ProviderEvent.Kind))
    digests = chosen(f"told{number}" for number in range(2 * len(kinds)))
    for number, (one, kind) in enumerate(zip(digests, kinds * 2, strict=True)):
        fate = {"state": "sent", "sent_at": NOW} if number % 2 else {"state": "unknown"}
        facts = {"reason": "", "sending_at": NOW, "attempts": 1} | fate
        facts["reason"] = "" if number % 2 else "no reply"
        Digest.objects.filter(pk=one.pk).update(**facts)
        events.store(events.Facts("Provider", kind, NOW, one.message_id, event_id=f"{number}"))


def unsettled(random: Random) -> None:
    """Of each fate that staff can settle, two."""
    digests = chosen(f"told{number}" for number in range(6))
    for number, one in enumerate(random.sample(digests, len(digests))):
        facts: dict[str, Any] = [
            {"state": "unknown", "reason": "no reply", "sending_at": NOW, "may_have_left": True},
            {"state": "unresolved", "reason": "no reply", "sending_at": NOW, "may_have_left": True},
            {"state": "failed", "reason": "6 attempts", "sending_at": NOW},
        ][number % 3]
        Digest.objects.filter(pk=one.pk).update(attempts=1, **facts)


def morning() -> object:
    return tick(at(NOW))


def whoever(name: str) -> Subscriber:
    return Subscriber.objects.get(email=f"{name}@example.com")


def leave() -> object:
    leaving.unsubscribe(whoever("fine"), NOW)
    return send_notices(at(NOW))


def silence() -> object:
    hashes = [whoever("fine").address_hash, whoever("lost").address_hash]
    return suppressing.suppress_all(hashes, Suppression.Reason.ASKED, NOW)


def make_use() -> object:
    return events.process_waiting(NOW)


def settle_by_hand() -> object:
    """As staff do: one arrived, the others are to be sent again; what was given up is replayed."""
    settling.settle_as_sent(Digest.objects.filter(subscriber=whoever("told1")), NOW)
    settling.settle_to_resend(Digest.objects.all(), NOW)
    return replaying.replay(Digest.objects.all(), NOW)


EXPERIMENTS = {
    "a morning": Experiment(readers, morning),
    "after a kill": Experiment(left_behind, morning),
    "what providers tell": Experiment(told_of, make_use),
    "unsubscribing": Experiment(readers, leave),
    "suppressing": Experiment(readers, silence),
    "settling by hand": Experiment(unsettled, settle_by_hand),
}


def begin(experiment: Experiment, seed: int) -> None:
    """The same rows with the same keys each time."""
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    kept_pools.forget()
    Provider.file.unlink(missing_ok=True)
    for remembered in Path(django_settings.DATA_DIR).glob("installation-*"):
        remembered.unlink()  # of the database as it was before
    for number in range(4):
        facts = {"title": f"Paper {number}", "trending": 100.0 - number}
        PaperFactory.create(first_seen_at=NOW - 60 * MINUTE, **facts)
    experiment.prepare(Random(seed))  # noqa: S311  # to be had again


def go_on(experiment: Experiment) -> None:
    """All leases run out, whoever did it does it again, and the clock ticks on."""
    over = timezone.now() - MINUTE
    for mails in (Digest.objects.all(), Notice.objects.all()):
        mails.exclude(lease_until=None).update(lease_until=over)
    experiment.act()
    for minutes in (15, 30):
        tick(at(NOW + minutes * MINUTE))


def papers_of(digest: Digest) -> list[str]:
    """Those of one that was given up are its reader's to have again, unless it may have arrived."""
    if digest.state in GIVEN_UP and digest.may_have_left:
        return []
    return [item.paper.title for item in digest.items.all()]


def standing() -> dict[str, dict[Any, Any]]:
    """Of everybody and everything, by names that are the same in every trial."""
    digests = Digest.objects.order_by("pk").prefetch_related("items__paper")
    return {
        "readers": {
            one.email: (one.state, one.next_send_at, one.missed_since)
            for one in Subscriber.objects.all()
        },
        "digests": {
            (one.subscriber.email, one.local_date): (
                one.state,
                re.sub(r"\d+", "N", one.reason),
                one.subject,
                papers_of(one),
            )
            for one in digests.select_related("subscriber")
        },
        "notices": {
            (one.subscriber.email, one.kind): (one.state, one.reason)
            for one in Notice.objects.select_related("subscriber")
        },
        "events": {
            (one.provider, one.kind, one.address_hash): (one.state, one.outcome)
            for one in ProviderEvent.objects.all()
        },
        "suppressions": dict(Suppression.objects.values_list("address_hash", "reason")),
        "breaker": dict(Breaker.objects.values_list("pk", "reason")),
    }


@pytest.fixture
def provider(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.EMAIL_BACKEND = f"{Provider.__module__}.{Provider.__qualname__}"
    settings.DATA_DIR = tmp_path
    Provider.file = tmp_path / "taken"
    yield
    Provider.file = Path()


@dataclass(frozen=True, slots=True)
class End:
    """How it all ended."""

    standing: dict[str, dict[Any, Any]]
    twice: int
    unequal: int
    unfinished: int

    def wrong(self, undisturbed: "End") -> list[str]:
        """What stands otherwise than without a kill."""
        return [
            f"{kind}: {name}: {self.standing[kind].get(name)}, not {expected.get(name)}"
            for kind, expected in undisturbed.standing.items()
            for name in {**expected, **self.standing[kind]}
            if self.standing[kind].get(name) != expected.get(name)
        ]

    @property
    def held(self) -> int:
        """Mails whose process was killed, and of which nobody knows more."""
        rows = [*self.standing["digests"].values(), *self.standing["notices"].values()]
        return sum(row[:2] == ("unknown", "lease ran out while sending") for row in rows)


def the_end() -> End:
    counts = [equation(mails) for mails in (Digest.objects.all(), Notice.objects.all())]
    taken = Provider.taken()
    often = copies(taken)
    return End(
        standing(),
        twice=often.total() - len(often),
        unequal=len(set(taken)) - len(often),
        unfinished=sum(one.in_progress + one.deferred + one.unexplained for one in counts),
    )


@pytest.mark.row(3)
@pytest.mark.parametrize(
    ("name", "policy"), [*((name, "resend") for name in EXPERIMENTS), ("a morning", "hold")]
)
def test_killed_before_and_after_each_commit_it_ends_the_same(
    name: str, policy: str, provider: None, settings: Settings, drill: Drill, tmp_path: Path
) -> None:
    settings.DIGEST_UNKNOWN_POLICY = policy
    experiment, report = EXPERIMENTS[name], tmp_path / "report"
    for seed in range(drill.trials(short=1, long=20)):
        begin(experiment, seed)
        crossed = crossings(experiment.act, report)
        go_on(experiment)
        undisturbed = the_end()
        assert (undisturbed.unequal, undisturbed.unfinished) == (0, 0)

        places = range(len(crossed)) if LONG else first_of_each(crossed)
        failed = []
        for place in places:
            begin(experiment, seed)
            die_at(place, experiment.act, report)
            go_on(experiment)
            end = the_end()
            more = end.twice - undisturbed.twice
            # under `hold` who waits for staff to say what became of the mail is explained
            wrong = [] if policy == "hold" and end.held == 1 else end.wrong(undisturbed)
            drill.told(trials=1, lost=len(wrong), duplicated=max(0, more))
            if wrong or more > MOST_TWICE[policy] or end.unequal or end.unfinished:
                failed.append((crossed[place], more, end.unequal, end.unfinished, wrong))
        assert not failed, "\n".join(map(str, failed))

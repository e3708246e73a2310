"""Row 15: readers who move, and choose another hour, just as their digest is about to leave."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from subscriptions import preferences
from subscriptions.digests.due import open_due_digests
from subscriptions.models import Digest, Subscriber
from subscriptions.preferences import Wanted
from subscriptions.timing import DAY, zone_names
from tests.factories import EditionFactory, SubscriberFactory
from tests.faults.matrix import Drill

pytestmark = [pytest.mark.django_db, pytest.mark.row(15)]
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
APART = timedelta(hours=12)


@dataclass
class Life:
    """Of one reader: what was opened and sent when, and when which zone was left for which."""

    reader: Subscriber
    chance: Random
    opened: list[tuple[date, datetime]] = field(default_factory=list)
    sent: list[datetime] = field(default_factory=list)
    moves: list[tuple[datetime, ZoneInfo, ZoneInfo]] = field(default_factory=list)

    def change_around_the_moment(self) -> None:
        """Before the digest is due, while it waits to be sent, or after it was."""
        when = self.chance.choice(["before", "between", "after"])
        if when == "before":
            self.change(self.due() - self.chance.randrange(1, 120) * MINUTE)
        now = self.open()
        if when == "between":
            now = self.change(now + self.chance.random() * MINUTE)
        now = self.send(now)
        if when == "after":
            self.change(now + self.chance.randrange(120) * MINUTE)

    def due(self) -> datetime:
        self.reader.refresh_from_db()
        assert self.reader.next_send_at
        return self.reader.next_send_at

    def open(self) -> datetime:
        """As a tick does, within the minute; when that was."""
        now = self.due() + self.chance.random() * MINUTE
        open_due_digests(now, EditionFactory.create(), 10)
        while not Digest.objects.filter(state="pending").exists():
            now = self.due() + self.chance.random() * MINUTE
            open_due_digests(now, EditionFactory.create(), 10)
        self.opened.append((Digest.objects.get(state="pending").local_date, now))
        return now

    def change(self, now: datetime) -> datetime:
        before = self.reader.zone
        zone, hour = self.chance.choice(zone_names()), self.chance.randrange(24)
        wish = {"timezone": zone, "send_hour": hour}
        preferences.save(self.reader, Wanted(), wish, now)
        self.reader.refresh_from_db()
        self.moves.append((now, before, self.reader.zone))
        return now

    def send(self, now: datetime) -> datetime:
        """Some wait for hours, at a server that asked for patience."""
        now += self.chance.choice([1, 1, 1, 30, 300]) * self.chance.random() * MINUTE
        Digest.objects.filter(state="pending").update(state="sent", sent_at=now)
        self.sent.append(now)
        return now

    def skipped_days(self) -> list[tuple[int, int]]:
        """Between two digests: on how many local days none came, and how many moves there were.

        A day begun in one zone goes on in the next one under the date that it has there.
        """
        have, zone, told = {day for day, _ in self.opened}, self.moves[0][1], []
        for (_, came), (day, until) in pairwise(self.opened):
            days, since = set(), came
            moves = [move for move in self.moves if came <= move[0] < until]
            for moved, old, new in moves:
                days |= dates(after(came, since, old), moved.astimezone(old).date())
                since, zone = moved, new
            days |= dates(after(came, since, zone), day)
            told.append((len(days - have), len(moves)))
        return told


def after(came: datetime, since: datetime, zone: ZoneInfo) -> date:
    """The first local day, `since` or later, on which the last digest did not come."""
    return max(came.astimezone(zone).date() + DAY, since.astimezone(zone).date())


def dates(first: date, end: date) -> set[date]:
    return {first + DAY * number for number in range((end - first).days)}


def test_never_two_within_twelve_hours_and_at_most_one_day_skipped(drill: Drill) -> None:
    changes, chance = drill.trials(short=150, long=10_000), Random(15)  # noqa: S311  # the same every time
    life = Life(SubscriberFactory.create(next_send_at=SINCE + APART), chance)

    for _ in range(changes):
        life.change_around_the_moment()

    too_soon = [b - a for a, b in pairwise(life.sent) if b - a < APART]
    skipped = life.skipped_days()
    drill.told(
        trials=changes,
        lost=sum(days > moves for days, moves in skipped),
        duplicated=len(too_soon),
        note=f"after {changes} changes {sum(days for days, _ in skipped)} local days had no digest",
    )
    assert len(life.sent) == changes
    assert too_soon == []
    assert [(days, moves) for days, moves in skipped if days > moves] == []

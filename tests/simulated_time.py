"""A clock that moves when somebody sleeps, so that hours of waiting take no time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest


@dataclass(slots=True)
class SimulatedTime:
    """Asked as a clock; every look at it takes a moment, as all work does."""

    now: datetime
    look: timedelta = timedelta(milliseconds=1)

    def __call__(self) -> datetime:
        self.now += self.look
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def rule(self, patch: pytest.MonkeyPatch) -> None:
        """Whoever waits for a rate waits by this clock."""
        patch.setattr("subscriptions.claiming.sleep", self.sleep)
        patch.setattr("subscriptions.digests.delivery.lanes.sleep", self.sleep)

"""How a provider stub behaves, well or badly."""

from dataclasses import dataclass
from random import Random
from typing import Any
from zlib import crc32

DAY = 24 * 60 * 60.0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A share is of all calls, between 0 and 1; at most one of these befalls a call."""

    latency: float = 0.0  # seconds that every call takes
    seed: int = 0

    # nothing is accepted
    throttled: float = 0.0  # share answered 429
    retry_after: str = ""  # told with each 429: seconds or a date; "": not told
    unavailable: float = 0.0  # share answered 503
    unauthorized: float = 0.0  # share answered 401
    hangs_before: float = 0.0  # share never answered
    drops_before: float = 0.0  # share whose connection is closed instead of an answer

    # the mail is accepted
    hangs_after: float = 0.0
    drops_after: float = 0.0
    gateway: float = 0.0  # share answered 504 by what stands before the provider
    unreadable: float = 0.0  # share answered 200 with a text that is no JSON

    # what does not hang on chance
    rate: float = 0.0  # calls a second that it takes, the others are answered 429; 0: all
    refused: float = 0.0  # share of the addresses, always the same ones, answered 422
    refused_addresses: tuple[str, ...] = ()
    hanging_addresses: tuple[str, ...] = ()
    suppressed_addresses: tuple[str, ...] = ()  # the provider's own list (Postmark tells)
    status: int = 0  # every call is answered so, with `text`; 0: as it comes
    text: str = ""
    location: str = ""  # told with `status`: ask there instead
    remembers: float = DAY  # seconds that it knows an idempotency key

    def fate(self, chance: Random) -> str:
        """What befalls a call; "" for nothing."""
        left = chance.random()
        for name in (*BEFORE, *AFTER):
            left -= getattr(self, name)
            if left < 0:
                return name
        return ""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        told = {"Retry-After": self.retry_after, "Location": self.location}
        return tuple((name, value) for name, value in told.items() if value)

    def refuses(self, recipient: str) -> bool:
        chosen = crc32(f"{self.seed} {recipient}".encode()) / 2**32
        return chosen < self.refused or recipient in self.refused_addresses


BEFORE = ("throttled", "unavailable", "unauthorized", "hangs_before", "drops_before")
AFTER = ("hangs_after", "drops_after", "gateway", "unreadable")


def always(fate: str) -> Behaviour:
    """That befalls every call."""
    facts: dict[str, Any] = {fate: 1.0}
    return Behaviour(**facts)

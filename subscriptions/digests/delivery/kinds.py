"""The few things that may become of an attempt, whatever the provider and however it says so."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto


class Kind(Enum):
    SENT = auto()
    LATER = auto()  # a fault on the way, before anything was handed over
    THROTTLE = auto()  # it asks us to go slower
    LOST = auto()  # handed over, and no answer
    REFUSED = auto()  # this address or this mail, for good
    OURS = auto()  # who we are or what we may: every mail would fare so
    POLICY = auto()  # this mail, for what it is or whom it comes from
    BUG = auto()  # nobody foresaw it


@dataclass(frozen=True, slots=True)
class Verdict:
    """`words` name no address. `dead`: the address does not exist; `suppressed`: over there.

    `of_domain`: it is the recipient's server that speaks, not the provider.
    """

    kind: Kind
    words: str = ""
    retry_after: timedelta | None = None
    dead: bool = False
    suppressed: bool = False
    of_domain: bool = False
    provider_id: str = ""
    error: Exception | None = field(default=None, compare=False, repr=False)


def words_of(error: Exception, code: int) -> str:
    """What an operator may read of it; no provider's text, which may name an address."""
    return f"{type(error).__name__}: {code or ''}".rstrip(": ")

"""Whom we ask, and the turn that all processes wait for before they ask."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Service:
    """One service as the operator set it; its address is trusted, redirects from it are not.

    `host` is the name that its shared pace goes by ("arxiv"); `url` ends without a slash;
    `interval` is in seconds between two requests of all processes together; a body that starts
    with `throttle_text` means "too fast", whatever the status.
    """

    host: str
    url: str
    interval: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # a key may be in it
    throttle_text: bytes = b""


class Pace(Protocol):
    """What keeps all processes together polite to one host."""

    def turn(self, host: str, interval: float) -> AbstractContextManager[None]:
        """Waits for its turn; one request at a time per host. Raises SourceError if too long."""

    def back_off(self, host: str, seconds: float) -> None:
        """Nobody asks this host for so long."""

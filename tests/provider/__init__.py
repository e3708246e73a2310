"""A provider of mail over HTTP, as a process of its own that can be told to misbehave.

    python -m tests.provider '{"latency": 0.1, "throttled": 0.05}'

It speaks as Resend, Brevo and Postmark do, and keeps what it accepts and when it was called.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.provider.behaviour import Behaviour, always

ROOT = Path(__file__).resolve().parent.parent.parent
VARIABLES = {
    "resend": {"ANYMAIL_RESEND_API_KEY": "x"},
    "brevo": {"ANYMAIL_BREVO_API_KEY": "x"},
    "postmark": {"ANYMAIL_POSTMARK_SERVER_TOKEN": "x"},
}

__all__ = ["Accepted", "Behaviour", "Provider", "always", "provider_stub"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail that the provider took: it will arrive. `at` counts seconds of the stub's clock."""

    recipient: str
    message_id: str
    body: str  # a hash of all that was handed over
    key: str
    at: float


@dataclass(frozen=True, slots=True)
class Provider:
    url: str
    process: subprocess.Popen[str]

    def variables(self, name: str) -> dict[str, str]:
        """The environment of an installation that sends by it, as `resend`, `brevo`, `postmark`."""
        return {
            "EMAIL_BACKEND": f"anymail.backends.{name}.EmailBackend",
            f"ANYMAIL_{name.upper()}_API_URL": self.url,
            **VARIABLES[name],
        }

    def behave(self, **facts: Any) -> None:
        """From here on so, and well in everything that is not named."""
        self._ask("behaviour", asdict(Behaviour(**facts)))

    def forget(self) -> None:
        """All that it accepted, was called and knows."""
        self._ask("forget", {})

    @property
    def accepted(self) -> list[Accepted]:
        return [Accepted(*each) for each in self._ask("accepted")]

    @property
    def recipients(self) -> list[str]:
        return [mail.recipient for mail in self.accepted]

    @property
    def calls(self) -> list[float]:
        """When, in seconds of the stub's clock, whatever came of it."""
        times: list[float] = self._ask("calls")
        return times

    @property
    def count(self) -> int:
        """How many mails it accepted: cheap to ask often."""
        number: int = self._ask("count")
        return number

    @property
    def most_at_once(self) -> int:
        """The most connections that were open at one time, this question's own left out."""
        number: int = self._ask("most_at_once")
        return number

    def _ask(self, what: str, told: object = None) -> Any:
        data = json.dumps(told).encode() if told is not None else None
        request = Request(f"{self.url}control/{what}", data)  # noqa: S310  # our own process
        with urlopen(request, timeout=60) as answer:  # noqa: S310  # as above
            return json.load(answer)


@contextmanager
def provider_stub(**facts: Any) -> Iterator[Provider]:
    """Listens on a loopback port until the end; `facts` as in Behaviour."""
    command = [sys.executable, "-m", "tests.provider", json.dumps(asdict(Behaviour(**facts)))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603  # ours
    assert process.stdout
    with process.stdout:
        try:
            url = process.stdout.readline().strip()
            assert url, "The provider stub did not start."
            yield Provider(url, process)
        finally:
            process.kill()
            process.wait()

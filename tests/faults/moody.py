"""A provider of moods, for soaks: it takes, refuses, throttles, loses its answer, or we crash."""

import smtplib
from collections import Counter
from collections.abc import Sequence
from random import Random

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Crash(BaseException):
    """Our process dies in mid-mail."""


THROTTLED = smtplib.SMTPResponseException(451, b"4.3.2 slow down")


class MoodyBackend(BaseEmailBackend):
    """`taken` counts the copies of each mail by its Message-ID and recipient."""

    chance = Random(34)  # noqa: S311  # repeatable
    taken: Counter[tuple[str, str]] = Counter()  # one for all connections
    doubts = 0  # crashes and lost answers after a mail was taken
    handed_over = False

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for email in email_messages:
            self._send(email)
        return len(email_messages)

    def _send(self, email: EmailMessage) -> None:
        self.handed_over = False
        if before := self._fault([(0.02, THROTTLED), (0.01, TimeoutError()), (0.002, Crash())]):
            raise before
        if self.chance.random() < 0.005:
            raise smtplib.SMTPRecipientsRefused({email.to[0]: (550, b"5.1.1 no such user")})
        self.taken[str(email.extra_headers["Message-ID"]), email.to[0]] += 1
        if after := self._fault([(0.005, Crash()), (0.01, smtplib.SMTPServerDisconnected())]):
            type(self).doubts += 1
            self.handed_over = True
            raise after

    def _fault(self, faults: list[tuple[float, BaseException]]) -> BaseException | None:
        return next((fault for share, fault in faults if self.chance.random() < share), None)

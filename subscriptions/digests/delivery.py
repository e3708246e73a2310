"""Delivery: hand mails to the provider and write in the ledger how each attempt ended.

The only place that knows what a provider's exceptions mean. `sending` is committed before the
first byte leaves, and no transaction is open while the network is slow.
"""

import logging
import random
import smtplib
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from subscriptions.models import Outgoing
from subscriptions.models.outgoing import Outcome, State
from subscriptions.timing import Clock

logger = logging.getLogger(__name__)

RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 45, 120)]
ATTEMPTS = 6
MENDING_TIME = timedelta(minutes=5)
BUGS_FORGIVEN = 3
GIVEN_BACK = Outcome(State.READY, attempted=False)
Compose = Callable[[Any], EmailMessage]


def deliver(
    claimed: Iterable[Outgoing], compose: Compose, clock: Clock, until: datetime | None = None
) -> Counter[str]:
    """Send each claimed row's mail; returns how many ended in which state.

    What does not begin before `until` is given back.
    """
    connection: BaseEmailBackend = get_connection()
    ended: Counter[str] = Counter()
    try:
        for row in claimed:
            late = until is not None and clock() >= until
            outcome = GIVEN_BACK if late else _attempt(row, compose, connection, clock)
            if outcome and row.settle(outcome, clock()) and outcome.state != State.READY:
                ended[outcome.state] += 1
    finally:
        connection.close()
    return ended


def _attempt(
    row: Outgoing, compose: Compose, connection: BaseEmailBackend, clock: Clock
) -> Outcome | None:
    """How it ended; None when the row is no longer ours."""
    try:
        email = compose(row)
        _connect(connection)
    except Exception as error:  # noqa: BLE001  # one poison mail must not stop the others
        return _translated(error, row, clock(), sent_maybe=False)
    if not row.mark_sending(clock()):
        return row.why_not(clock())
    try:
        accepted = connection.send_messages([email])
    except Exception as error:  # noqa: BLE001  # as above; what it means is decided in one place
        connection.close()
        return _translated(error, row, clock(), sent_maybe=True)
    return Outcome(State.SENT) if accepted else _later(row, clock(), "the backend took nothing")


def _connect(connection: BaseEmailBackend) -> None:
    """Open; anew where an SMTP server has hung up, which in mid-mail would look like a loss."""
    smtp = getattr(connection, "connection", None)
    if isinstance(smtp, smtplib.SMTP):
        try:
            smtp.noop()
        except (smtplib.SMTPException, OSError):
            connection.close()
    connection.open()


def _translated(error: Exception, row: Outgoing, now: datetime, *, sent_maybe: bool) -> Outcome:
    verdict = _verdict(error)
    reason = f"{type(error).__name__}: {_code(error)}".rstrip(": ")
    if verdict == "lost" and sent_maybe:
        wait = _wait(row.attempts)
        return Outcome(State.UNKNOWN, f"no reply after handing over ({reason})", now + wait)
    if verdict == "refused":
        return Outcome(State.REFUSED, reason)
    if verdict == "ours":
        logger.error("The provider refuses us, not the reader: %s", reason)
        return _once_mended(row, now, reason)
    if verdict == "bug":
        logger.error("Mail %s of %s failed", row.pk, type(row).__name__, exc_info=error)
        if row.attempts + 1 >= BUGS_FORGIVEN:
            return Outcome(State.FAILED, reason)
    return _later(row, now, reason)


def _later(row: Outgoing, now: datetime, reason: str) -> Outcome:
    """Deferred with back-off and 20 % of chance, or the end once that would be too late."""
    tried, wait = row.attempts, _wait(row.attempts)
    if tried + 1 >= ATTEMPTS:
        return Outcome(State.FAILED, f"{ATTEMPTS} attempts, the last: {reason}")
    if now + wait >= row.not_after:
        return Outcome(State.SKIPPED, f"expired after {tried + 1} attempts: {reason}")
    return Outcome(State.DEFERRED, reason, retry_at=now + wait)


def _wait(tried: int) -> timedelta:
    return RETRY_AFTER[min(tried, len(RETRY_AFTER) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311  # spreads load


def _once_mended(row: Outgoing, now: datetime, reason: str) -> Outcome:
    """Deferred without using up an attempt: an operator can mend what the provider minds."""
    if now + MENDING_TIME >= row.not_after:
        return Outcome(State.SKIPPED, f"expired: {reason}", attempted=False)
    return Outcome(State.DEFERRED, reason, retry_at=now + MENDING_TIME, attempted=False)


def _verdict(error: Exception) -> str:
    """What an exception says: refused, later, lost (perhaps sent), ours to mend, or a bug."""
    for kinds, verdict in VERDICTS:
        if isinstance(error, kinds):
            return verdict(error) if callable(verdict) else verdict
    return "bug"


def _by_smtp_code(error: Exception) -> str:
    code = _code(error)
    if isinstance(error, smtplib.SMTPSenderRefused) or code in {530, 534, 535, 538}:
        return "ours"
    # 5.7.x is a policy, of which an operator may talk the provider out.
    return "refused" if code >= 500 and b"5.7." not in _smtp_text(error) else "later"  # noqa: PLR2004  # SMTP's classes


def _by_http_status(error: Exception) -> str:
    status = _code(error)
    if not status and isinstance(error.__cause__, requests.ReadTimeout):
        return "lost"
    if status in {401, 403}:
        return "ours"
    return "refused" if status in {400, 404, 413, 422} else "later"


def _code(error: Exception) -> int:
    """The SMTP reply or HTTP status; 0 when there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return int(getattr(error, "smtp_code", None) or getattr(error, "status_code", None) or 0)


def _smtp_text(error: Exception) -> bytes:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return b" ".join(text for _, text in error.recipients.values())
    text = getattr(error, "smtp_error", b"")
    return text if isinstance(text, bytes) else str(text).encode()


VERDICTS: list[tuple[tuple[type[Exception], ...], str | Callable[[Exception], str]]] = [
    ((smtplib.SMTPServerDisconnected, TimeoutError), "lost"),
    ((smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException), _by_smtp_code),
    ((smtplib.SMTPNotSupportedError, UnicodeError), "refused"),
    ((AnymailRecipientsRefused,), "refused"),
    ((AnymailAPIError,), _by_http_status),
    ((AnymailError, smtplib.SMTPException, OSError), "later"),
    ((BadHeaderError,), "refused"),
]

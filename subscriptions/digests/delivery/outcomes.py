"""What follows from a verdict for the mail, in the ledger's words."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings

from subscriptions.digests.delivery import keyed
from subscriptions.digests.delivery.verdicts import Kind, Verdict
from subscriptions.models import Outgoing
from subscriptions.models.states import NO_SUCH_ADDRESS, Outcome, State

RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 45, 120)]
ATTEMPTS = 6
BUGS_FORGIVEN = 3
NOT_ASKED = timedelta()
# Nothing leaves anyway while the breaker is open. But if only this mail is refused so, it must not
# be the one that opens it again as soon as the others flow.
ONCE_MENDED = timedelta(minutes=5)


def outcome(verdict: Verdict, mail: Outgoing, now: datetime) -> Outcome:
    """Once it may have left, nobody can say in the end that it did not."""
    ended = _outcome(verdict, mail, now)
    doubtful = mail.may_have_left and ended.state in {State.SKIPPED, State.FAILED}
    return replace(ended, state=State.UNRESOLVED) if doubtful else ended


def _outcome(verdict: Verdict, mail: Outgoing, now: datetime) -> Outcome:
    match verdict.kind:
        case Kind.SENT:
            return Outcome(State.SENT, provider_id=verdict.provider_id)
        case Kind.LOST:
            reason = f"no reply after handing over ({verdict.words})"
            return Outcome(State.UNKNOWN, reason, now + _wait(mail.attempts))
        case Kind.REFUSED:
            return Outcome(State.REFUSED, _refused(verdict))
        case Kind.OURS:
            return _once_mended(mail, now, verdict.words)
        case Kind.BUG if mail.attempts + 1 >= BUGS_FORGIVEN:
            return Outcome(State.FAILED, verdict.words)
    return _later(mail, now, verdict)


def second_copy(mail: Outgoing, now: datetime) -> Outcome | None:
    """Under the policy `hold`, what may have arrived goes again only to who knows its key."""
    since, remembered = mail.unanswered_at, keyed.remembered_for()
    if since is None or settings.DIGEST_UNKNOWN_POLICY == "resend":
        return None
    if remembered and since > now - remembered:
        return None
    return Outcome(
        State.UNKNOWN, "it may have arrived, and would be a second copy", attempted=False
    )


def _later(mail: Outgoing, now: datetime, verdict: Verdict) -> Outcome:
    """Deferred with back-off and 20 % of chance, or the end once that would be too late.

    Six times are enough for what fails by itself. A throttle only asks us to be slower.
    """
    tried, reason = mail.attempts, verdict.words
    wait = max(_wait(tried), verdict.retry_after or NOT_ASKED)
    if tried + 1 >= ATTEMPTS and verdict.kind != Kind.THROTTLE:
        return Outcome(State.FAILED, f"{ATTEMPTS} attempts, the last: {reason}")
    if now + wait >= mail.not_after:
        return Outcome(State.SKIPPED, f"expired after {tried + 1} attempts: {reason}")
    return Outcome(State.DEFERRED, reason, retry_at=now + wait)


def _wait(tried: int) -> timedelta:
    return RETRY_AFTER[min(tried, len(RETRY_AFTER) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311  # spreads load


def _once_mended(mail: Outgoing, now: datetime, reason: str) -> Outcome:
    """Deferred without using up an attempt: an operator can mend what the provider minds."""
    if now + ONCE_MENDED >= mail.not_after:
        return Outcome(State.SKIPPED, f"expired: {reason}", attempted=False)
    return Outcome(State.DEFERRED, reason, retry_at=now + ONCE_MENDED, attempted=False)


def _refused(verdict: Verdict) -> str:
    return f"{NO_SUCH_ADDRESS} ({verdict.words})" if verdict.dead else verdict.words

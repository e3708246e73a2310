"""What providers answer over HTTP (RFC 9110), as anymail's exceptions tell it."""

from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

import requests
from django.core.mail import EmailMessage
from django.utils import timezone

from subscriptions.digests.delivery.kinds import Kind, Verdict, words_of

TOO_MANY = {425, 429}
NOT_ALLOWED = {401, 402, 403, 404, 405, 410}
THIS_MAIL = {400, 406, 413, 415, 422}
BUSY = {408, 409, 500, 501, 503}
SERVER_ERROR = 500
NO_CONTENT = 299
DONE_BEFORE = "duplicate_parameter"  # Brevo, of an idempotency key that it knows
DONE_OTHERWISE = "invalid_idempotent_request"  # Resend, of one that it knows with another mail

LONGEST_WAIT = timedelta(hours=2)


def answer(error: Exception, *, handed_over: bool | None) -> Verdict:
    status, text = _status_of(error), _text_of(error)
    words = words_of(error, status)
    if not status:
        return _without_an_answer(error, words, handed_over=handed_over)
    if status <= NO_CONTENT or DONE_OTHERWISE in text:
        # it took the mail and said so in a way that we cannot read, or took it as it was before
        return Verdict(Kind.LOST, words)
    wait = _retry_after(getattr(error, "response", None))
    if status in TOO_MANY or (wait and status in BUSY):
        return Verdict(Kind.THROTTLE, words, wait)
    if status in THIS_MAIL and DONE_BEFORE in text:
        return Verdict(Kind.SENT)
    return Verdict(_kind_of(status), words)


def no_error(email: EmailMessage) -> Verdict:
    """Even so it may not have been taken: anymail tells what became of the recipient."""
    told = _statuses(email)
    if "failed" in told:
        return Verdict(Kind.LATER, "the provider failed to take it")
    if "unknown" in told:
        return Verdict(Kind.LOST, "the provider did not say whether it took it")
    return Verdict(Kind.SENT)


def refused_there(error: Exception, *, handed_over: bool | None) -> Verdict:  # noqa: ARG001  # the answer tells
    """Anymail raises it for what a provider rejects or holds for no address."""
    told = _statuses(getattr(error, "email_message", None))
    words = words_of(error, _status_of(error))
    return Verdict(Kind.REFUSED, words, dead="invalid" in told, suppressed="rejected" in told)


def _kind_of(status: int) -> Kind:
    if status in BUSY:
        return Kind.LATER
    if status in THIS_MAIL:
        return Kind.REFUSED
    if status in NOT_ALLOWED:
        return Kind.OURS
    # a gateway that heard nothing from the server behind it; what else there is, it did not take
    return Kind.LOST if status >= SERVER_ERROR else Kind.LATER


def _without_an_answer(error: Exception, words: str, *, handed_over: bool | None) -> Verdict:
    if isinstance(error.__cause__, NO_REQUEST):
        return Verdict(Kind.OURS, words)
    never_sent = handed_over is False or isinstance(error.__cause__, NEVER_SENT)
    return Verdict(Kind.LATER if never_sent else Kind.LOST, words)


# an address or a header that no request can have, or a server that wants us to ask elsewhere
NO_REQUEST = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
    requests.TooManyRedirects,
)


# behind a proxy, of which nobody else can tell
NEVER_SENT = (requests.ConnectTimeout, requests.exceptions.ProxyError)


def _statuses(email: EmailMessage | None) -> set[str]:
    return set(getattr(getattr(email, "anymail_status", None), "status", None) or ())


def _status_of(error: Exception) -> int:
    """0 when there was no answer."""
    status = getattr(error, "status_code", None)
    if not status and isinstance(told := getattr(error.__cause__, "response", None), dict):
        status = told.get("ResponseMetadata", {}).get("HTTPStatusCode")  # boto3's, for Amazon SES
    return int(status or 0)


def _text_of(error: Exception) -> str:
    return str(getattr(getattr(error, "response", None), "text", ""))


def _retry_after(response: requests.Response | None) -> timedelta | None:
    """As seconds or as a date; no longer than is sensible."""
    told = response.headers.get("Retry-After", "").strip() if response is not None else ""
    if told.isdecimal():
        wait = timedelta(seconds=min(int(told), LONGEST_WAIT.total_seconds()))
    else:
        wait = _until(told)
    return min(wait, LONGEST_WAIT) if wait > timedelta() else None


def _until(date: str) -> timedelta:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return timedelta()
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware - timezone.now()

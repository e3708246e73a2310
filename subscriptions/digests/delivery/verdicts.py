"""What a provider's exceptions mean. Nobody else knows."""

import smtplib
from collections.abc import Callable

from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import BadHeaderError

from subscriptions.digests.delivery import http_answers, smtp_answers
from subscriptions.digests.delivery.kinds import Kind, Verdict, words_of

__all__ = ["Kind", "Verdict", "in_full", "no_connection", "verdict"]

OF_THIS_MAIL = {Kind.BUG, Kind.POLICY, Kind.REFUSED}


def verdict(error: Exception, *, handed_over: bool | None) -> Verdict:
    """`handed_over`: its end may have reached the server; None: the connection cannot tell."""
    for kinds, read in READERS:
        if isinstance(error, kinds):
            return read(error, handed_over=handed_over)
    # what nobody foresaw is no answer: a mail that was on its way may have arrived
    kind = Kind.LOST if handed_over else Kind.BUG
    return Verdict(kind, words_of(error, 0), error=error)


def no_connection(error: Exception) -> Verdict:
    """Of a connection that could not be opened, or a backend that could not be made."""
    told = verdict(error, handed_over=False)
    # what stops that one mail otherwise, here every mail would meet
    return Verdict(Kind.OURS, told.words) if told.kind in OF_THIS_MAIL else told


def in_full(error: Exception) -> str:
    """For the person who asked for this one mail: what the server said."""
    said = smtp_answers.text_of(error).decode(errors="replace") or str(error)
    return f"{type(error).__name__}: {said}"


def _always(kind: Kind) -> Callable[..., Verdict]:
    def read(error: Exception, *, handed_over: bool | None) -> Verdict:  # noqa: ARG001  # all the same
        return Verdict(kind, words_of(error, 0))

    return read


READERS: list[tuple[tuple[type[Exception], ...], Callable[..., Verdict]]] = [
    ((smtplib.SMTPServerDisconnected,), smtp_answers.broken_off),
    ((smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException), smtp_answers.reply),
    (
        (smtplib.SMTPNotSupportedError, UnicodeError, BadHeaderError, AnymailInvalidAddress),
        _always(Kind.REFUSED),
    ),
    ((AnymailConfigurationError, ImproperlyConfigured, ImportError), _always(Kind.OURS)),
    ((AnymailRecipientsRefused,), http_answers.refused_there),
    ((AnymailAPIError,), http_answers.answer),
    ((smtplib.SMTPException, OSError), smtp_answers.broken_off),
]

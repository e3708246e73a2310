"""The connections to the provider: EMAIL_CONNECTIONS mails may be on their way at once.

With one, the mail is handed over in place. With more, each has a thread and a connection of its
own, which does nothing but talk to the provider: the ledger is written by who owns the claim.
"""

from collections.abc import Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from threading import local
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend as DjangoSmtp
from django.db import connections

from subscriptions.digests.delivery import http, http_answers, keyed
from subscriptions.digests.delivery.smtp import SmtpBackend
from subscriptions.digests.delivery.verdicts import Kind, Verdict, no_connection, verdict
from subscriptions.emails.message import takes_metadata
from subscriptions.models import Outgoing

IDLE = 30  # seconds after which a connection may have been forgotten on the way, unseen by both
MAILS = 100  # of one connection: some servers take no more
ANSWERED = {Kind.REFUSED, Kind.POLICY, Kind.THROTTLE}  # by a server that goes on listening
DJANGO_SMTP = f"{DjangoSmtp.__module__}.{DjangoSmtp.__qualname__}"
OUR_SMTP = f"{SmtpBackend.__module__}.{SmtpBackend.__qualname__}"


class InPlace(Executor):
    """Does what it is asked before it answers."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Lanes:
    """As a context: the connections are closed at its end, once all mails have arrived or not."""

    def __init__(self) -> None:
        self.number: int = settings.EMAIL_CONNECTIONS
        self._executor = InPlace() if self.number == 1 else ThreadPoolExecutor(self.number)
        self._mine = local()
        self._open: list[Any] = []
        self._under_way: dict[Future[Verdict], Outgoing] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._executor.shutdown()
        for connection in self._open:
            _close(connection)

    @property
    def free(self) -> int:
        return self.number - len(self._under_way)

    @property
    def busy(self) -> bool:
        return bool(self._under_way)

    @property
    def mails(self) -> Collection[Outgoing]:
        """Those under way."""
        return self._under_way.values()

    def send(self, mail: Outgoing, email: EmailMessage, begin_by: float) -> None:
        """Needs a free lane. Later than `begin_by` (`monotonic`) it does not begin to leave."""
        self._under_way[self._executor.submit(self._hand_over, email, begin_by)] = mail

    def arrived(self, patience: float | None = None) -> Iterator[tuple[Outgoing, Verdict]]:
        """All that have come to an end; waits for one, but no longer than so many seconds."""
        if not self._under_way:
            sleep(patience or 0)
        done, _ = wait(self._under_way, patience, return_when=FIRST_COMPLETED)
        for future in done:
            yield self._under_way.pop(future), future.result()

    def _hand_over(self, email: EmailMessage, begin_by: float) -> Verdict:
        try:
            connection = self._connection()
            connection.open()
        except Exception as error:  # noqa: BLE001  # what it means is decided in one place
            return no_connection(error)
        if monotonic() > begin_by:
            return Verdict(Kind.LATER, "it waited too long to begin")
        watched = http.watch(connection) or connection
        try:
            return _sent(connection, email)
        except Exception as error:  # noqa: BLE001  # as above
            told = verdict(error, handed_over=getattr(watched, "handed_over", None))
            if told.kind not in ANSWERED:
                _close(connection)
            return told
        finally:
            if self.number > 1:
                connections.close_all()  # a backend may keep mails in the database

    def _connection(self) -> Any:
        """Of this thread alone; a new one where it was idle for long or had many mails."""
        mine = self._mine
        if not hasattr(mine, "connection"):
            mine.connection, mine.mails, mine.used_at = new_connection(), 0, monotonic()
            self._open.append(mine.connection)
        if mine.mails >= MAILS or monotonic() > mine.used_at + IDLE:
            _close(mine.connection)
            mine.mails = 0
        mine.mails += 1
        mine.used_at = monotonic()
        return mine.connection


def new_connection() -> Any:
    """To the provider, not opened yet. In place of Django's SMTP backend, ours."""
    ours = OUR_SMTP if settings.EMAIL_BACKEND == DJANGO_SMTP else settings.EMAIL_BACKEND
    return get_connection(ours)


def _sent(connection: Any, email: EmailMessage) -> Verdict:
    keyed.tell_key(email, connection)
    if not connection.send_messages([email]):
        return Verdict(Kind.LATER, "the backend took nothing")
    return replace(http_answers.no_error(email), provider_id=_provider_id(email))


def _provider_id(email: EmailMessage) -> str:
    """Under which the provider tells of the mail, if it does not tell of it by our own name."""
    status = None if takes_metadata() else getattr(email, "anymail_status", None)
    return str(getattr(status, "message_id", "") or "")


def _close(connection: Any) -> None:
    with suppress(Exception):  # it is given up either way
        connection.close()

"""Django's SMTP backend, which also knows whether a mail was handed over to its end.

A server answers for a mail once it has read the line with the single dot that ends it. A
connection that breaks before has left nothing; one that breaks after may have left a mail.
"""

import smtplib
import socket
import ssl
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

END = b"\r\n.\r\n"


class _Conversation:
    """Of smtplib: adds `handed_over`, and one deadline for all that is said about one mail."""

    handed_over = False
    used = False  # for a mail, since it was last asked whether it is alive
    sock: socket.socket | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.begin()  # which it is for the greeting, encryption and login too
        super().__init__(*args, **kwargs)

    def begin(self) -> None:
        """A new mail, of which nothing was said yet."""
        self.handed_over = self.used = False
        self.deadline = monotonic() + settings.EMAIL_TIMEOUT

    def send(self, s: Any) -> None:
        self._hurry()
        if isinstance(s, bytes) and s.endswith(END):
            super().send(s[: -len(END)])  # type: ignore[misc]  # smtplib's
            self.handed_over = True
            s = END
        super().send(s)  # type: ignore[misc]  # as above

    def getreply(self) -> tuple[int, bytes]:
        self._hurry()
        reply: tuple[int, bytes] = super().getreply()  # type: ignore[misc]  # as above
        return reply

    def sendmail(self, *args: Any, **kwargs: Any) -> Any:
        self.used = True
        return super().sendmail(*args, **kwargs)  # type: ignore[misc]  # as above

    def _hurry(self) -> None:
        if self.sock:
            self.sock.settimeout(max(0.1, self.deadline - monotonic()))

    def connect(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        reply: tuple[int, bytes] = super().connect(*args, **kwargs)  # type: ignore[misc]  # as above
        if self.sock and self.sock.family != socket.AF_UNIX:
            # else the last five bytes of a mail wait for the server to say that it has the others
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return reply


class Plain(_Conversation, smtplib.SMTP):
    pass


class Encrypted(_Conversation, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """One connection for mail after mail, made anew where the server has hung up."""

    connection: Plain | Encrypted | None

    @property
    def connection_class(self) -> type[Plain | Encrypted]:
        return Encrypted if self.use_ssl else Plain

    def open(self) -> bool | None:
        """Also asks whether an open one is alive: in mid-mail, its end would look like a loss."""
        if self.connection and self.connection.used:
            self.connection.begin()
            try:
                self.connection.noop()
            except (smtplib.SMTPException, OSError):
                hangs = monotonic() >= self.connection.deadline
                self._forget()
                if hangs:
                    raise  # so would a new one, and this mail has had its time
        elif self.connection:
            self.connection.begin()
        opened = super().open()
        if opened and self.connection:
            self.connection.begin()
        return opened

    @property
    def handed_over(self) -> bool:
        """Whether the mail that just failed was handed over to its end."""
        return bool(self.connection and self.connection.handed_over)

    def _forget(self) -> None:
        try:
            self.close()
        except (smtplib.SMTPException, OSError, ssl.SSLError):
            self.connection = None

"""A real SMTP server for tests, which keeps what it takes and can be told to refuse."""

import logging
from asyncio import Transport
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services import free_port

HANG_UP = "hang up"
logging.getLogger("mail.log").setLevel(logging.WARNING)  # else each line of each conversation


@dataclass(slots=True)
class Sink:
    """`taken` holds recipient and bytes of each mail; `replies` what it says to a recipient."""

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    port: int = 0
    sender_reply: str = "250 OK"
    hangs_up_after_each: bool = False

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name and arguments
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.sender_reply

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name and arguments
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        reply = self.replies.get(address, "250 OK")
        if reply == HANG_UP:
            reply = "250 OK"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_NOOP(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, argument: str
    ) -> str:
        if self.hangs_up_after_each:
            cast("Transport", server.transport).abort()
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        self.taken.extend((address, content) for address in envelope.rcpt_tos)
        if any(self.replies.get(address) == HANG_UP for address in envelope.rcpt_tos):
            cast("Transport", server.transport).abort()
        return "250 Taken"

    @property
    def recipients(self) -> list[str]:
        return [address for address, _ in self.taken]

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for _, content in self.taken]


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """A sink that listens on a free loopback port until the end."""
    sink = Sink(port=free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()

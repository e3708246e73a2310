"""A real SMTP server for tests, which keeps what it takes and can be told to misbehave."""

import asyncio
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from random import Random
from tempfile import NamedTemporaryFile
from time import monotonic
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.certificates import certificate, key
from tests.provider.behaviour import Behaviour
from tests.services import free_port

HANG_UP = "hang up"
LONGEST = 300.0  # seconds that one conversation may hang
NOT_NOW = {
    "throttled": "421 4.7.0 slow down",
    "unavailable": "454 4.3.0 not now",
    "unauthorized": "530 5.7.0 who are you",
}
logging.getLogger("mail.log").setLevel(logging.WARNING)  # else each line of each conversation


@dataclass(slots=True)
class Sink:
    """`taken` holds recipient and bytes of each mail; `replies` what it says to a recipient.

    `behaviour` is what befalls mails by chance, in the words of the provider over HTTP.
    It has no properties: at each connection aiosmtpd looks at every member, and so would ask them.
    """

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)  # when it took each, by this process's clock
    begun: list[float] = field(default_factory=list)  # when each began, taken or not
    replies: dict[str, str] = field(default_factory=dict)
    port: int = 0
    sender_reply: str = "250 OK"
    final_reply: str = "250 Taken"
    hangs_up_after_each: bool = False
    silent: bool = False  # it takes connections and says nothing, nor between two mails
    greets_after: float = 0.0  # seconds
    greeting: str = ""  # all that it says; "": it is ready
    password: str = ""  # the only one that it lets in; "": any
    behaviour: Behaviour = field(default_factory=Behaviour)
    chance: Random = field(default_factory=lambda: Random(0))  # noqa: S311  # repeatable, not secret
    connections: "set[Server]" = field(default_factory=set)
    most_at_once: int = 0
    used: int = 0  # connections by which a mail came

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name and arguments
        self, server: "Server", session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        self.begun.append(monotonic())
        self.used += not server.used
        server.used = True
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        server.fate = self.behaviour.fate(self.chance)
        return NOT_NOW.get(server.fate, self.sender_reply)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name and arguments
        self, server: "Server", session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if server.fate == "hangs_before" or address in self.behaviour.hanging_addresses:
            await asyncio.sleep(LONGEST)
        if self.behaviour.refuses(address):
            return "550 5.1.1 no such user"
        reply = self.replies.get(address, "250 OK")
        if reply == HANG_UP:
            reply = "250 OK"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_NOOP(  # noqa: N802  # aiosmtpd's name
        self, server: "Server", session: Session, envelope: Envelope, argument: str
    ) -> str:
        if self.silent:
            await asyncio.sleep(LONGEST)
        if self.hangs_up_after_each:
            server.hang_up()
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: "Server", session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.behaviour.latency)
        if not self.final_reply.startswith("250"):
            return self.final_reply
        for address in envelope.rcpt_tos:
            self.times.append(monotonic())
            self.taken.append((address, envelope.original_content or b""))
            if server.fate == "drops_after" or self.replies.get(address) == HANG_UP:
                server.hang_up()
        if server.fate == "hangs_after":
            await asyncio.sleep(LONGEST)
        return "It worked" if server.fate == "unreadable" else self.final_reply

    def lets_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: Any
    ) -> AuthResult:
        told = login.password.decode() if isinstance(login, LoginPassword) else ""
        return AuthResult(success=self.password in {"", told}, handled=False)

    def recipients(self) -> list[str]:
        return [address for address, _ in self.taken]

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for _, content in self.taken]


class Server(SMTP):
    """One connection, which may be broken off where no handler is asked."""

    fate = ""
    used = False
    event_handler: Sink

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.event_handler.connections.add(self)
        most = max(self.event_handler.most_at_once, len(self.event_handler.connections))
        self.event_handler.most_at_once = most

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.connections.discard(self)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        if self.event_handler.silent:
            await asyncio.sleep(LONGEST)
        await asyncio.sleep(self.event_handler.greets_after)
        if self.event_handler.greeting:
            await self.push(self.event_handler.greeting)
            return
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  # aiosmtpd's name
        if self.fate == "drops_before":
            await self.push("354 Go on")
            self.hang_up()
        await super().smtp_DATA(arg)

    def hang_up(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()


class Listening(Controller):
    def factory(self) -> SMTP:
        return Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def smtp_sink(*, starttls: bool = False, tls: bool = False) -> Iterator[Sink]:
    """A sink that listens on a free loopback port until the end; encrypted on demand or at all."""
    sink = Sink(port=free_port())
    context = _context() if starttls or tls else None
    controller = Listening(
        sink,
        hostname="127.0.0.1",
        port=sink.port,
        ssl_context=context if tls else None,
        tls_context=context if starttls else None,
        require_starttls=starttls,
        auth_require_tls=False,
        authenticator=sink.lets_in,
    )
    controller.start()
    try:
        yield sink
    finally:
        asyncio.run_coroutine_threadsafe(_hang_up_on_all(sink), controller.loop).result()
        controller.stop()


async def _hang_up_on_all(sink: Sink) -> None:
    for server in list(sink.connections):
        server.hang_up()
    while sink.connections:  # noqa: ASYNC110  # aiosmtpd tells nobody
        await asyncio.sleep(0)


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with NamedTemporaryFile() as chain:
        chain.write(key() + certificate("localhost"))
        chain.flush()
        context.load_cert_chain(chain.name)
    return context

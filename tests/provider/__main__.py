"""The process of the stub: a small HTTP server that keeps its connections alive."""

import asyncio
import json
import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from random import Random
from time import monotonic
from typing import Any
from uuid import uuid4

from tests.provider.behaviour import BEFORE, Behaviour
from tests.provider.dialects import DIALECTS, Dialect, Reply

LONGEST = 300.0  # seconds that one call may hang
CALLS_KEPT = 1_000_000
CONTROL = "/control/"
ERRORS = {"throttled": 429, "unavailable": 503, "unauthorized": 401}
HANGS = {"hangs_before", "hangs_after"}
DROPS = {"drops_before", "drops_after"}


class Drop(Exception):  # noqa: N818  # no error: what the stub was told to do
    """Close the connection without an answer."""


class Stub:
    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.chance = Random(behaviour.seed)  # noqa: S311  # repeatable, not secret
        self.accepted: list[tuple[str, str, str, str, float]] = []
        self.calls: deque[float] = deque(maxlen=CALLS_KEPT)
        self.keys: dict[str, tuple[str, str, float]] = {}  # body, our number of the mail, when
        self.under_way: set[str] = set()
        self.tokens, self.filled_at = 1.0, monotonic()
        self.open = self.most_at_once = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, call after call."""
        with suppress(Drop, OSError, asyncio.IncompleteReadError, TimeoutError), self._counted():
            while True:
                path, headers, body = await _request(reader)
                if path.startswith(CONTROL):
                    reply = Reply(200, json.dumps(self.control(path, body)))
                else:
                    reply = await self.call(path, headers, body, reader)
                writer.write(_as_bytes(reply))
                await writer.drain()
        writer.transport.abort()

    def control(self, path: str, body: bytes) -> Any:
        match path.removeprefix(CONTROL):
            case "behaviour":
                self.behaviour = Behaviour(**json.loads(body))
                self.chance.seed(self.behaviour.seed)
                return {}
            case "forget":
                self.accepted, self.keys, self.most_at_once = [], {}, 0
                self.calls.clear()
                return {}
            case "accepted":
                return self.accepted
            case "calls":
                return list(self.calls)
            case "count":
                return len(self.accepted)
        return self.most_at_once

    async def call(
        self, path: str, headers: dict[str, str], body: bytes, reader: asyncio.StreamReader
    ) -> Reply:
        self.calls.append(monotonic())
        self.most_at_once = max(self.most_at_once, self.open)
        dialect = DIALECTS.get(path)
        if dialect is None:
            return Reply(404, "{}")
        fate = self.behaviour.fate(self.chance)
        mail = json.loads(body)
        key = _key(dialect, headers, mail)
        with self._claimed(key) as free:
            await asyncio.sleep(self.behaviour.latency)
            if not free:
                return dialect.failed(409, "concurrent_idempotent_requests")
            reply = await self._before(dialect, fate, dialect.recipient(mail), reader)
            reply = reply or self._accept(dialect, mail, body, key)
        return await self._after(fate, reply, reader)

    async def _before(
        self, dialect: Dialect, fate: str, recipient: str, reader: asyncio.StreamReader
    ) -> Reply | None:
        """What keeps it from taking the mail."""
        told = self.behaviour
        if told.status:
            return Reply(told.status, told.text, told.headers)
        if not self._has_a_token():
            fate = "throttled"
        if recipient in told.hanging_addresses:
            fate = "hangs_before"
        if fate in BEFORE:
            await _misbehave(fate, reader)
            return dialect.failed(ERRORS[fate], fate, told.headers if fate == "throttled" else ())
        if recipient in told.suppressed_addresses:
            return dialect.suppressed(recipient)
        return dialect.failed(422, "refused") if told.refuses(recipient) else None

    def _accept(self, dialect: Dialect, mail: dict[str, Any], body: bytes, key: str) -> Reply:
        content, recipient, now = sha256(body).hexdigest(), dialect.recipient(mail), monotonic()
        known = self.keys.get(key)
        if known and now - known[2] < self.behaviour.remembers:
            if known[0] != content:
                return dialect.failed(409, "invalid_idempotent_request")
            return dialect.known(known[1], recipient)
        number = str(uuid4())
        message_id = dialect.headers(mail).get("Message-ID", "")
        self.accepted.append((recipient, message_id, content, key, now))
        if key:
            self.keys[key] = content, number, now
        return dialect.accepted(number, recipient)

    async def _after(self, fate: str, reply: Reply, reader: asyncio.StreamReader) -> Reply:
        if reply.status >= 300:  # nothing was accepted
            return reply
        await _misbehave(fate, reader)
        match fate:
            case "gateway":
                return Reply(504, "Gateway timeout")
            case "unreadable":
                return Reply(200, "<html>It worked")
        return reply

    def _has_a_token(self) -> bool:
        """A second's worth may come at once."""
        rate, now = self.behaviour.rate, monotonic()
        if not rate:
            return True
        self.tokens = min(max(rate, 1.0), self.tokens + (now - self.filled_at) * rate)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1

    @contextmanager
    def _claimed(self, key: str) -> Iterator[bool]:
        """False: another call with this key is under way."""
        if not key or key in self.under_way:
            yield not key
            return
        self.under_way.add(key)
        try:
            yield True
        finally:
            self.under_way.discard(key)


def _key(dialect: Dialect, headers: dict[str, str], mail: dict[str, Any]) -> str:
    told = {name.lower(): value for name, value in dialect.headers(mail).items()}
    return (headers if dialect.key_in == "request" else told).get(dialect.key_header, "")


async def _misbehave(fate: str, reader: asyncio.StreamReader) -> None:
    if fate in HANGS:
        await asyncio.wait_for(reader.read(), LONGEST)  # until the other side gives up
        raise Drop
    if fate in DROPS:
        raise Drop


async def _request(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = (line.partition(":") for line in head[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return head[0].split()[1], headers, body


def _as_bytes(reply: Reply) -> bytes:
    content = reply.content.encode()
    lines = [
        f"HTTP/1.1 {reply.status} Told",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        *(f"{name}: {value}" for name, value in reply.headers),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + content


async def main(behaviour: Behaviour) -> None:
    stub = Stub(behaviour)
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"http://127.0.0.1:{port}/\n")
    sys.stdout.flush()
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110  # it may be killed
        await asyncio.sleep(1)
    server.close()


if __name__ == "__main__":
    told = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    with suppress(KeyboardInterrupt):
        asyncio.run(main(Behaviour(**told)))

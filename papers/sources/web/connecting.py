"""How connections are made: to addresses that were looked at, and never past a deadline.

The address that was looked at is the one connected to, so that a name cannot change in between.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore
import httpx

from papers.sources import SourceError
from papers.sources.web.addresses import is_numeric

Accepts = Callable[[str], bool]  # of a numeric address


class Deadline:
    """When the request under way ends, however slowly its bytes come."""

    def __init__(self) -> None:
        self._at = 0.0

    def start(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def cap(self, timeout: float | None) -> float:
        """What is left of it, at most `timeout`. Raises httpcore's ReadTimeout."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)


class Stream(httpcore.NetworkStream):
    """A connection whose every step ends by the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.cap(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.cap(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = self._deadline.cap(timeout)
        return Stream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Connector(httpcore.NetworkBackend):
    """Connects where every address of the name is accepted; raises SourceError elsewhere."""

    def __init__(self, deadline: Deadline, accepts: Accepts) -> None:
        self._deadline = deadline
        self._accepts = accepts
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("its name has no address")
        for address in self._accepted(host, port):
            try:
                stream = self._plain.connect_tcp(
                    address, port, self._deadline.cap(timeout), local_address, socket_options
                )
                return Stream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _accepted(self, host: str, port: int) -> list[str]:
        addresses = _addresses_of(host, port)
        if not all(self._accepts(address) for address in addresses):
            raise SourceError(
                f"It redirects to {host[:100]}, which is not on the public internet. "
                "If that is right, set the service's address to where it ends."
            )
        return addresses


def _addresses_of(host: str, port: int) -> list[str]:
    """Without repeats, in the order of the system's preference."""
    if is_numeric(host):
        return [host]
    try:
        # The system's resolver keeps its own time limit; there is no way to give it ours.
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:  # ValueError: a label longer than 63 characters
        raise httpcore.ConnectError("its name is unknown") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Transport(httpx.HTTPTransport):
    """HTTP over the connections of a Connector.

    Proxies of the environment are not used: a proxy would look names up itself, past our eyes.
    """

    def __init__(self, connector: Connector, context: ssl.SSLContext) -> None:
        super().__init__(verify=context)
        # httpx has no public way to hand over a network backend
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=connector)

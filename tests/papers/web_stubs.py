"""Servers that misbehave as no web framework would, and a pace that does not wait."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

from papers.sources.web import Patience, Service

BRIEF = Patience(attempts=3, first_wait=0.001, longest_wait=60, connect=2, read=2, deadline=5)


class OpenPace:
    """Every turn comes at once; what it was told to wait is kept."""

    def __init__(self) -> None:
        self.turns: list[tuple[str, float]] = []
        self.waits: list[tuple[str, float]] = []

    def turn(self, host: str, interval: float) -> nullcontext[None]:
        self.turns.append((host, interval))
        return nullcontext()

    def back_off(self, host: str, seconds: float) -> None:
        self.waits.append((host, seconds))


def service_at(url: str, **facts: object) -> Service:
    return Service(**{"host": "arxiv", "url": url.rstrip("/"), "interval": 3.0, **facts})  # type: ignore[arg-type]  # any field


@contextmanager
def raw_server(play: Callable[[socket.socket], object]) -> Iterator[str]:
    """The address of a server that reads each request's head and then does as told."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # the client may go when it has had enough
                self.request.recv(65536)
                play(self.request)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def saying(answer: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(answer)

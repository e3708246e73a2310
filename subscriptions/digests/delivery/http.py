"""The sessions of anymail's backends, which know whether a mail began to leave."""

from typing import Any

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool


class Watched(HTTPAdapter):
    """`handed_over`: of the last mail; None: a proxy stands before us, and nobody can tell."""

    handed_over: bool | None = False

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": self._telling(HTTPConnectionPool),
            "https": self._telling(HTTPSConnectionPool),
        }

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self.handed_over = None if kwargs.get("proxies") else False
        return super().send(request, *args, **kwargs)

    def _telling(self, pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
        """As `pool`, and the first byte of a request is told here before it leaves."""
        adapter = self

        class Connection(pool.ConnectionCls):  # type: ignore[misc,name-defined]  # made here
            def send(self, data: Any) -> None:
                if self.sock is None:
                    self.connect()
                adapter.handed_over = True
                super().send(data)

        return type(pool.__name__, (pool,), {"ConnectionCls": Connection})


def watch(connection: Any) -> Watched | None:
    """For one mail from here on; None: it is no connection over HTTP that we know of."""
    session = getattr(connection, "session", None)
    if not isinstance(session, Session):
        return None
    watched = session.get_adapter("https://")
    if not isinstance(watched, Watched):
        watched = Watched()
        session.mount("https://", watched)
        session.mount("http://", watched)
        session.max_redirects = 0  # a POST that is sent elsewhere arrives there as a GET
        _read_environment_once(session, getattr(connection, "api_url", ""))
    watched.handed_over = False
    return watched


def _read_environment_once(session: Session, url: str) -> None:
    """Its proxies and certificates; requests would read them again before every mail."""
    told = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies, session.verify, session.trust_env = told["proxies"], told["verify"], False

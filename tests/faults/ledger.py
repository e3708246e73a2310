"""An installation's ledger, seen from outside: by SQL, on SQLite and on PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

SQLITE = "sqlite:///"
NOT_OPENED = ""
UNDER_WAY = {NOT_OPENED, "pending", "ready", "claimed", "sending", "deferred"}
# Who reads when a trial begins: an address that does not exist is suppressed in its course.
READS = "s.state IN ('active', 'suppressed')"
STATES = f"""
SELECT DISTINCT coalesce(d.state, '') FROM subscriptions_subscriber s
LEFT JOIN subscriptions_digest d ON d.subscriber_id = s.id WHERE {READS}
"""  # noqa: S608  # our own words
# All that an edition brings, gone; and everybody is due as on the first day.
AGAIN = """
DELETE FROM subscriptions_providerevent;
DELETE FROM subscriptions_digestpaper;
DELETE FROM subscriptions_digest;
UPDATE subscriptions_subscriber SET next_send_at = '{due}';
"""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Each question has a connection of its own: servers die and come back in between."""

    url: str

    @property
    def file(self) -> str:
        """Where SQLite keeps it; "" on PostgreSQL."""
        return self.url.removeprefix(SQLITE) if self.url.startswith(SQLITE) else ""

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with self._connection() as connection:
            rows: list[tuple[Any, ...]] = connection.execute(question).fetchall()
            return rows

    def change(self, statements: str) -> int:
        """One or more of them; how many rows the last one changed."""
        with self._connection() as connection:
            changed = [
                connection.execute(statement).rowcount
                for statement in statements.split(";")
                if statement.strip()
            ]
            return int(changed[-1])

    def settled(self, *, held: bool = False) -> bool:
        """Every reader's digest came to an end; `held`: or is unknown, and stays so."""
        states = {state for (state,) in self.ask(STATES)}
        return not states & (UNDER_WAY if held else UNDER_WAY | {"unknown"})

    def open_again(self) -> None:
        """As if nothing had been sent: readers are due, and digests are opened anew."""
        due = datetime.now(UTC) - timedelta(minutes=1)
        # as Django writes it there
        self.change(AGAIN.format(due=f"{due:%Y-%m-%d %H:%M:%S}" + ("" if self.file else "+00")))

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        if self.file:
            opened: Any = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        else:
            opened = psycopg.connect(self.url, autocommit=True, connect_timeout=10)
        with closing(opened) as connection:
            yield connection

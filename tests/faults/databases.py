"""A whole database copied, put back, and asked, while no process of its installation runs."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import psycopg

LATER = {"sqlite": "datetime({}, '{} day')", "postgresql": "{} + interval '{} day'"}
FAR = 10_000  # days: where no edition is in the way of another


def copy(source: str, target: str) -> None:
    """What stood at `target` is gone."""
    if source.startswith("sqlite"):
        shutil.copy(_file(source), _file(target))
        return
    with psycopg.connect(_server(source), autocommit=True) as server:
        drop(target)
        name, template = (urlsplit(url).path[1:] for url in (target, source))
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())


def drop(url: str) -> None:
    if not url.startswith("sqlite"):
        with psycopg.connect(_server(url), autocommit=True) as server:
            name = urlsplit(url).path[1:]
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def rows(url: str, statement: str) -> list[Any]:
    """Of a SELECT; a statement that changes something is committed."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(_file(url))) as file, file:
            return file.execute(statement).fetchall()
    with psycopg.connect(url) as server:
        found = server.execute(statement.encode())
        return found.fetchall() if found.description else []


def days_pass(url: str, days: int) -> None:
    """All that lies in the past is so many days earlier."""
    for table, date in (("papers_edition", "date"), ("subscriptions_digest", "local_date")):
        # by way of where there is nothing: on the way a date must not meet its neighbour's
        _earlier(url, table, days + FAR, date=date)
        _earlier(url, table, -FAR, date=date)
    _earlier(url, "papers_edition", days, "covers_from", "covers_to", "built_at", "frozen_at")
    moments = ("due_at", "not_after", "sending_at", "sent_at")
    _earlier(url, "subscriptions_digest", days, *moments)


def everybody_is_due(url: str, since: datetime) -> None:
    """Every day at that hour, for the first time then."""
    utc = "" if url.startswith("sqlite") else "+00"
    daily = "frequency = 'daily', quiet_days = 'short', timezone = 'UTC'"
    due = f"send_hour = {since.hour}, next_send_at = '{since:%Y-%m-%d %H:%M:%S}{utc}'"
    rows(url, f"UPDATE subscriptions_subscriber SET {daily}, {due}")  # noqa: S608  # our own


def _earlier(url: str, table: str, days: int, *moments: str, date: str = "") -> None:
    moved = LATER["sqlite" if url.startswith("sqlite") else "postgresql"]
    changes = [f"{column} = {moved.format(column, -days)}" for column in moments]
    changes += [f"{date} = date({moved.format(date, -days)})"] if date else []
    rows(url, f"UPDATE {table} SET {', '.join(changes)}")  # noqa: S608  # our own names


def _file(url: str) -> str:
    return url.removeprefix("sqlite:///")


def _server(url: str) -> str:
    return urlsplit(url)._replace(path="/postgres").geturl()

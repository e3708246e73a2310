"""Row 32: a canary signs up, reads, takes everything along and is erased; then nothing knows it."""

import json
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis

from tests.faults import databases
from tests.faults.matrix import Drill
from tests.faults.website import website
from tests.installation import Installation, new_installation, wait_until

pytestmark = pytest.mark.row(32)
CANARY = "Canary.Bird+x@feathers.example.com"
CELERY = ["-m", "celery", "-A", "digest_project", "worker", "--concurrency", "1"]
DUE = (
    "UPDATE subscriptions_subscriber SET next_send_at = NULL, send_hour = 0, timezone = 'UTC' "
    "WHERE email LIKE '%feathers%'"
)
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


def everything_in(url: str) -> str:
    kind = url.partition(":")[0]
    tables = [name for (name,) in databases.rows(url, TABLES[kind])]
    return "\n".join(str(databases.rows(url, f'SELECT * FROM "{name}"')) for name in tables)  # noqa: S608  # from the database itself


def everything_in_redis(url: str) -> str:
    with Redis.from_url(url) as client:
        return str([(key, client.type(key), _value(client, key)) for key in client.scan_iter()])


def _value(client: Redis, key: bytes) -> Any:
    match client.type(key):
        case b"list":
            return client.lrange(key, 0, -1)
        case b"hash":
            return client.hgetall(key)
        case b"zset":
            return client.zrange(key, 0, -1)
        case b"set":
            return client.smembers(key)
    return client.get(key)


def mails_to_canary(installation: Installation) -> list[EmailMessage]:
    taken = [message for whom, message in installation.sink.taken if "canary" in whom.lower()]
    return [message_from_bytes(each, policy=policy.default) for each in taken]


def link(mail: EmailMessage, page: str) -> str:
    part = mail.get_body(("plain",))
    assert part
    found = re.search(rf"https?://[^/\s]+(/{page}/[^\s]+)", part.get_content())
    assert found, part.get_content()
    return found[1]


def press(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """As a browser does: the page first, then its form."""
    shown = client.get(path)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.text)
    hidden = {"csrfmiddlewaretoken": token[1]} if token else {}
    return client.post(path, data={**hidden, **fields})


def test_nothing_knows_an_erased_reader_but_the_keyed_hash(
    tmp_path: Path, broker_url: str, drill: Drill
) -> None:
    worker_log, web_log = tmp_path / "worker.log", tmp_path / "web.log"
    variables = {"CELERY_BROKER_URL": broker_url, "LOG_LEVEL": "DEBUG"}
    with new_installation(tmp_path, **variables) as installation:
        url = installation.environment["DATABASE_URL"]
        installation.manage("seed")
        with (
            installation.running(*CELERY, log=worker_log),
            website(installation, web_log) as client,
        ):
            assert press(client, "/", email=CANARY).status_code == 302
            wait_until(lambda: len(mails_to_canary(installation)) == 1, 90, worker_log)
            confirmed = press(client, link(mails_to_canary(installation)[0], "confirm"))
            assert confirmed.status_code in {200, 302}, confirmed.text
            databases.rows(url, DUE)
            installation.manage("tick")
            wait_until(lambda: len(mails_to_canary(installation)) == 2, 90, worker_log)
            assert "canary" in everything_in(url).lower()

            mine = link(mails_to_canary(installation)[-1], "preferences").replace(
                "preferences", "my-data", 1
            )
            export = client.get(f"{mine}my-data.json").json()
            erased = press(client, f"{mine}delete/", remember="on")

            assert erased.status_code == 200
            assert client.get(mine).status_code == 404
            assert press(client, "/", email=CANARY.upper()).status_code == 302  # as for anybody
            installation.manage("tick")
            left = everything_in(url).lower()
            redis = everything_in_redis(broker_url).lower()
        logs = (worker_log.read_text() + web_log.read_text()).lower()

    places = {"database": left, "Redis": redis, "logs": logs}
    found = [name for name, text in places.items() if "canary" in text or "feathers" in text]
    drill.told(trials=1, note=f"the canary's address is found in: {found or 'nothing'}")
    assert found == []
    assert len(re.findall(r"'[0-9a-f]{64}', 'asked'", left)) == 1  # the keyed hash, and why
    assert len(mails_to_canary(installation)) == 2
    told = json.dumps(export).lower()
    assert CANARY.lower() in told
    assert len(export["digests"]) == 1
    assert export["digests"][0]["papers"]

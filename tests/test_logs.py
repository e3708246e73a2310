"""What the log says, and what it must never keep."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
import structlog
from django.test import Client
from django.utils import timezone

from digest_project.logs import EventFormatter, to_standard_error
from subscriptions import links
from subscriptions.links import Purpose
from tests.factories import SubscriberFactory

OF_A_MAIL = ["u", "w", "confirm", "undo", "less", "left"]
OF_THE_READER = ["preferences", "welcome", "pause", "my-data"]


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the handler of the settings writes."""
    yield from _written("text")


@pytest.fixture
def json_log() -> Iterator[StringIO]:
    """The same, as programs read it."""
    yield from _written("json")


def _written(form: str) -> Iterator[StringIO]:
    [handler] = [each for each in logging.getLogger().handlers if each.name == "console"]
    assert isinstance(handler, logging.StreamHandler)
    facts = to_standard_error("INFO", form)["formatters"]["event"]
    kept, formatter, stream = handler.stream, handler.formatter, StringIO()
    handler.setStream(stream)
    handler.setFormatter(EventFormatter(**{k: v for k, v in facts.items() if k != "()"}))
    yield stream
    handler.setStream(kept)
    handler.setFormatter(formatter)


def events(log: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.parametrize("page", OF_A_MAIL + OF_THE_READER)
def test_a_personal_link_is_logged_without_its_token(
    client: Client, log: StringIO, page: str
) -> None:
    client.get(f"/{page}/a-token/")

    assert f"request='GET /{page}/…/'" in log.getvalue()
    assert "a-token" not in log.getvalue()


@pytest.mark.django_db
def test_a_request_is_one_event_with_an_id(client: Client, json_log: StringIO) -> None:
    client.get("/p/n12/")
    client.get("/about/")

    missing, found = events(json_log)
    assert missing["request"] == "GET /p/n12/"
    assert missing["code"] == 404
    assert found["code"] == 200
    assert missing["request_id"] != found["request_id"]


@pytest.mark.django_db
def test_what_somebody_searched_for_is_not_logged(client: Client, log: StringIO) -> None:
    client.get("/search/", {"words": "ada@example.org"})

    assert "request='GET /search/'" in log.getvalue()
    assert "ada" not in log.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "told",
    [
        "550 5.1.1 <ada@example.org>: no such user",
        "{'ada@example.org': (550, b'unknown')}",
        'user "ada l"@example.org is away',
        "/my-link/?email=ada%40example.org",
        "ADA.L+papers@mail.example.co.uk",
        "adä@bücher.example",
    ],
)
def test_an_address_is_never_logged(told: str, form: str) -> None:
    with contextmanager(_written)(form) as log:
        logging.getLogger("of Django").warning(told)
        structlog.get_logger("of ours").warning(told)

    lines = log.getvalue().lower().splitlines()
    assert ["…@…" in line for line in lines] == [True, True]
    assert not [line for line in lines if "ad" in line or "example" in line]


def test_the_password_of_a_database_is_not_logged(log: StringIO) -> None:
    logging.getLogger("somebody's").warning("postgresql://ada:secret@db.example.org/papers")

    assert "secret" not in log.getvalue()


def test_an_address_within_a_traceback_is_not_logged(json_log: StringIO) -> None:
    try:
        int("ada@example.org")
    except ValueError:
        structlog.get_logger("sending").exception("refused", digest=7)

    [event] = events(json_log)  # with its traceback, one line
    assert event["digest"] == 7
    assert "Traceback" in event["exception"]
    assert "ada" not in event["exception"]


@pytest.mark.parametrize("kind", ["digest", "notice", "correction"])
def test_the_message_id_by_which_a_mail_is_found_is_kept(log: StringIO, kind: str) -> None:
    message_id = f"<{kind}-{'0a' * 16}@papers.example.org>"

    logging.getLogger("subscriptions").warning("The mail %s is large", message_id)

    assert message_id in log.getvalue()


def test_an_event_keeps_its_facts_apart(json_log: StringIO) -> None:
    structlog.get_logger("subscriptions.tick").info("tick_ended", sent=12, deferred=1)

    [event] = events(json_log)
    facts = {name: event[name] for name in ("event", "level", "logger", "sent", "deferred")}
    assert facts == {
        "event": "tick_ended",
        "level": "info",
        "logger": "subscriptions.tick",
        "sent": 12,
        "deferred": 1,
    }
    assert event["timestamp"].endswith("Z")


def test_a_long_line_without_an_address_is_read_in_one_go(log: StringIO) -> None:
    logging.getLogger("sources").warning("%s", "x" * 1_000_000)

    assert len(log.getvalue()) > 1_000_000


@pytest.mark.django_db
def test_a_page_sent_in_pieces_is_one_event(client: Client, json_log: StringIO) -> None:
    reader = SubscriberFactory.create()
    answer = client.get(
        links.path(Purpose.PREFERENCES, reader, timezone.now(), page="my_data_json")
    )

    assert answer.getvalue()
    assert [event["event"] for event in events(json_log)] == ["request_finished"]

"""What the log keeps of addresses that open without a password."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.test import Client


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the handler of the settings writes."""
    [handler] = [each for each in logging.getLogger().handlers if each.name == "console"]
    assert isinstance(handler, logging.StreamHandler)
    kept, stream = handler.stream, StringIO()
    handler.setStream(stream)
    yield stream
    handler.setStream(kept)


@pytest.mark.parametrize("page", ["u", "confirm", "preferences", "undo"])
def test_a_personal_address_is_logged_without_its_token(
    client: Client, log: StringIO, page: str
) -> None:
    client.get(f"/{page}/a-token/")

    assert f": Not Found: /{page}/…/\n" in log.getvalue()


@pytest.mark.django_db
def test_other_addresses_are_logged_as_they_are(client: Client, log: StringIO) -> None:
    client.get("/p/n12/")

    assert ": Not Found: /p/n12/\n" in log.getvalue()

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


OF_A_MAIL = ["u", "w", "confirm", "undo", "less", "left"]
OF_THE_READER = ["preferences", "welcome", "pause", "my-data"]


@pytest.mark.parametrize("page", OF_A_MAIL + OF_THE_READER)
def test_a_personal_address_is_logged_without_its_token(
    client: Client, log: StringIO, page: str
) -> None:
    client.get(f"/{page}/a-token/")

    assert f": Not Found: /{page}/…/\n" in log.getvalue()


@pytest.mark.django_db
def test_other_addresses_are_logged_as_they_are(client: Client, log: StringIO) -> None:
    client.get("/p/n12/")

    assert ": Not Found: /p/n12/\n" in log.getvalue()


def test_a_personal_address_within_another_is_logged_without_its_token(
    client: Client, log: StringIO
) -> None:
    logging.getLogger("django.server").info("GET /language/?next=%2Fw%2Fa-token%2F1%2Fmore%2F")

    assert "/language/?next=%2Fw%2F…%2F1%2Fmore%2F\n" in log.getvalue()

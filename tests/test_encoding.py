"""What a visitor sends is read as UTF-8, whatever codec its header names."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone

from digest_project.wsgi import application
from subscriptions.links import Purpose, path
from tests.factories import SubscriberFactory

pytestmark = pytest.mark.django_db

CODECS = ["hex", "rot13", "idna", "utf-7", "utf-16", "unicode_escape", "no-such", '"hex"', "é"]
FORM = (
    "--x\r\n"
    'Content-Disposition: form-data; name="about"\r\n\r\n'
    "\\ud800\r\n"
    "--x\r\n"
    'Content-Disposition: form-data; name="because"\r\n\r\n'
    "to\\u006f_often\r\n"
    "--x--\r\n"
)


@pytest.fixture(autouse=True)
def kept_connections() -> Iterator[None]:
    """As Django's own test client does: a request must not close the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(method: str, address: str, content_type: str, body: bytes = b"") -> tuple[int, bytes]:
    """As a server hands it to the application: the status, and the page."""
    answered: list[str] = []
    page, _, query = address.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": page,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "localhost",
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    content = b"".join(application(environ, lambda status, _: answered.append(status)))
    return int(answered[0][:3]), content


@pytest.mark.parametrize("parameter", ["charset=", "Charset =", "charset*=utf-8''", "a*=no-such''"])
@pytest.mark.parametrize("codec", CODECS)
def test_a_strange_codec_is_not_believed(parameter: str, codec: str) -> None:
    status, content = ask("GET", "/language/?next=/t/%C3%A9/", f"text/plain; {parameter}{codec}")

    assert status == 200
    assert b"/t/\xc3\xa9/" in content


@pytest.mark.parametrize("codec", CODECS)
def test_nor_is_it_for_forms(codec: str) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")
    page = path(Purpose.UNDO, reader, timezone.now(), page="why_left")
    kind = f"multipart/form-data; charset={codec}; boundary=x"

    status, content = ask("POST", page, kind, FORM.encode())

    assert status == 200
    assert b"Please choose one of the reasons below." in content
    reader.refresh_from_db()
    assert reader.left_because == ""


@pytest.mark.parametrize("boundary", ["boundary=x", 'boundary="x"', "BOUNDARY=x; charset=utf-8"])
def test_a_form_with_files_keeps_its_boundary(boundary: str) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")
    page = path(Purpose.UNDO, reader, timezone.now(), page="why_left")
    form = FORM.replace("\\u006f", "o").encode()

    status, _ = ask("POST", page, f"multipart/form-data; {boundary}", form)

    assert status == 200
    reader.refresh_from_db()
    assert reader.left_because == "too_often"


@pytest.mark.parametrize("name", ["name*=hex''because", "name*=no-such''because", "name"])
def test_strange_names_of_fields_do_no_harm(name: str) -> None:
    reader = SubscriberFactory.create(state="unsubscribed")
    page = path(Purpose.UNDO, reader, timezone.now(), page="why_left")
    form = FORM.replace('name="because"', name).encode()

    status, _ = ask("POST", page, "multipart/form-data; boundary=x", form)

    assert status in {200, 400}

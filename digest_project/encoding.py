"""Whatever is sent here is read as UTF-8, which is what the pages ask for."""

import re
from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

BOUNDARY = re.compile(r';\s*(boundary=(?:"[^"]*"|[^\s;"*]+))', re.IGNORECASE | re.ASCII)


def reading_utf8(application: Application) -> Application:
    """WSGI middleware. Django would believe a header that names any codec of Python.

    Some of those decode no text at all, which fails before Django can answer, and others make
    characters that no database takes.
    """

    def respond(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = _plain(environ.get("CONTENT_TYPE", ""))
        return application(environ, start_response)

    return respond


def _plain(content_type: str) -> str:
    """The media type and, of a form with files, its boundary."""
    boundary = BOUNDARY.search(content_type)
    media = content_type.partition(";")[0].strip()
    return f"{media}; {boundary[1]}" if boundary else media

"""Unsubscribing as a mail provider would: one POST without a cookie (RFC 8058)."""

import re
import sys
from collections.abc import Mapping
from io import BytesIO
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

BODY = b"List-Unsubscribe=One-Click"


def address(headers: Mapping[str, str]) -> str:
    """Where the POST of this mail goes; empty when it offers none, or only to a foreign site."""
    if headers.get("List-Unsubscribe-Post") != BODY.decode():
        return ""
    offered = re.findall(r"<\s*([^<>\s]+)\s*>", headers.get("List-Unsubscribe", ""))
    return next((url for url in offered if url.startswith(f"{settings.SITE_URL}/")), "")


def post(url: str) -> int:
    """The status with which this site answers, asked in place: no connection is made."""
    return WSGIHandler().get_response(WSGIRequest(_environ(url))).status_code


def _environ(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "REQUEST_METHOD": "POST",
        # WSGI hands over the path's bytes as Latin-1
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(BODY)),
        "HTTP_HOST": parts.netloc,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port or {"https": 443, "http": 80}[parts.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(BODY),
        "wsgi.errors": sys.stderr,
    }

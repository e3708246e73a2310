"""Where log lines go, and what they must not keep."""

import logging
import re
from typing import Any

# whoever has such an address may use it
PERSONAL = re.compile(
    r"(/|%2F)(u|w|confirm|welcome|preferences|pause|less|undo|left|my-data)(/|%2F)[^\s/?%&]+",
    re.IGNORECASE,
)


class WithoutTokens(logging.Filter):
    """Keeps /u/… of a personal address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = PERSONAL.sub(r"\1\2\3…", record.getMessage()), ()
        return True


def to_standard_error(level: str) -> dict[str, Any]:
    """Plain lines on standard error, without addresses or tokens: Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
        "filters": {"without_tokens": {"()": WithoutTokens}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["without_tokens"],
            }
        },
        "loggers": {
            "django.server": {"handlers": ["console"], "propagate": False},
            "httpx": {"level": "WARNING"},  # it would log each request to a source
        },
        "root": {"handlers": ["console"], "level": level},
    }

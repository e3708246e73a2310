"""The log: one event a line on standard error, with the ids of its request or task.

Whoever writes to it, no line keeps an address, or the token of a personal link.
"""

import logging
import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# whoever has such an address may use it
PERSONAL = re.compile(
    r"(/|%2F)(u|w|confirm|welcome|preferences|pause|less|undo|left|my-data|hooks)(/|%2F)[^\s/?%&\"']+",
    re.IGNORECASE,
)
ADDRESS = re.compile(
    r"(\"[^\"\n]{1,66}\"|[^\s@<>()\[\]{},;:=?&/\"'\\]{1,64})(?:@|%40)[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
OUR_MESSAGE_ID = re.compile(r"(?:correction|digest|notice)-[0-9a-f]{32}")
LEVELS = {
    "axes": "ERROR",  # names typed at the sign-in, which may be passwords
    "celery.app.trace": "WARNING",  # a line for each wake-up
    "django.security.DisallowedHost": "CRITICAL",  # what strangers call us
    "django.request": "CRITICAL",  # told by django_structlog, with the request's id
    "django.server": "WARNING",  # the same
    "httpx": "WARNING",  # each request to a source
}


def configure(logging_settings: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *KNOWN_OF_EACH,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(logging_settings)


def to_standard_error(level: str, form: str) -> dict[str, Any]:
    """Django's LOGGING; `form` is "json" for programs or "text" for people."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "event": {
                "()": EventFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *RENDERERS[form],
                ],
                "foreign_pre_chain": KNOWN_OF_EACH,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
        "loggers": {
            "django.server": {"handlers": [], "propagate": True},
            **{name: {"level": least} for name, least in LEVELS.items()},
        },
        "root": {"handlers": ["console"], "level": level},
    }


class EventFormatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return scrubbed(super().format(record))


def scrubbed(line: str) -> str:
    """Keeps /u/… of a personal link, …@… of an address, and our Message-IDs."""
    return ADDRESS.sub(_masked, PERSONAL.sub(r"\1\2\3…", line))


def _masked(address: re.Match[str]) -> str:
    return address[0] if OUR_MESSAGE_ID.fullmatch(address[1]) else "…@…"


def told_already(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A page sent in pieces has had its event when it began."""
    if event.get("event") in {"streaming_started", "streaming_finished"}:
        raise structlog.DropEvent
    return event


def without_query(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Of a request: what people searched for may be an address."""
    if isinstance(request := event.get("request"), str):
        event["request"] = request.partition("?")[0]
    return event


KNOWN_OF_EACH: list[Processor] = [
    told_already,
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(allow=[]),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    without_query,
]
RENDERERS: dict[str, list[Processor]] = {
    "json": [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ],
    "text": [
        structlog.dev.ConsoleRenderer(
            colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
        )
    ],
}

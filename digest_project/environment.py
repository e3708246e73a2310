"""The one reader of the environment: values come out typed, or the start is refused by name."""

import os
import re
from collections.abc import Mapping
from email.utils import getaddresses
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
MOST_A_SECOND = 100_000
RECIPIENT = re.compile(r'([^\s@<>(),;:"]+@)?(localhost|[\w-]+(\.[\w-]+)+)')
MALFORMED = (
    "cannot be read as an address: look at its host and port, "
    "and write special characters of a password in percent-encoding (/ is %2F)."
)


def read(env_file: Path) -> "Environment":
    """The process's variables; those of `env_file`, where there is one, fill the gaps."""
    if env_file.is_file():
        try:
            # as text: given a path, django-environ passes over a file that it may not open
            environ.Env.read_env(StringIO(env_file.read_text("utf-8")), overwrite=False)
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(
                f"{env_file.name} cannot be read: it must be UTF-8 text that this user may open."
            ) from error
    return Environment(os.environ)


class Environment:
    """Each method returns one variable, or raises ImproperlyConfigured naming it.

    A variable that is empty counts as not set.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def line(self, name: str, default: str) -> str:
        """A text that stands in headers of mails."""
        value = self.text(name, default)
        if len(value.splitlines()) == 1:
            return value
        raise ImproperlyConfigured(f"{name} must be one line, not {value!r}.")

    def secret(self, name: str, *, least: int) -> str:
        """A text that only some may know, of at least so many characters; or empty."""
        value = self.text(name)
        if 0 < len(value) < least:
            raise ImproperlyConfigured(
                f"{name} must be empty or have at least {least} characters, not {len(value)}."
            )
        return value

    def required(self, name: str, advice: str) -> str:
        if value := self.text(name):
            return value
        raise ImproperlyConfigured(f"{name} must be set: {advice}")

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name, str(default)).lower()
        if value in TRUE | FALSE:
            return value in TRUE
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        """A whole number within `low` and `high`, both included."""
        value = self.text(name, str(default))
        if value.isdecimal() and low <= int(value) <= high:
            return int(value)
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {low} to {high}, not {value!r}."
        )

    def number(self, name: str, default: float, *, low: float, high: float) -> float:
        """A number within `low` and `high`, both included."""
        value = self.text(name, str(default))
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if low <= number <= high:
            return number
        raise ImproperlyConfigured(f"{name} must be a number from {low} to {high}, not {value!r}.")

    def choice(self, name: str, default: str, options: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value in options:
            return value
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")

    def words(self, name: str) -> list[str]:
        """A comma-separated list."""
        return [word.strip() for word in self.text(name).split(",") if word.strip()]

    def recipients(self, name: str) -> list[str]:
        """A comma-separated list of addresses and domains; a domain's subdomains are not in it."""
        for word in self.words(name):
            if not RECIPIENT.fullmatch(word):
                raise ImproperlyConfigured(
                    f"{name} must list addresses and domains such as ada@example.org, "
                    f"staff.example.org, not {word!r}."
                )
        return self.words(name)

    def name(self, name: str) -> str:
        """Letters, digits, dots, dashes and underscores; or empty."""
        value = self.text(name)
        if re.fullmatch(r"[\w.-]{0,64}", value, re.ASCII):
            return value
        raise ImproperlyConfigured(
            f"{name} must be up to 64 letters, digits, dots, dashes and underscores, not {value!r}."
        )

    def rates(self, name: str) -> dict[str, float]:
        """A comma-separated list of domains, each with a rate a second: gmail.com=20."""
        rates = dict(_rate(name, word) for word in self.words(name))
        if len(rates) < len(self.words(name)):
            raise ImproperlyConfigured(f"{name} names a domain twice.")
        return rates

    def address(self, name: str, default: str) -> str:
        """One email address."""
        value = self.line(name, default)
        if _addresses(value) == [value]:
            return value
        raise ImproperlyConfigured(
            f"{name} must be an address such as unsubscribe@example.org, not {value!r}."
        )

    def sender(self, name: str, default: str) -> str:
        """One email address, with a name or without."""
        value = self.line(name, default)
        if len(_addresses(value)) == 1:
            return value
        raise ImproperlyConfigured(
            f"{name} must be an address such as Morning Papers <digest@example.org>, not {value!r}."
        )

    def site_url(self, name: str, default: str) -> str:
        """Scheme and host of the public site, without a path or a closing slash."""
        value = self.text(name, default).rstrip("/")
        if re.fullmatch(r"https?://([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?", value):
            return value
        raise ImproperlyConfigured(
            f"{name} must look like https://papers.example.org (no path), not {value!r}."
        )

    def service_url(self, name: str, default: str) -> str:
        """Where another service answers, with its path, without a query or a closing slash."""
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if sound and not re.search(r"[\s?#@]", value):
            return value
        raise ImproperlyConfigured(
            f"{name} must look like {default}, not {_without_secrets(value)}."
        )

    def broker_url(self, name: str) -> str:
        """Where Celery finds its broker; empty: work runs in place."""
        value = self.text(name)
        if value and _scheme(value) not in {"redis", "rediss", "redis+socket"}:
            raise ImproperlyConfigured(
                f"{name} must be empty or a redis:// address, not {_without_secrets(value)}."
            )
        try:
            _ = urlsplit(value).port
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} {MALFORMED}") from error
        return value

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Django's settings for one database, SQLite or PostgreSQL."""
        value = self.text(name, default)
        if _scheme(value) not in {"sqlite", "postgres", "postgresql"}:
            raise ImproperlyConfigured(
                f"{name} must begin with sqlite:/// or postgresql://, "
                f"not {_without_secrets(value)}."
            )
        try:
            return dict(environ.Env.db_url_config(value))
        except (ValueError, environ.ImproperlyConfigured) as error:
            raise ImproperlyConfigured(f"{name} {MALFORMED}") from error

    def with_prefix(self, prefix: str) -> dict[str, str]:
        """Every set variable that begins with `prefix`, by the rest of its name."""
        return {
            name.removeprefix(prefix): value.strip()
            for name, value in self.variables.items()
            if name.startswith(prefix) and value.strip()
        }


def _rate(name: str, word: str) -> tuple[str, float]:
    domain, _, number = (part.strip() for part in word.partition("="))
    try:
        rate = float(number)
    except ValueError:
        rate = float("nan")
    if re.fullmatch(r"[\w.-]+\.[\w-]+", domain) and 0 < rate <= MOST_A_SECOND:
        return domain.lower(), rate
    raise ImproperlyConfigured(f"{name} must look like gmail.com=20, yahoo.com=5, not {word!r}.")


def _addresses(text: str) -> list[str]:
    found = [address for _, address in getaddresses([text])]
    well_formed = re.compile(r'[^\s@<>(),;:"]+@[^\s@<>(),;:"]+')
    return found if all(map(well_formed.fullmatch, found)) else []


def _scheme(url: str) -> str:
    scheme, separator, _ = url.partition("://")
    return scheme if separator else ""


def _without_secrets(url: str) -> str:
    # an address may hold a password, and a refusal ends in logs
    return repr(f"{scheme}:…") if (scheme := _scheme(url)) else "a text without ://"

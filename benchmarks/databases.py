"""A database of a benchmark's own, which other processes can open, dropped at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """Yields its DATABASE_URL: a file in `folder`, or beside the one of DATABASE_URL."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(folder / "benchmark.sqlite3")
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        yield _url()
    finally:
        teardown_databases(databases, verbosity=0)


def _url() -> str:
    facts = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{connection.settings_dict['NAME']}"
    user = f"{facts['USER']}:{facts['PASSWORD']}@" if facts["PASSWORD"] else f"{facts['USER']}@"
    port = f":{facts['PORT']}" if facts["PORT"] else ""
    return f"postgresql://{user}{facts['HOST']}{port}/{connection.settings_dict['NAME']}"

"""The project's settings for tests: what the environment says, and fixed keys."""

import os
from pathlib import Path
from tempfile import gettempdir

os.environ.setdefault("SECRET_KEY", "tests-only-secret-key-0123456789-abcdefghijklmnop")
os.environ.setdefault("LINK_KEY", "tests-only-link-key-0123456789-abcdefghijklmnopqrs")
os.environ.setdefault("DEMO", "true")

from digest_project.settings import *  # noqa: F403  # after the variables above
from digest_project.settings import DATABASES

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file: threads that share a database in memory do not wait for each other's locks.
    file = Path(gettempdir()) / f"morning-papers-tests-{os.getpid()}.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(file)}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

# Real hashing takes a third of a second, for each of hundreds of users.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

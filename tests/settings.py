"""The project's settings for tests: what the environment says, and fixed keys."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-secret-key-0123456789-abcdefghijklmnop")
os.environ.setdefault("LINK_KEY", "tests-only-link-key-0123456789-abcdefghijklmnopqrs")
os.environ.setdefault("DEMO", "true")

from digest_project.settings import *  # noqa: F403  # after the variables above

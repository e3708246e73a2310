"""For how long what nobody needs for ever is kept. docs/settings.md explains each."""

from pathlib import Path

from digest_project import environment

env = environment.read(Path(__file__).resolve().parent.parent.parent / ".env")

RETENTION_DAYS = {
    # soft bounces count over 15 days, and providers repeat themselves for a few
    "provider_events": env.integer("RETENTION_PROVIDER_EVENTS_DAYS", 90, low=30, high=3650),
    "notices": env.integer("RETENTION_NOTICES_DAYS", 90, low=30, high=3650),
    "mailbox": env.integer("RETENTION_MAILBOX_DAYS", 30, low=1, high=3650),
    "paper_imports": env.integer("RETENTION_PAPER_IMPORTS_DAYS", 30, low=1, high=3650),
    "sign_in_attempts": env.integer("RETENTION_SIGN_IN_ATTEMPTS_DAYS", 30, low=1, high=3650),
    "audit_log": env.integer("RETENTION_AUDIT_LOG_DAYS", 400, low=30, high=3650),
}

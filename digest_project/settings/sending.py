"""How fast mail leaves, to whom it may, and which installation this is."""

from pathlib import Path

from digest_project import environment

env = environment.read(Path(__file__).resolve().parent.parent.parent / ".env")

EMAIL_CONNECTIONS = env.integer("EMAIL_CONNECTIONS", 1, low=1, high=256)
EMAIL_RATE = env.number("EMAIL_RATE", 0, low=0, high=100_000)  # mails a second; 0: no limit
EMAIL_DOMAIN_RATES = env.rates("EMAIL_DOMAIN_RATES")
EMAIL_ALLOW_LIST = env.recipients("EMAIL_ALLOW_LIST")
INSTALLATION_ID = env.name("INSTALLATION_ID")

"""What an installation tells of itself: figures and logs. docs/settings.md explains each."""

import logging
from pathlib import Path

from digest_project import environment, logs

env = environment.read(Path(__file__).resolve().parent.parent.parent / ".env")

METRICS_TOKEN = env.secret("METRICS_TOKEN", least=16)
# Where web processes of one machine add up their requests for /metrics.
if folder := env.text("PROMETHEUS_MULTIPROC_DIR"):
    Path(folder).mkdir(parents=True, exist_ok=True)

LOGGING_CONFIG = "digest_project.logs.configure"
LOGGING = logs.to_standard_error(
    env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    env.choice(
        "LOG_FORMAT", "text" if env.flag("DEBUG") or env.flag("DEMO") else "json", ("text", "json")
    ),
)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None  # public pages must not read a session for it
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # its end says all
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # what strangers ask for is no warning
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = logging.DEBUG  # wake-ups, a great many

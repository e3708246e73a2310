"""Celery: an alarm clock; the database is the queue (docs/decisions/0001)."""

from pathlib import Path

from digest_project import environment

env = environment.read(Path(__file__).resolve().parent.parent.parent / ".env")

CELERY_BROKER_URL = env.broker_url("CELERY_BROKER_URL")
VISIBILITY_TIMEOUT = {"visibility_timeout": 600}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **VISIBILITY_TIMEOUT,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # Publishing to a broker that is away gives up soon: the next tick does it again.
    "socket_connect_timeout": 2,
    "max_retries": 1,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = VISIBILITY_TIMEOUT
CELERY_VISIBILITY_TIMEOUT = VISIBILITY_TIMEOUT["visibility_timeout"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000  # KiB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    # An unread wake-up is worth nothing once the next one is due.
    "tick": {
        "task": "subscriptions.tasks.tick",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
}

"""Broker and workers."""

from collections.abc import Iterator

import redis
from django.conf import settings

from digest_project.celery import app
from digest_project.doctor.findings import Finding, Question, fail, in_one_line, ok

SECONDS = 3
OLDEST_REDIS = (6, 2)


def broker_answers(_: Question) -> Iterator[Finding]:
    if not settings.CELERY_BROKER_URL:
        yield ok("broker", "none: the scheduler does all the work")
        return
    try:
        facts = _asked()
    except (redis.RedisError, OSError, ValueError) as error:
        yield fail(
            "broker",
            f"the Redis of CELERY_BROKER_URL does not answer: {type(error).__name__}",
            "Start Redis, or correct CELERY_BROKER_URL; empty it where there is no broker.",
        )
        return
    yield from _judged(facts)
    yield _workers()


def _asked() -> dict[str, str]:
    url = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
    with redis.Redis.from_url(
        url, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
    ) as server:
        facts: dict[str, str] = server.info()
    return facts


def _judged(facts: dict[str, str]) -> Iterator[Finding]:
    version, policy = str(facts.get("redis_version", "0")), facts.get("maxmemory_policy")
    if tuple(map(int, version.split(".")[:2])) < OLDEST_REDIS:
        yield fail("broker", f"Redis {version} is too old", "Use Redis 6.2 or newer.")
    if policy != "noeviction":
        yield fail(
            "broker",
            f"Redis may forget wake-ups: its maxmemory-policy is {policy}",
            "Set maxmemory-policy noeviction in redis.conf.",
        )
    else:
        yield ok("broker", f"Redis {version} answers")


def _workers() -> Finding:
    try:
        answers = app.control.ping(timeout=SECONDS / 2)
    except Exception as error:  # noqa: BLE001  # of kombu and redis, and of what they rest on
        return fail("workers", f"cannot be asked: {in_one_line(error)}", "Look at the broker.")
    if not answers:
        return fail("workers", "none answers", "Start one: celery --app digest_project worker.")
    return ok("workers", f"{len(answers)} answer")

"""Asked by proxies, containers and monitors, over plain http.

Anybody may ask, so what costs more than one small query is looked at no oftener than LATELY.
The Host header must be one of ALLOWED_HOSTS here too: a check on the same machine asks for
localhost, which docker-compose.yml adds to them.
"""

from typing import cast

from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from digest_project.tokens import knows_token
from subscriptions.admin.overview.facts import gather
from subscriptions.admin.overview.line import Level, Line
from subscriptions.admin.overview.verdict import verdict

LATELY = 10  # seconds


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Is this process alive? 200 while the database answers, else 503; one word either way."""
    return _answer([] if _database_answers() else ["database"])


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """May it be sent requests? Not before the database has this version's tables.

    The broker is not asked: pages never wait for it, and do without it.
    """
    if not _database_answers():
        return _answer(["database"])
    missing = cache.get_or_set("health:migrations", _migrations_missing, LATELY)
    return _answer(["migrations"] if missing else [])


@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """Does mail go out as it should? 200 ok or paused, 503 broken; who knows the token, hears why.

    As the first page of the admin tells it. What a person paused or held is not broken.
    """
    if not _database_answers():
        return _answer(["broken"])
    lines = cast("list[Line]", cache.get_or_set("health:status", _lines, LATELY))
    worst = min(line.level for line in lines)
    word = {Level.STOPPED: "broken", Level.PAUSED: "paused"}.get(worst, "ok")
    code = 503 if worst == Level.STOPPED else 200
    if not knows_token(request):
        return HttpResponse(f"{word}\n", status=code, content_type="text/plain")
    facts = [
        {"level": line.level.name.lower(), "says": line.says, "todo": line.todo} for line in lines
    ]
    return JsonResponse({"status": word, "told": facts}, status=code)


def _lines() -> list[Line]:
    told = verdict(gather(timezone.now()))
    return [told.headline, *told.problems]


def _answer(missing: list[str]) -> HttpResponse:
    told = "\n".join(missing or ["ok"])
    return HttpResponse(f"{told}\n", status=503 if missing else 200, content_type="text/plain")


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:  # InterfaceError, of a lost connection, is no DatabaseError
        return False
    return True


def _migrations_missing() -> bool:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

"""/healthz: may this process be sent requests? Asked by proxies and containers, over plain http.

The Host header must be one of ALLOWED_HOSTS here too: a check on the same machine asks for
localhost, which docker-compose.yml adds to them.
"""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the database answers, else 503; one word either way."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:  # InterfaceError, of a lost connection, is no DatabaseError
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")

"""Who guesses passwords waits: after five wrong ones for one name from one address, half an hour.

Names that nobody has are kept as a keyed hash: people type passwords into the box for the name.
"""

from typing import Any

import structlog
from axes.conf import settings
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.crypto import salted_hmac

logger = structlog.get_logger(__name__)


def known_name(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """By which guesses are counted, and unlocked: `manage.py axes_reset_username NAME`."""
    name = str((credentials or {}).get("username", ""))
    if User.objects.filter(username=name).exists():
        return name
    return salted_hmac("digest_project.staff.lockout", name).hexdigest()


def locked_out(
    request: HttpRequest, _response: HttpResponse, credentials: dict[str, Any]
) -> HttpResponse:
    """In place of whatever a login would have answered."""
    logger.warning("staff_locked_out", because="too many wrong passwords for one name")
    [guesses] = AxesProxyHandler.get_implementation().get_user_attempts(request, credentials)
    until = guesses.latest("attempt_time").attempt_time + settings.AXES_COOLOFF_TIME
    context = {**admin.site.each_context(request), "title": "Too many wrong passwords"}
    page = TemplateResponse(
        request, "admin/staff/locked_out.html", {**context, "until": until}, status=429
    )
    page["Retry-After"] = str(int((until - request.axes_attempt_time).total_seconds()) + 1)  # type: ignore[attr-defined]  # set by axes
    return page.render()

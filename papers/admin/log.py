from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest


def log_changes(request: HttpRequest, rows: Iterable[Any], told: str) -> None:
    """Into each row's history, as Django does for its forms."""
    LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, told)  # type: ignore[arg-type]  # nobody is anonymous here

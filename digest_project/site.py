"""What every page may say about this installation."""

from django.conf import settings
from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, object]:
    """Template context processor."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "trying_out": settings.TRYING_OUT,
        "languages": settings.LANGUAGES,
        "canonical_url": settings.SITE_URL + request.path,
    }

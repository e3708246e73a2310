"""What the site says of itself; the same for everybody."""

from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    facts = {
        "half_life": settings.TRENDING_HALF_LIFE_HOURS,
        "weights": settings.AI_SCORE_WEIGHTS,
    }
    return render(request, "subscriptions/about.html", facts | _operator())


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "subscriptions/privacy.html", _operator())


def _operator() -> dict[str, str]:
    """How to reach whoever runs this installation."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return {"sender": sender, "postal_address": settings.POSTAL_ADDRESS}

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from subscriptions import typos
from subscriptions.views import typed


@never_cache
@require_safe
def check_your_inbox(request: HttpRequest) -> HttpResponse:
    """The same for new, known and suppressed addresses: it looks nothing up."""
    email = typed.recall(request).get("email", "")
    context = {
        "email": email,
        "likely_meant": typos.likely_meant(email),
        "asked_for_link": "link" in request.GET,
    }
    return render(request, "subscriptions/check_your_inbox.html", context)

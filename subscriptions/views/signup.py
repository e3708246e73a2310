from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from subscriptions import signup, typos, wake
from subscriptions.views import typed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_your_inbox(request: HttpRequest) -> HttpResponse:
    """The same for new, known and suppressed addresses: showing it looks nothing up."""
    if request.method == "POST":
        return _send_again(request)
    email = typed.recall(request).get("email", "")
    context = {
        "email": email,
        "likely_meant": typos.likely_meant(email),
        "asked_for_link": "link" in request.GET,
        "sent_again": "again" in request.GET,
        "just_now": typed.just_now(request),
        "this_page": _this_page(request),
    }
    return render(request, "subscriptions/check_your_inbox.html", context)


def _send_again(request: HttpRequest) -> HttpResponse:
    """Only for the browser that typed the address, a minute or more ago."""
    before = typed.recall(request)
    if not before or typed.just_now(request):
        return redirect(_this_page(request))
    signup.send_again(before["email"], timezone.now(), link="link" in request.GET)
    transaction.on_commit(wake.notices)
    response = redirect(_this_page(request, again="asked"))
    typed.keep(response, before)
    return response


def _this_page(request: HttpRequest, **query: str) -> str:
    """Its address; which of the two mails it speaks of stays in it."""
    asked = {"link": "asked"} if "link" in request.GET else {}
    return reverse("subscriptions:check_your_inbox", query=asked | query)

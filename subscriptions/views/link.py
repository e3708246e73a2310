from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from subscriptions import signup, wake
from subscriptions.forms import LinkForm
from subscriptions.views import typed


@require_http_methods(["GET", "HEAD", "POST"])
def my_link(request: HttpRequest) -> HttpResponse:
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _mail_link(form.cleaned_data["email"])
    return render(request, "subscriptions/my_link.html", {"form": form})


def _mail_link(email: str) -> HttpResponse:
    signup.ask_for_link(email, timezone.now())
    transaction.on_commit(wake.notices)
    response = redirect(reverse("subscriptions:check_your_inbox", query={"link": "asked"}))
    typed.keep(response, {"email": email})
    return response

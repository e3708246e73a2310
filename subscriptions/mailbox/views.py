from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages as notes
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from subscriptions import events, framing
from subscriptions.mailbox import one_click
from subscriptions.mailbox.source import eml
from subscriptions.models import MailboxMessage, ProviderEvent

PAGE_SIZE = 50
WIDTHS = ("wide", "phone")
FATES = {  # what a provider would tell of a mail, as the buttons call it
    ProviderEvent.Kind.DELIVERED: "Delivered",
    ProviderEvent.Kind.DEFERRED: "Deferred",
    ProviderEvent.Kind.SOFT_BOUNCE: "Bounced for now",
    ProviderEvent.Kind.HARD_BOUNCE: "Bounced for good",
    ProviderEvent.Kind.BLOCKED: "Blocked",
    ProviderEvent.Kind.COMPLAINED: "Reported as spam",
    ProviderEvent.Kind.UNSUBSCRIBED: "Unsubscribed",
}

View = Callable[..., HttpResponse]


def while_trying_out(view: View) -> View:
    """Everybody's mail is open here, so a real installation has no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not settings.TRYING_OUT:
            raise Http404
        return view(request, **kwargs)

    return guarded


@while_trying_out
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    to, subject = (request.GET.get(name, "").strip() for name in ("to", "subject"))
    found = MailboxMessage.objects.filter(recipient__icontains=to, subject__icontains=subject)
    rows = found.only("subject", "recipient", "received_at")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "mailbox/inbox.html", {"page": page, "to": to, "subject": subject})


@while_trying_out
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(MailboxMessage, pk=pk)
    context = {
        "message": row,
        "width": request.GET.get("width", WIDTHS[0]),
        "widths": WIDTHS,
        "theme": request.GET.get("theme", ""),
        "themes": framing.THEMES,
        "sandbox": framing.SANDBOX,
        "fates": FATES,
        "unsubscribe_address": one_click.address(row.headers),
    }
    return render(request, "mailbox/message.html", context)


@while_trying_out
@require_safe
def html(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(MailboxMessage, pk=pk)
    return framing.in_a_frame(row.html, request.GET.get("theme", ""))


@while_trying_out
@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG001  # Django's call
    row = get_object_or_404(MailboxMessage, pk=pk)
    return HttpResponse(
        eml(row),
        content_type="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="message-{pk}.eml"'},
    )


@while_trying_out
@require_POST
def unsubscribe(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(MailboxMessage, pk=pk)
    if address := one_click.address(row.headers):
        notes.info(request, f"Sent POST {address}. The answer was {one_click.post(address)}.")
    else:
        notes.error(request, "This mail offers no one-click unsubscribe address of this site.")
    return redirect("mailbox:message", pk=pk)


@while_trying_out
@require_POST
def fate(request: HttpRequest, pk: int) -> HttpResponse:
    """As if a provider had posted it to its webhook, and a tick had come."""
    row = get_object_or_404(MailboxMessage, pk=pk)
    kind = request.POST.get("kind", "")
    if kind not in FATES:
        raise Http404
    now = timezone.now()
    events.store(events.Facts("Mailbox", kind, now, row.message_id, row.recipient))
    events.process_waiting(now)
    told = ProviderEvent.objects.filter(provider="Mailbox", happened_at=now).first()
    notes.info(request, f"{FATES[ProviderEvent.Kind(kind)]}: {told.outcome if told else 'gone'}.")
    return redirect("mailbox:message", pk=pk)

"""The address that a provider posts to. Who posts is checked by anymail.

A post is stored as a whole or not at all, so that a provider that posts it again finds nothing
half done.
"""

from http import HTTPStatus
from typing import Any

import structlog
from anymail.exceptions import (
    AnymailError,
    AnymailImproperlyInstalled,
    AnymailWebhookValidationFailure,
)
from anymail.signals import AnymailTrackingEvent, tracking
from anymail.urls import urlpatterns
from django.db import transaction
from django.dispatch import receiver
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
)
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from subscriptions import events
from subscriptions.emails.message import REFERENCE
from subscriptions.webhooks import amazon, sns
from subscriptions.webhooks.meaning import kind_of, words_of
from subscriptions.webhooks.secrets import SIGNATURES, is_open

logger = structlog.get_logger(__name__)
VIEWS = {
    **{pattern.name: pattern.callback for pattern in urlpatterns},
    "amazon_ses_tracking_webhook": amazon.AmazonView.as_view(),
}
UNREADABLE = (
    *(AnymailError, AttributeError, LookupError, TypeError, ValueError),
    RecursionError,  # JSON within JSON within JSON
    AnymailImproperlyInstalled,  # a package that this provider alone needs is missing
)


@csrf_exempt
@require_http_methods(["POST", "HEAD"])  # some providers try the address by HEAD
def hook(request: HttpRequest, provider: str) -> HttpResponse:
    if provider not in SIGNATURES or not is_open(provider):
        raise Http404
    try:
        if provider == "amazon_ses":
            amazon.check(request)
        with transaction.atomic():
            response: HttpResponse = VIEWS[f"{provider}_tracking_webhook"](request)
    except sns.CannotAskError as error:
        logger.warning("webhook_cannot_be_verified", provider=provider, error=str(error))
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)  # it is posted again
    except AnymailWebhookValidationFailure:
        logger.warning("webhook_not_signed", provider=provider)
        return HttpResponseForbidden()
    except UNREADABLE as error:
        # its words may quote what was posted, addresses included
        logger.warning("webhook_not_readable", provider=provider, error=type(error).__name__)
        return HttpResponseBadRequest()
    return response


@receiver(tracking)
def keep(event: AnymailTrackingEvent, esp_name: str, **_: Any) -> None:
    """One event of a post; what readers open and click is not kept."""
    if kind := kind_of(event):
        events.store(
            events.Facts(
                provider=esp_name,
                kind=kind,
                happened_at=event.timestamp or timezone.now(),
                message_id=str((event.metadata or {}).get(REFERENCE) or event.message_id or ""),
                address=str(event.recipient or ""),
                told=words_of(event),
                event_id=str(event.event_id or ""),
            )
        )

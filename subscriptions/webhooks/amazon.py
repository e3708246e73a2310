"""Amazon SES, which posts its events through a topic of Amazon's notification service.

Anybody may have a topic there, and Amazon signs for all of them. So a message must be signed, and
besides bring the shared secret or come from the topic that ANYMAIL_AMAZON_SES_TOPIC_ARN names.
"""

from typing import Any

import structlog
from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.amazon_ses import AmazonSESBaseWebhookView, AmazonSESTrackingWebhookView
from django.conf import settings
from django.http import HttpRequest

from subscriptions.emails.message import REFERENCE
from subscriptions.webhooks import sns

logger = structlog.get_logger(__name__)
TOPIC = "AMAZON_SES_TOPIC_ARN"


class AmazonView(AmazonSESTrackingWebhookView):  # type: ignore[misc]  # anymail has no types
    """Anymail's, without the package boto3, which it needs to confirm a subscription."""

    warn_if_no_basic_auth = False
    auto_confirm_enabled = False

    def __init__(self, **kwargs: Any) -> None:
        super(AmazonSESBaseWebhookView, self).__init__(**kwargs)

    def validate_request(self, request: HttpRequest) -> None:
        """Also wants it to come from our topic, where that is named."""
        ours = settings.ANYMAIL.get(TOPIC)
        if ours and self._parse_sns_message(request).get("TopicArn") != ours:
            raise AnymailWebhookValidationFailure("from another topic")

    def esp_to_anymail_events(self, ses_event: Any, sns_message: Any) -> list[AnymailTrackingEvent]:
        """By plain SMTP nothing goes along, but Amazon tells with which Message-ID a mail came."""
        headers = ses_event.get("mail", {}).get("headers", [])
        named = {header["name"].lower(): header["value"] for header in headers}
        events: list[AnymailTrackingEvent] = super().esp_to_anymail_events(ses_event, sns_message)
        for event in events:
            if REFERENCE not in event.metadata and "message-id" in named:
                event.metadata[REFERENCE] = named["message-id"]
        return events


def check(request: HttpRequest) -> None:
    """Is it Amazon's, and meant for us? If it asks whether messages are wanted, they are.

    It may ask Amazon, so not inside a transaction: the network is slow.
    """
    view = AmazonView()
    if request.method != "POST" or (view.basic_auth and "Authorization" not in request.headers):
        return  # nothing is told yet: the view asks for the secret, as Amazon expects it to
    view.run_validators(request)
    message = view._parse_sns_message(request)  # noqa: SLF001  # anymail's name
    try:
        sns.verify(message)
        if message["Type"] == "SubscriptionConfirmation":
            sns.confirm(message)
            logger.info("webhook_subscribed", provider="amazon_ses", topic=message["TopicArn"])
    except sns.NotAmazonsError as error:
        raise AnymailWebhookValidationFailure("not signed by Amazon") from error

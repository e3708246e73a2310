"""What would keep a provider's posts from being understood, though there is a secret."""

import warnings

from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailError,
    AnymailImproperlyInstalled,
    AnymailWebhookValidationFailure,
)
from django.test import RequestFactory

from subscriptions.webhooks.receiving import VIEWS

REFUSED = (AnymailError, AnymailConfigurationError, AnymailWebhookValidationFailure)
A_POST = RequestFactory().post(
    "/", "{}", "application/json", headers={"X-Postal-Signature": "bm90IHNpZ25lZA=="}
)


def fault_of(provider: str) -> str:
    """In words, the mistake that even a post without a signature brings to light; "": none."""
    view = VIEWS[f"{provider}_tracking_webhook"]
    try:
        with warnings.catch_warnings(action="ignore"):
            view.view_class(**view.view_initkwargs).run_validators(A_POST)
    except AnymailImproperlyInstalled as error:
        return " ".join(str(error).split())
    except (*REFUSED, LookupError):
        return ""  # refused, as it should be
    except ValueError:
        return "its key cannot be read: give it without the lines BEGIN and END, in one line"
    return ""

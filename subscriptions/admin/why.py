"""Why a subscriber would get these papers now, or got those of one day."""

from datetime import date, datetime
from typing import Any

from subscriptions.digests.explanation import NoDigest, account
from subscriptions.digests.simulation import NoEdition
from subscriptions.models import Subscriber


def of_subscriber(subscriber: Subscriber, typed: str, now: datetime) -> dict[str, Any]:
    """What the page shows: an account, or in `trouble` why there is none."""
    try:
        day = date.fromisoformat(typed) if typed else None
        return {"typed": typed, "account": account(subscriber, now, day), "trouble": ""}
    except NoEdition:
        trouble = "There is no edition yet, so there is nothing to choose from."
    except NoDigest:
        trouble = "There is no digest of that day. Days are the subscriber’s own."
    except ValueError:
        trouble = "That is not a date; expected one such as 2026-11-20."
    return {"typed": typed, "account": None, "trouble": trouble}

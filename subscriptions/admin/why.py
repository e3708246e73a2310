"""Why a subscriber would get these papers now, or got those of one day."""

from datetime import date, datetime
from typing import Any

from subscriptions.digests.explanation import Account, explain_digest, explain_now
from subscriptions.digests.simulation import NoEdition
from subscriptions.models import Subscriber


def of_subscriber(subscriber: Subscriber, typed: str, now: datetime) -> dict[str, Any]:
    """What the page shows: an account, or in `trouble` why there is none."""
    try:
        return {"typed": typed, "account": _account(subscriber, typed, now), "trouble": ""}
    except NoEdition:
        trouble = "There is no edition yet, so there is nothing to choose from."
    except LookupError:
        trouble = "There is no digest of that day. Days are the subscriber’s own."
    except ValueError:
        trouble = "That is not a date; expected one such as 2026-11-20."
    return {"typed": typed, "account": None, "trouble": trouble}


def _account(subscriber: Subscriber, typed: str, now: datetime) -> Account:
    if not typed:
        return explain_now(subscriber, now)
    day = date.fromisoformat(typed)
    digest = subscriber.digests.select_related("edition", "subscriber").filter(local_date=day)
    if found := digest.first():
        return explain_digest(found, now)
    raise LookupError

"""What a trial cost: who got nothing and is not told why, and who got more than one mail."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.ledger import READS, Ledger

# Without a mail one of these must say why.
EXPLAINED = {"skipped", "refused", "failed", "unknown", "unresolved"}
DIGESTS = f"""
SELECT s.email, coalesce(d.state, ''), coalesce(d.reason, '') FROM subscriptions_subscriber s
LEFT JOIN subscriptions_digest d ON d.subscriber_id = s.id WHERE {READS}
"""  # noqa: S608  # our own words
LEFT = {"sent", "delivered", "bounced", "complained"}


@dataclass(frozen=True, slots=True)
class Toll:
    """`duplicated`: copies beyond a reader's first; `altered`: those that are not the same."""

    readers: int
    lost: int
    duplicated: int
    altered: int
    unexplained: int
    unknown: int


def toll(taken: Sequence[tuple[str, str | bytes]], ledger: Ledger) -> Toll:
    """By the mails taken (a recipient, and bytes or their hash) and by what the ledger says."""
    copies = Counter(recipient for recipient, _ in taken)
    digests = _digests(ledger)
    return Toll(
        readers=len(digests),
        lost=sum(not _accounted_for(copies[email], *state) for email, state in digests.items()),
        duplicated=copies.total() - len(copies),
        altered=len(set(taken)) - len(copies),
        unexplained=sum(state in EXPLAINED and not why for state, why in digests.values()),
        unknown=sum(state in {"unknown", "unresolved"} for state, _ in digests.values()),
    )


def _digests(ledger: Ledger) -> dict[str, tuple[str, str]]:
    """State and reason of each reader's digest; of none, empty."""
    rows = ledger.ask(DIGESTS)
    return {email: (state, reason) for email, state, reason in rows}


def _accounted_for(copies: int, state: str, reason: str) -> bool:
    """Who got a mail is not lost, and the ledger must not say that it left where none came."""
    if state in LEFT:
        return copies > 0
    return state in EXPLAINED and bool(reason)

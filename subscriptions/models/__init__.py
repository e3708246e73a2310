"""Who gets what: subscribers, their interests, and the ledger of what was sent to them."""

from subscriptions.models.digest import Digest, DigestPaper
from subscriptions.models.interest import Interest
from subscriptions.models.mailbox import MailboxMessage
from subscriptions.models.notice import Notice
from subscriptions.models.outgoing import Outgoing
from subscriptions.models.subscriber import Subscriber
from subscriptions.models.suppression import Suppression
from subscriptions.models.tick import Tick
from subscriptions.models.vote import Vote

__all__ = [
    "Digest",
    "DigestPaper",
    "Interest",
    "MailboxMessage",
    "Notice",
    "Outgoing",
    "Subscriber",
    "Suppression",
    "Tick",
    "Vote",
]

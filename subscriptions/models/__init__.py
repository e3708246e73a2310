"""Who gets what: subscribers, their interests, and the ledger of what was sent to them."""

from subscriptions.models.brake import Brake
from subscriptions.models.breaker import Breaker
from subscriptions.models.bucket import Bucket
from subscriptions.models.day_figures import DayFigures
from subscriptions.models.digest import Digest, DigestPaper
from subscriptions.models.interest import Interest
from subscriptions.models.mailbox import MailboxMessage
from subscriptions.models.notice import Notice
from subscriptions.models.outgoing import Outgoing
from subscriptions.models.provider_event import ProviderEvent
from subscriptions.models.read import Read
from subscriptions.models.sending import Sending
from subscriptions.models.subscriber import Subscriber
from subscriptions.models.suppression import Suppression
from subscriptions.models.tick import Tick
from subscriptions.models.vote import Vote
from subscriptions.models.witness import Witness

__all__ = [
    "Brake",
    "Breaker",
    "Bucket",
    "DayFigures",
    "Digest",
    "DigestPaper",
    "Interest",
    "MailboxMessage",
    "Notice",
    "Outgoing",
    "ProviderEvent",
    "Read",
    "Sending",
    "Subscriber",
    "Suppression",
    "Tick",
    "Vote",
    "Witness",
]

"""What support and operators see: subscribers, the ledger, suppressions, and today at a glance."""

from subscriptions.admin.correction import CorrectionAdmin
from subscriptions.admin.digest import DigestAdmin
from subscriptions.admin.edition import EditionWithDigestsAdmin
from subscriptions.admin.notice import NoticeAdmin
from subscriptions.admin.numbers import NumbersAdmin
from subscriptions.admin.paper import PaperWithVotesAdmin
from subscriptions.admin.provider_event import ProviderEventAdmin
from subscriptions.admin.sending import SendingAdmin
from subscriptions.admin.subscriber import SubscriberAdmin
from subscriptions.admin.suppression import SuppressionAdmin
from subscriptions.admin.vote import VoteAdmin

__all__ = [
    "CorrectionAdmin",
    "DigestAdmin",
    "EditionWithDigestsAdmin",
    "NoticeAdmin",
    "NumbersAdmin",
    "PaperWithVotesAdmin",
    "ProviderEventAdmin",
    "SendingAdmin",
    "SubscriberAdmin",
    "SuppressionAdmin",
    "VoteAdmin",
]

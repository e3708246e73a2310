"""What support and operators see: subscribers, the ledger, suppressions, and today at a glance."""

from django.conf import settings
from django.contrib import admin

from subscriptions.admin.digest import DigestAdmin
from subscriptions.admin.edition import EditionWithDigestsAdmin
from subscriptions.admin.notice import NoticeAdmin
from subscriptions.admin.subscriber import SubscriberAdmin
from subscriptions.admin.suppression import SuppressionAdmin
from subscriptions.admin.vote import VoteAdmin

__all__ = [
    "DigestAdmin",
    "EditionWithDigestsAdmin",
    "NoticeAdmin",
    "SubscriberAdmin",
    "SuppressionAdmin",
    "VoteAdmin",
]

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.index_title = "Today"
admin.site.enable_nav_sidebar = False  # lists need the width

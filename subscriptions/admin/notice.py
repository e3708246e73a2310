from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from subscriptions.admin.digest_filters import NoticeNeedsFilter
from subscriptions.admin.outgoing import OutgoingAdmin, clock
from subscriptions.admin.settle_acts import SettleActs
from subscriptions.models import Notice


@admin.register(Notice)
class NoticeAdmin(SettleActs, OutgoingAdmin):
    when_empty = "No notice is here: the mails that confirm, welcome and send a link."
    list_display = ["asked", "kind", "subscriber", "state", "reason", "attempts", "left"]
    list_filter = [NoticeNeedsFilter, "kind", "state"]
    fieldsets = [
        (None, {"fields": ("subscriber", "kind", "correction")}),
        ("Where it stands", {"fields": OutgoingAdmin.standing}),
    ]

    def asked(self, notice: Notice) -> str | None:
        return clock(notice.asked_at)

    def facts(self, request: HttpRequest, mail: Notice) -> dict[str, Any]:
        return super().facts(request, mail) | {"acts": self.acts_for(request, mail)}

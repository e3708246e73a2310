from django.contrib import admin

from subscriptions.admin.outgoing import OutgoingAdmin
from subscriptions.models import Notice


@admin.register(Notice)
class NoticeAdmin(OutgoingAdmin):
    list_display = ["asked_at", "kind", "subscriber", "state", "reason", "attempts", "sent_at"]
    list_filter = ["kind", "state"]
    date_hierarchy = "asked_at"
    fieldsets = [
        (None, {"fields": ("subscriber", "kind", "asked_at")}),
        ("Where it stands", {"fields": OutgoingAdmin.standing}),
        ("Timeline", {"fields": OutgoingAdmin.timeline}),
    ]

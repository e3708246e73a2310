from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from papers.admin.confirmation import NoQuestion, confirmation, confirmed
from papers.admin.log import log_changes
from subscriptions import replaying
from subscriptions.admin.settle_acts import SettleActs, in_words
from subscriptions.models.digest import DigestQuerySet
from subscriptions.models.states import GIVEN_UP, State

REPLAY = "replay"


class DigestActs(SettleActs):
    """What may be done with digests, on the list and on the page of one."""

    actions = [REPLAY, *SettleActs.actions]
    acts = {**dict.fromkeys([*GIVEN_UP, State.DEFERRED], (REPLAY,)), **SettleActs.acts}
    risk_of_sent = (
        "Nothing more is sent. If a mail did not arrive, its reader never gets its papers."
    )

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscriptions.replay_digest")

    @admin.action(description="Try again now", permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: DigestQuerySet) -> HttpResponse | None:
        now = timezone.now()
        if not confirmed(request):
            told = in_words("tried again", replaying.outlook(queryset, now))
            return confirmation(self, request, queryset, "Try again now?", NoQuestion(), told)
        tried = replaying.replay(queryset, now)
        log_changes(request, tried, "Had it tried again")
        self.message_user(request, f"Tried again with the next tick: {len(tried)}.")
        return None

from collections.abc import Callable
from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from papers.admin.confirmation import NoQuestion, confirmation, confirmed
from papers.admin.log import log_changes
from subscriptions import settling
from subscriptions.admin.page_acts import acts_of
from subscriptions.models import Outgoing
from subscriptions.models.outgoing import OutgoingQuerySet
from subscriptions.models.states import State

AS_SENT, RESEND = "settle_as_sent", "settle_to_resend"
RISK_OF_RESEND = (
    "The same mail is sent once more, with the same Message-ID. "
    "If the first did arrive, its reader may see it twice."
)


class SettleActs(admin.ModelAdmin):
    """Settling what may have left or not, on the list of a kind of mail and on the page of one."""

    actions = [AS_SENT, RESEND]
    acts: dict[State, tuple[str, ...]] = dict.fromkeys(
        [State.UNKNOWN, State.UNRESOLVED], (AS_SENT, RESEND)
    )
    risk_of_sent = "Nothing more is sent. If a mail did not arrive, its reader goes without it."

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("subscriptions.settle_digest")

    def acts_for(self, request: HttpRequest, mail: Outgoing) -> list[tuple[str, str]]:
        return acts_of(self, request, self.acts.get(State(mail.state), ()))

    @admin.action(description="Settle: it arrived", permissions=["settle"])
    def settle_as_sent(
        self, request: HttpRequest, queryset: OutgoingQuerySet
    ) -> HttpResponse | None:
        if not confirmed(request):
            unsettled = settling.outlook(queryset, timezone.now())
            told = [f"To be settled as sent: {sum(unsettled.values())}.", self.risk_of_sent]
            return confirmation(self, request, queryset, "Did they arrive?", NoQuestion(), told)
        self._settle(request, queryset, settling.settle_as_sent, "Settled as sent")
        return None

    @admin.action(description="Settle: send it once more", permissions=["settle"])
    def settle_to_resend(
        self, request: HttpRequest, queryset: OutgoingQuerySet
    ) -> HttpResponse | None:
        if not confirmed(request):
            outlook = settling.outlook(queryset, timezone.now())
            told = [*in_words("sent once more", outlook), RISK_OF_RESEND]
            return confirmation(self, request, queryset, "Send once more?", NoQuestion(), told)
        self._settle(request, queryset, settling.settle_to_resend, "Settled to be sent again")
        return None

    def _settle(
        self,
        request: HttpRequest,
        queryset: OutgoingQuerySet,
        settle: Callable[[OutgoingQuerySet, datetime], int],
        told: str,
    ) -> None:
        chosen = settling.unsettled(queryset.model).filter(pk__in=queryset.order_by().values("pk"))
        before = list(chosen.select_related(*queryset.related))
        count = settle(queryset, timezone.now())
        log_changes(request, settling.settled_since(queryset.model, before), told)
        self.message_user(request, f"{told}: {count} of {len(before)}.")


def in_words(done: str, outlook: dict[str, int]) -> list[str]:
    free = outlook.get("", 0)
    kept = [f"Left alone, because {why}: {count}." for why, count in outlook.items() if why]
    return [f"To be {done}: {free}.", *kept]

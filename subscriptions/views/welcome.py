from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from papers import editions
from subscriptions import preferences, wake, wording
from subscriptions.digests import due
from subscriptions.forms import WelcomeForm
from subscriptions.interests import keyword_key
from subscriptions.links import Purpose
from subscriptions.models import Digest, Subscriber
from subscriptions.models.states import GIVEN_UP, HANDED_OVER
from subscriptions.views.coming import next_three
from subscriptions.views.personal import PersonalView


class Welcome(PersonalView):
    """After confirming: when the first digest comes, and what makes it better."""

    purpose = Purpose.PREFERENCES

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        return self._show(WelcomeForm(self.subscriber))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if "today" in request.POST:
            return self._send_today()
        form = WelcomeForm(self.subscriber, request.POST)
        if not form.is_valid():
            return self._show(form)
        choices = dict(form.cleaned_data)
        preferences.save(self.subscriber, self._wanted(choices.pop("keywords")), choices, self.now)
        messages.success(request, _("Saved."))
        return redirect(request.path)

    def _wanted(self, keywords: list[str]) -> preferences.Wanted:
        """All else as it is, but that what is followed now is muted no longer."""
        before = preferences.wanted(self.subscriber)
        followed = set(map(keyword_key, keywords))
        muted = [word for word in before.muted_keywords if keyword_key(word) not in followed]
        return replace(before, keywords=keywords, muted_keywords=muted)

    def _send_today(self) -> HttpResponse:
        """Once a local day: a second press finds the digest of the first."""
        if self.subscriber.state == Subscriber.State.ACTIVE:
            slot = self.subscriber.schedule.slot(self._today)
            edition = editions.frozen_edition(self.now)
            due.open_by_hand(self.subscriber, slot, edition, self.now)
            transaction.on_commit(wake.digests)
        return redirect(self.request.path)

    def _show(self, form: WelcomeForm) -> HttpResponse:
        subscriber = self.subscriber
        digest = subscriber.digests.filter(local_date=self._today).first()
        return self.page(
            "welcome.html",
            form=form,
            is_first=not subscriber.digests.exists(),
            next_three=next_three(subscriber, self.now),
            place=wording.place(subscriber),
            today=_standing(digest),
        )

    @property
    def _today(self) -> date:
        return self.now.astimezone(self.subscriber.zone).date()


def _standing(digest: Digest | None) -> str:
    """Of today's digest: "" for none yet, else "sent", "none" or "coming"."""
    if digest is None:
        return ""
    if digest.state in HANDED_OVER:
        return "sent"
    return "none" if digest.state in GIVEN_UP else "coming"

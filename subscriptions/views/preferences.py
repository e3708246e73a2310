from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from subscriptions import links, preferences, recognition, wording
from subscriptions.forms import PreferencesForm
from subscriptions.links import Purpose
from subscriptions.views.landing import first_topics
from subscriptions.views.personal import PersonalView


class Preferences(PersonalView):
    purpose = Purpose.PREFERENCES

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        form = PreferencesForm(self.subscriber, first=first_topics(self.now))
        return self._show(form, welcome="welcome" in request.GET)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        if "browser" in request.POST:
            return self._browser(request.POST["browser"])
        form = PreferencesForm(self.subscriber, request.POST, first=first_topics(self.now))
        if not form.is_valid():
            return self._show(form)
        chosen = form.cleaned_data["topics"]
        preferences.save(self.subscriber, chosen, form.choices, self.now)
        messages.success(request, "Saved.")
        return self._recognised()

    def _browser(self, wish: str) -> HttpResponse:
        """A button of its own: saves nothing, forgets whoever was recognised, or recognises."""
        if wish != "forget":
            messages.success(self.request, "You are recognised on this browser.")
            return self._recognised()
        messages.success(self.request, "You are no longer recognised on this browser.")
        response = redirect(self.request.path)
        recognition.forget(response)
        return response

    def _recognised(self) -> HttpResponse:
        response = redirect(self.request.path)
        recognition.recognise(response, self.subscriber)
        return response

    def _show(self, form: PreferencesForm, *, welcome: bool = False) -> HttpResponse:
        return self.page(
            "preferences.html",
            form=form,
            welcome=welcome,
            recognised=recognition.recognised(self.request) == self.subscriber,
            schedule=wording.schedule(self.subscriber),
            next_digest=self._next_digest(),
            undo_path=links.path(Purpose.UNDO, self.subscriber, self.now),
            unsubscribe_path=links.path(Purpose.UNSUBSCRIBE, self.subscriber, self.now),
        )

    def _next_digest(self) -> str:
        subscriber = self.subscriber
        due = subscriber.next_send_at or subscriber.next_send_after(self.now)
        return wording.moment(due, subscriber)

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from subscriptions import learned, links, preferences, recognition, timing, wording
from subscriptions.forms import PreferencesForm
from subscriptions.links import Purpose
from subscriptions.preferences import Wanted
from subscriptions.views import language
from subscriptions.views.coming import next_three
from subscriptions.views.landing import first_topics
from subscriptions.views.personal import PersonalView


class Preferences(PersonalView):
    purpose = Purpose.PREFERENCES

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        return self._show(PreferencesForm(self.subscriber, first=first_topics(self.now)))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if "browser" in request.POST:
            return self._browser(request.POST["browser"])
        form = PreferencesForm(self.subscriber, request.POST, first=first_topics(self.now))
        if not form.is_valid():
            return self._show(form)
        names = ("topics", "muted_topics", "keywords", "muted_keywords")
        wanted = Wanted(**{name: form.cleaned_data[name] for name in names})
        preferences.save(self.subscriber, wanted, form.choices, self.now)
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Saved."))
        response = self._recognised()
        language.remember(response, form.cleaned_data["language"])
        return response

    def _browser(self, wish: str) -> HttpResponse:
        """A button of its own: saves nothing, forgets whoever was recognised, or recognises."""
        if wish != "forget":
            messages.success(self.request, _("You are recognised on this browser."))
            return self._recognised()
        messages.success(self.request, _("You are no longer recognised on this browser."))
        response = redirect(self.request.path)
        recognition.forget(response)
        return response

    def _recognised(self) -> HttpResponse:
        response = redirect(self.request.path)
        recognition.recognise(response, self.subscriber)
        return response

    def _show(self, form: PreferencesForm) -> HttpResponse:
        subscriber = self.subscriber
        return self.page(
            "preferences.html",
            form=form,
            recognised=recognition.recognised(self.request) == subscriber,
            zone_is_gone=not timing.is_zone(subscriber.timezone),
            paused_until=wording.local_date(subscriber.paused_until, subscriber),
            next_three=next_three(subscriber, self.now),
            schedule=wording.schedule(subscriber),
            learned=learned.counts(subscriber),
            authors=subscriber.interests.authors().count(),
            liked=subscriber.interests.papers().filter(origin="chosen").count(),
            undo_path=links.path(Purpose.UNDO, subscriber, self.now),
            unsubscribe_path=links.path(Purpose.UNSUBSCRIBE, subscriber, self.now),
        )

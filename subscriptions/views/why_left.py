from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from subscriptions import leaving, links
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from subscriptions.views.personal import PersonalView


class WhyLeftForm(forms.Form):
    because = forms.ChoiceField(
        label=_("Why did you leave?"),
        choices=Subscriber.LeftBecause.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose one of the reasons, or close this page."),
            "invalid_choice": _("Please choose one of the reasons below."),
        },
    )


# The link itself is the permission, and browsers without cookies have it too.
@method_decorator(csrf_exempt, name="dispatch")
class WhyLeft(PersonalView):
    """Where leaving ends: an undo, and a reason if they like to give one; the last one counts."""

    purpose = Purpose.UNDO

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        return self._show(WhyLeftForm(initial={"because": self.subscriber.left_because}))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        form = WhyLeftForm(request.POST)
        told = form.is_valid() and leaving.say_why(self.subscriber, form.cleaned_data["because"])
        return self._show(form, told=told)

    def _show(self, form: WhyLeftForm, *, told: bool = False) -> HttpResponse:
        return self.page(
            "why_left.html",
            form=form,
            told=told,
            undo_path=links.path(Purpose.UNDO, self.subscriber, self.now),
        )

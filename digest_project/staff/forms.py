from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_otp.util import random_hex

from digest_project.staff import second_factor

AN_HOUR = 3600
SALT = "digest_project.staff.enrol"
WRONG = "This code is wrong, too old, or was used before. Look at the clock of the device, too."


class CodeField(forms.CharField):
    """As people type it: in groups, in capitals."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        super().__init__(widget=forms.TextInput(attributes), max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        return "".join(str(super().clean(value)).split()).lower()


def device_that_takes(user: Any, code: str) -> Any:
    """ValidationError when there is none."""
    verdict = second_factor.check(user, code)
    if verdict.wait_until:
        raise ValidationError(
            f"Too many wrong codes. Try again at {verdict.wait_until:%H:%M:%S} UTC; "
            "no code is looked at before."
        )
    if verdict.device is None:
        raise ValidationError(WRONG)
    return verdict.device


class CodeForm(forms.Form):
    """Takes one code; what took it is in `device`."""

    code = CodeField(help_text="Six digits from your app, or one of your recovery codes.")

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data)
        self.user = user

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.device = device_that_takes(self.user, code)
        return code


class EnrolForm(forms.Form):
    """A key that was shown, signed so that nobody chooses it, and the first code made from it.

    Who has a device at hand gives a code of it, too: an open browser alone replaces nothing.
    """

    key = forms.CharField(widget=forms.HiddenInput)
    code = CodeField(help_text="The six digits that your app shows now.")

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data)
        self.user = user
        self.salt = f"{SALT} {user.pk}"
        self.shown = self._key_of(self.data.get("key", "")) or random_hex(20)
        self.initial["key"] = signing.dumps(self.shown, salt=self.salt)
        if second_factor.has_device_at_hand(user):
            self.fields["present"] = CodeField(
                label="Code of the device until now", help_text="Or one of your recovery codes."
            )
            del self.fields["present"].widget.attrs["autofocus"]

    def clean_key(self) -> str:
        if self._key_of(self.cleaned_data["key"]) is None:
            raise ValidationError("This page is too old. Open it anew, and scan the new key.")
        return self.shown

    def clean_present(self) -> str:
        code: str = self.cleaned_data["present"]
        device_that_takes(self.user, code)
        return code

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if not self.errors:
            self.device = second_factor.enrol(
                self.user, facts["key"], facts["code"], timezone.now()
            )
            if self.device is None:
                self.add_error("code", WRONG)
        return facts

    def _key_of(self, signed: str) -> str | None:
        try:
            return str(signing.loads(signed, salt=self.salt, max_age=AN_HOUR))
        except signing.BadSignature:
            return None

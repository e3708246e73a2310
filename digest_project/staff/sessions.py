"""When a session of staff ends: idle, old, after a removal. Readers have none.

Django itself ends one whose cookie is too old (SESSION_COOKIE_AGE, the idle time) or whose user
has a new password or is no longer active.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django_otp import login as remember_device

BEGAN = "began"
PROLONGED = "prolonged"
VERIFIED = "verified"
A_MINUTE = 60  # no write for every page


@receiver(user_logged_in)
def begin(request: HttpRequest, **_: Any) -> None:
    request.session[BEGAN] = request.session[PROLONGED] = timezone.now().timestamp()


def verify(request: HttpRequest, device: Any) -> None:
    """The second factor was given: the session gets a new key, as it did with the password."""
    remember_device(request, device)
    request.session[VERIFIED] = True
    request.session.cycle_key()


def end_or_prolong(request: HttpRequest, now: datetime) -> None:
    if not request.user.is_authenticated:
        return
    if _is_over(request, now):
        logout(request)
        messages.info(request, "Your session has ended. Please log in again.")
    elif now.timestamp() - request.session[PROLONGED] >= A_MINUTE:
        request.session[PROLONGED] = now.timestamp()


def _is_over(request: HttpRequest, now: datetime) -> bool:
    user: Any = request.user
    age = now.timestamp() - request.session.get(BEGAN, 0)
    device_taken = VERIFIED in request.session and not user.is_verified()
    return age >= 3600 * settings.STAFF_SESSION_HOURS or not user.is_staff or device_taken

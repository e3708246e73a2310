"""Codes of an app on a second device (TOTP), and recovery codes for the day that it is lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django_otp import verify_token
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
DIGITS = 6
TAKEN_AWAY = "Second factor taken away"


@dataclass(frozen=True, slots=True)
class Verdict:
    """On a code: the device that took it, or None; and until when no other is looked at."""

    device: Any = None
    wait_until: datetime | None = None


def is_enrolled(user: Any) -> bool:
    return bool(TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).exists())


def is_owed(user: Any) -> bool:
    """Whether this member of staff has given a password alone, and must give more."""
    if not user.is_staff or user.is_verified():
        return False
    return bool(settings.STAFF_SECOND_FACTOR) or is_enrolled(user)


def has_device_at_hand(user: Any) -> bool:
    """Not who logged in with a recovery code: that is for the day that it is lost."""
    return is_enrolled(user) and not isinstance(user.otp_device, StaticDevice)


def check(user: Any, code: str) -> Verdict:
    """Each code is taken once. After a wrong one its device waits, twice as long each time."""
    model = TOTPDevice if len(code) == DIGITS else StaticDevice
    device = model.objects.filter(user=user, confirmed=True).first()
    if device is None:
        return Verdict()
    may_try, why_not = device.verify_is_allowed()
    if not may_try:
        return Verdict(wait_until=why_not["locked_until"])
    return Verdict(verify_token(user, device.persistent_id, code))


def enrol(user: Any, key: str, code: str, now: datetime) -> TOTPDevice | None:
    """The device that made the code from the key takes the place of all before; None: it is wrong.

    Sessions that began with one of those, or with a recovery code, end.
    """
    moment = TOTP(bytes.fromhex(key))
    moment.time = now.timestamp()
    if not code.isdecimal() or not moment.verify(int(code), tolerance=1):
        return None
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        take_away(user)
        return TOTPDevice.objects.create(
            user=user,
            name="app",
            key=key,
            drift=moment.drift,
            last_t=moment.t(),
            last_used_at=now,
        )


def new_recovery_codes(user: Any) -> list[str]:
    """To be shown once. Those before are worth nothing any more."""
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        device, _ = StaticDevice.objects.get_or_create(user=user, name="recovery codes")
        device.token_set.all().delete()
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def recovery_codes_left(user: Any) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def take_away(user: Any) -> bool:
    """Who lost the device enrols anew with the next login. False: there was none."""
    gone, _ = TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    return bool(gone)

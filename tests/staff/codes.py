"""What an app for codes would show."""

from base64 import b32decode

from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

PASSWORD = "a long and good password"


def code_of(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key):06d}"


def code_of_key(shown: str) -> str:
    return f"{totp(b32decode(shown.replace(' ', ''))):06d}"


def wrong(code: str) -> str:
    return f"{(int(code) + 500_000) % 1_000_000:06d}"


def give_password(client: Client, name: str = "sam", **more: str) -> str:
    """Where it leads, through all redirects."""
    facts = {"username": name, "password": PASSWORD, **more}
    return str(client.post("/admin/login/", facts, follow=True).request["PATH_INFO"])

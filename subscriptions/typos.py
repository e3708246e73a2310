"""Mistyped mail providers: gmial.com most likely means gmail.com."""

from difflib import get_close_matches

PROVIDERS = [
    "aol.com",
    "fastmail.com",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.fr",
    "icloud.com",
    "live.com",
    "mail.com",
    "me.com",
    "msn.com",
    "outlook.com",
    "outlook.de",
    "pm.me",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rocketmail.com",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yandex.com",
    "yandex.ru",
    "ymail.com",
    "zoho.com",
]
ALIKE = 0.85  # gmial.com and gmail.com are 0.89 alike


def likely_meant(email: str) -> str:
    """The address with the provider that was probably meant; empty when nothing looks wrong."""
    local, _, domain = email.rpartition("@")
    close = get_close_matches(domain, PROVIDERS, n=1, cutoff=ALIKE)
    return f"{local}@{close[0]}" if close and close[0] != domain else ""

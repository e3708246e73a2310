"""Mistyped domains: gmial.com most likely means gmail.com, and .con means .com."""

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
    """The address with the domain that was probably meant; empty when nothing looks wrong."""
    local, _, domain = email.rpartition("@")
    close = get_close_matches(domain, PROVIDERS, n=1, cutoff=ALIKE)
    if close:
        return f"{local}@{close[0]}" if close[0] != domain else ""
    name, dot, ending = domain.rpartition(".")
    return f"{local}@{name}.com" if dot and ending == "con" else ""

"""Email addresses: written one way, known under one key, shown only in part."""

import hmac
from functools import cache
from hashlib import sha256
from unicodedata import name as character_name

from disposable_email_domains import blocklist
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from email_validator import EmailNotValidError, validate_email

# Providers that deliver every dot spelling of a name to one mailbox.
DOTS_IGNORED = {"gmail.com", "googlemail.com"}

# How the validator begins what it finds in addresses that people type.
FAULTS = (
    gettext_noop("A bracketed IP address after the @-sign is not allowed here."),
    gettext_noop(
        "A display name and angle brackets around the email address are not permitted here."
    ),
    gettext_noop("An email address cannot end with a period."),
    gettext_noop("An email address cannot have a hyphen immediately after the @-sign."),
    gettext_noop("An email address cannot have a period and a hyphen next to each other."),
    gettext_noop("An email address cannot have a period immediately after the @-sign."),
    gettext_noop("An email address cannot have a period immediately before the @-sign."),
    gettext_noop("An email address cannot have two periods in a row."),
    gettext_noop("An email address cannot start with a period."),
    gettext_noop("An email address must have an @-sign."),
    gettext_noop("Quoting the part before the @-sign is not allowed here."),
    gettext_noop(
        "The part after the @-sign is a special-use or reserved name that cannot be used with "
        "email."
    ),
    gettext_noop(
        "The part after the @-sign is not valid. It is not within a valid top-level domain."
    ),
    gettext_noop("The part after the @-sign is not valid. It should have a period."),
    gettext_noop("There must be something after the @-sign."),
    gettext_noop("There must be something before the @-sign."),
)


def checked(email: str) -> str:
    """The address as it will be written to, or ValidationError in words for a person.

    Only the form is judged; no name server is asked.
    """
    try:
        result = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise ValidationError(_in_plain_words(error)) from error
    if any(map(_mixes_scripts, result.domain.split("."))):
        raise ValidationError(
            _("The part after the @ mixes letters of several alphabets. Please type it again.")
        )
    if result.ascii_domain in blocklist:
        raise ValidationError(
            _(
                "Throw-away addresses are not accepted, because digests to them get lost. "
                "Please use an address that lasts; you can leave at any time."
            )
        )
    return tidy_address(result.normalized)


def tidy_address(email: str) -> str:
    """The address with its domain in lower case."""
    local, at, domain = email.strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


def mailbox_key(email: str) -> str:
    """What all spellings of one mailbox share: case, +tags and, where ignored, dots removed."""
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in DOTS_IGNORED:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def address_hash(email: str) -> str:
    """A keyed hash of the address, whatever its case: 64 hexadecimal digits."""
    return hmac.new(_key(settings.LINK_KEY), email.strip().lower().encode(), sha256).hexdigest()


def mailbox_hash(email: str) -> str:
    """The same for all spellings of one mailbox: what limits on mail to it count by."""
    return address_hash(mailbox_key(email))


def masked(email: str) -> str:
    """Enough to recognise, too little to write to: r•••@e•••.com."""
    local, _, domain = email.rpartition("@")
    name, dot, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••{dot}{ending}"


def _in_plain_words(error: EmailNotValidError) -> str:
    fault, _colon, signs = str(error).partition(": ")
    if "invalid characters" not in fault:
        return _("That address cannot be written to: %(reason)s") % {"reason": _(str(error))}
    if signs == "SPACE.":
        return _("There is a space in the address. Please take it out.")
    named = {"signs": signs.rstrip(".")}
    if not named["signs"]:
        return _("The address holds a character that no address has. Please type it again.")
    if "before" in fault:
        return (
            _("Before the @ stands what no address has there: %(signs)s. Please take it out.")
            % named
        )
    return _("After the @ stands what no address has there: %(signs)s. Please take it out.") % named


@cache
def _key(link_key: str) -> bytes:
    return sha256(f"addresses {link_key}".encode()).digest()


def _mixes_scripts(label: str) -> bool:
    scripts = {character_name(c, "? ").split()[0] for c in label if c.isalpha()}
    return any("LATIN" in scripts and other in scripts for other in ("CYRILLIC", "GREEK"))

"""Which providers are listened to. Without a secret anybody could tell us what they like."""

from django.conf import settings

SHARED = "WEBHOOK_SECRET"  # user:password, as a provider sends them in the address it posts to
# What a provider's posts are known by besides; none: it has only the shared secret.
SIGNATURES = {
    "amazon_ses": "AMAZON_SES_TOPIC_ARN",  # and always by Amazon's signature
    "brevo": "",
    "mailersend": "MAILERSEND_SIGNING_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mailjet": "",
    "mailtrap": "MAILTRAP_TRACKING_SECRET",
    "mandrill": "MANDRILL_WEBHOOK_KEY",
    "postal": "POSTAL_WEBHOOK_KEY",
    "postmark": "",
    "resend": "RESEND_SIGNING_SECRET",
    "sendgrid": "SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",
    "sparkpost": "",
    "unisender_go": "UNISENDER_GO_API_KEY",
}
TELLS_NOTHING = {"scaleway"}  # anymail sends by it, and reads no events of it
ALWAYS_SIGNED = {"mailersend", "mailgun", "mandrill", "postal", "unisender_go"}


def is_open(provider: str) -> bool:
    return not missing_secrets(provider)


def missing_secrets(provider: str) -> list[str]:
    """Any one of these settings would open its address; none when it is open."""
    own = SIGNATURES[provider]
    names = [own] if provider in ALWAYS_SIGNED else [name for name in (SHARED, own) if name]
    return [] if any(settings.ANYMAIL.get(name) for name in names) else names

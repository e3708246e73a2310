"""Settings that are refused, and settings that work and should not go live."""

from collections.abc import Iterator

from django.conf import settings
from django.core import checks

from digest_project.doctor.findings import Finding, Question, fail, ok, unfit, warn
from digest_project.doctor.refusals import refused

SETTINGS = "settings"
# Django says what it checks, not what to change; and it knows its own names only.
OUR_FIX = {
    "security.W009": "Set SECRET_KEY to a long random text: "
    "python -c 'import secrets; print(secrets.token_urlsafe(48))'",
    "security.W018": "Set DEBUG=false.",
    "security.W020": "Set SITE_URL, or ALLOWED_HOSTS.",
    "security.W008": "Set REDIRECT_TO_HTTPS=true and BEHIND_PROXY=true, or let the proxy redirect.",
}
NO_HTTPS = "morning_papers.W004"
COME_WITH_HTTPS = {"security.W004", "security.W008", "security.W012", "security.W016"}
BREAKS = {"security.W009", "security.W018"}  # warnings elsewhere; here nobody may go live with them


def settings_are_accepted(_: Question) -> Iterator[Finding]:
    for name, sentence in refused.items():
        yield fail(SETTINGS, sentence, f"Change {name}; docs/settings.md says what it may be.")
    if not refused:
        yield ok(SETTINGS, "none is refused")


def settings_can_go_live(_: Question) -> Iterator[Finding]:
    found = checks.run_checks(include_deployment_checks=True)
    if NO_HTTPS in {message.id for message in found}:
        found = [message for message in found if message.id not in COME_WITH_HTTPS]
    for message in sorted(found, key=lambda message: str(message.id)):
        if not message.is_silenced():
            yield _as_finding(message)
    if not found:
        yield ok("system checks", "manage.py check --deploy has nothing to say")


def _as_finding(message: checks.CheckMessage) -> Finding:
    said = " ".join(message.msg.split()).partition(". ")[0]
    fix = OUR_FIX.get(str(message.id)) or message.hint or f"Look {message.id} up in Django's docs."
    if message.level >= checks.ERROR:
        return fail(SETTINGS, said, fix)
    return (unfit if message.id in BREAKS else warn)(SETTINGS, said, fix)


def provider_may_tell(_: Question) -> Iterator[Finding]:
    """Whether there is a secret at all, the system checks say."""
    subject, secret = "webhook secret", str(settings.ANYMAIL.get("WEBHOOK_SECRET", ""))
    if not settings.EMAIL_BACKEND.startswith("anymail."):
        yield ok(subject, "none needed: mail leaves by no provider of anymail")
    elif secret and ":" not in secret:
        yield fail(
            subject,
            "ANYMAIL_WEBHOOK_SECRET is not of the form name:password: no call is let in",
            "Set ANYMAIL_WEBHOOK_SECRET to two random texts with a colon between.",
        )
    elif secret:
        yield ok(subject, "set")


def everybody_may_get_mail(_: Question) -> Iterator[Finding]:
    if allowed := settings.EMAIL_ALLOW_LIST:
        yield warn(
            "allow list",
            f"mail goes to {', '.join(allowed)} alone; everybody else's is skipped",
            "Empty EMAIL_ALLOW_LIST, unless this is an installation for trying things out.",
        )


def forms_work_behind_a_proxy(_: Question) -> Iterator[Finding]:
    subject = "proxy"
    if settings.SITE_URL.startswith("https://") and not settings.SECURE_PROXY_SSL_HEADER:
        yield warn(
            subject,
            "SITE_URL is https, but BEHIND_PROXY is false: forms are refused behind a proxy",
            "Set BEHIND_PROXY=true, and have the proxy set the X-Forwarded-… headers itself.",
        )
    else:
        yield ok(subject, "SITE_URL and BEHIND_PROXY go together")

"""What the sender's domain says in DNS."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, NoNameservers, Resolver

from digest_project.doctor.findings import Finding, Question, fail, ok, skipped, warn

SECONDS = 5.0
SELECTORS = (
    *("default", "dkim", "mail", "s1", "s2", "k1", "k2", "google", "selector1", "selector2"),
    *("pm", "mg", "mailjet", "resend", "brevo", "sendgrid", "smtp", "key1"),
)  # such as mail servers and providers usually choose
SPF, DKIM, DMARC = "SPF", "DKIM", "DMARC"


def domain_can_be_answered(question: Question) -> Iterator[Finding]:
    domain = settings.SENDING_DOMAIN
    if why := _not_looked_at(question):
        yield skipped("DNS", why)
    elif _records(question, domain, "MX") or _records(question, domain, "A"):
        yield ok("DNS", f"{domain} takes mail")
    else:
        yield fail(
            "DNS",
            f"{domain} has neither MX nor A: bounces cannot come back, many servers refuse",
            f"Add an MX record for {domain}, or correct DEFAULT_FROM_EMAIL.",
        )


def spf_is_published(question: Question) -> Iterator[Finding]:
    if why := _not_looked_at(question):
        yield skipped(SPF, why)
        return
    domain = settings.SENDING_DOMAIN
    found = _starting(_records(question, domain, "TXT"), "v=spf1")
    if not found:
        yield fail(
            SPF,
            f"{domain} has none",
            f"Add a TXT record to {domain}: v=spf1 include:(your provider's) -all",
        )
    elif len(found) > 1:
        yield fail(SPF, f"{domain} has {len(found)}, which counts as none", "Leave one of them.")
    elif "+all" in found[0].split() or found[0].split()[1:] in (["-all"], ["~all"]):
        yield fail(
            SPF,
            f"“{found[0]}” lets everybody send, or nobody",
            "Name your mail server or provider before -all: v=spf1 include:… -all",
        )
    else:
        yield ok(SPF, found[0])


def dkim_is_published(question: Question) -> Iterator[Finding]:
    if why := _not_looked_at(question):
        yield skipped(DKIM, why)
        return
    asked = [question.dkim_selector] if question.dkim_selector else SELECTORS
    found = [name for name in asked if _has_key(question, name)]
    if found:
        yield ok(DKIM, f"a key at {found[0]}._domainkey.{settings.SENDING_DOMAIN}")
        return
    unknown = "" if question.dkim_selector else " under the usual names"
    yield (fail if question.dkim_selector else warn)(
        DKIM,
        f"no key found{unknown}",
        "Add the record that your mail server or provider names; "
        "say its selector by --dkim-selector.",
    )


def dmarc_is_published(question: Question) -> Iterator[Finding]:
    if why := _not_looked_at(question):
        yield skipped(DMARC, why)
        return
    name = f"_dmarc.{settings.SENDING_DOMAIN}"
    found = _starting(_records(question, name, "TXT"), "v=DMARC1")
    tags = dict(part.strip().partition("=")[::2] for part in found[0].split(";")) if found else {}
    if tags.get("p") not in {"none", "quarantine", "reject"}:
        yield fail(
            DMARC,
            f"{name} says no policy",
            f"Add a TXT record to {name}: v=DMARC1; p=none; rua=mailto:(an address of yours)",
        )
    elif "rua" not in tags:
        yield warn(DMARC, f"p={tags['p']}, but nobody gets its reports", "Add rua=mailto:… to it.")
    else:
        yield ok(DMARC, f"p={tags['p']}")


def _not_looked_at(question: Question) -> str:
    if question.offline:
        return "offline"
    if settings.TRYING_OUT:
        return "this is a demonstration, whose mail does not leave"
    try:
        _resolver(question).resolve(settings.SENDING_DOMAIN, "SOA", raise_on_no_answer=False)
    except NXDOMAIN:
        return ""
    except (DNSException, OSError) as error:
        return f"DNS does not answer ({type(error).__name__})"
    return ""


def _resolver(question: Question) -> Resolver:
    resolver = Resolver(configure=not question.dns)
    resolver.lifetime = SECONDS
    if question.dns:
        server = urlsplit(f"//{question.dns}")
        resolver.nameservers, resolver.port = [str(server.hostname)], server.port or 53
    return resolver


def _records(question: Question, name: str, kind: str) -> list[str]:
    try:
        answer = _resolver(question).resolve(name, kind, search=False)
    except (NXDOMAIN, NoAnswer, NoNameservers):
        return []
    if kind != "TXT":
        return [str(record) for record in answer]
    return [b"".join(record.strings).decode(errors="replace") for record in answer]


def _starting(records: list[str], sign: str) -> list[str]:
    return [record for record in records if record.lower().startswith(sign.lower())]


def _has_key(question: Question, selector: str) -> bool:
    records = _records(question, f"{selector}._domainkey.{settings.SENDING_DOMAIN}", "TXT")
    return any("p=" in record and "p=;" not in f"{record.strip()};" for record in records)

"""What the sender's domain says in DNS, asked of a real server on this machine."""

import pytest
from pytest_django import Settings

from tests.doctor.asking import ask
from tests.doctor.names import dns_server
from tests.services import free_port

pytestmark = pytest.mark.django_db

DOMAIN = "papers.example.org"
KEY = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3"
GOOD = {
    (DOMAIN, "MX"): [f"10 mail.{DOMAIN}."],
    (DOMAIN, "TXT"): ['"v=spf1 include:_spf.provider.example -all"', '"something else"'],
    (f"s1._domainkey.{DOMAIN}", "TXT"): [f'"{KEY}"'],
    (f"_dmarc.{DOMAIN}", "TXT"): [f'"v=DMARC1; p=reject; rua=mailto:reports@{DOMAIN}"'],
}


@pytest.fixture(autouse=True)
def production(settings: Settings) -> None:
    settings.TRYING_OUT = False
    settings.SENDING_DOMAIN = DOMAIN


def test_a_domain_as_it_should_be_is_ok() -> None:
    with dns_server(GOOD) as address:
        answer = ask("--dns", address)

    assert {answer.of(name)["level"] for name in ("DNS", "SPF", "DKIM", "DMARC")} == {"ok"}
    assert answer.of("DKIM")["found"] == f"a key at s1._domainkey.{DOMAIN}"


@pytest.mark.parametrize(
    ("subject", "records", "level", "found"),
    [
        ("DNS", {(DOMAIN, "MX"): []}, "fail", "neither MX nor A"),
        ("SPF", {(DOMAIN, "TXT"): []}, "fail", "has none"),
        ("SPF", {(DOMAIN, "TXT"): ['"v=spf1 a -all"', '"v=spf1 mx -all"']}, "fail", "has 2"),
        ("SPF", {(DOMAIN, "TXT"): ['"v=spf1 +all"']}, "fail", "lets everybody send"),
        ("SPF", {(DOMAIN, "TXT"): ['"v=spf1 -all"']}, "fail", "or nobody"),
        ("DKIM", {(f"s1._domainkey.{DOMAIN}", "TXT"): []}, "warn", "under the usual names"),
        ("DKIM", {(f"s1._domainkey.{DOMAIN}", "TXT"): ['"v=DKIM1; p="']}, "warn", "no key found"),
        ("DMARC", {(f"_dmarc.{DOMAIN}", "TXT"): []}, "fail", "says no policy"),
        ("DMARC", {(f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=none"']}, "warn", "nobody gets"),
    ],
)
def test_what_is_missing_is_told_with_the_record_to_add(
    subject: str, records: dict[tuple[str, str], list[str]], level: str, found: str
) -> None:
    with dns_server(GOOD | records) as address:
        finding = ask("--dns", address).of(subject)

    assert finding["level"] == level
    assert found in finding["found"]
    assert finding["fix"]


def test_a_domain_that_does_not_exist_fails() -> None:
    with dns_server({}) as address:
        answer = ask("--dns", address)

    assert answer.of("DNS")["level"] == "fail"


def test_a_selector_of_ones_own_is_asked_alone() -> None:
    with dns_server(GOOD | {(f"mine._domainkey.{DOMAIN}", "TXT"): [f'"{KEY}"']}) as address:
        named = ask("--dns", address, "--dkim-selector", "mine").of("DKIM")
        wrong = ask("--dns", address, "--dkim-selector", "yours").of("DKIM")

    assert named["found"] == f"a key at mine._domainkey.{DOMAIN}"
    assert wrong["level"] == "fail"


def test_offline_it_is_skipped_with_a_word() -> None:
    assert ask("--offline").of("SPF")["found"] == "not looked at: offline"


def test_a_dns_server_that_is_away_is_no_fault_of_the_domain() -> None:
    finding = ask("--dns", f"127.0.0.1:{free_port()}").of("DMARC")

    assert finding["level"] == "skipped"
    assert finding["found"].startswith("not looked at: DNS does not answer")

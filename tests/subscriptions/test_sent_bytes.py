"""Every sample as the bytes that a server is handed: headers, lines, both parts."""

import re
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from html import unescape

import pytest
from django.conf import settings

from tests.smtp import Sink
from tests.subscriptions.mail_addresses import IN_TEXT, in_html
from tests.subscriptions.sample_mails import HOST, USUAL, as_sent, sample_mails

pytestmark = pytest.mark.once

LONGEST_LINE = 998  # RFC 5322
LONGEST_WORD = 75  # of an encoded header, RFC 2047
LONGEST_LINK = 58  # in List-Unsubscribe
ANY = r".+"
EVERY_MAIL = {
    "MIME-Version": r"1\.0",
    "Content-Type": ANY,
    "Subject": ANY,
    "From": rf"Morning Papers <digest@{HOST}>",
    "To": r"ada@example\.com",
    "Message-ID": rf"<[\w.-]+@{HOST}>",
    "Date": r"Fri, 20 Nov 2026 06:00:00 \+0000",
    "Auto-Submitted": "auto-generated",
    "Content-Language": "en|de",
}
EVERY_LIST_MAIL = EVERY_MAIL | {
    "List-Unsubscribe": (
        rf"<https://{HOST}/u/[\w-]{{20}}>, <mailto:unsubscribe@{HOST}\?subject=unsubscribe>"
    ),
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "List-Id": rf"Morning Papers <digest\.{HOST}>",
    "Feedback-ID": rf"20261120:(digest|correction):morning-papers:{HOST}",
    "Precedence": "bulk",
    "X-Entity-Ref-ID": rf"[\w.-]+@{HOST}",
}
RULES = [
    "@media (max-width: 480px)",
    "@media (prefers-color-scheme: dark)",
    "[data-ogsc] ",
    "[data-ogsb] ",
    "<!--[if mso]>",
    "<![endif]-->",
]
# What the text leaves to the web copy, whose address it gives.
ON_THE_WEB = re.compile(r"/(vote|more|less)/$|/worth/|/p/[\w.]+/$")

NAMES = list(sample_mails())
DIGESTS = [name for name in NAMES if name.startswith("digest-")]
CORRECTIONS = [name for name in NAMES if name.startswith("notice-correction")]
NOTICES = [name for name in NAMES if name.startswith("notice-") and name not in CORRECTIONS]
for_each = pytest.mark.parametrize("name", NAMES)
for_each_digest = pytest.mark.parametrize("name", DIGESTS)
for_each_list_mail = pytest.mark.parametrize("name", DIGESTS + CORRECTIONS)
for_each_notice = pytest.mark.parametrize("name", NOTICES)


@cache
def sent() -> dict[str, bytes]:
    return dict(as_sent(sample_mails()))


def message(name: str) -> EmailMessage:
    return message_from_bytes(sent()[name], policy=policy.default)


def part(name: str, kind: str) -> str:
    found = message(name).get_body(preferencelist=(kind,))
    return found.get_content().replace("\r\n", "\n") if found else ""


# --- lines and letters -----------------------------------------------------------------


@for_each
def test_no_server_on_its_way_has_to_recode_or_fold_it(name: str) -> None:
    raw = sent()[name]

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE
    assert b"\n" not in raw.replace(b"\r\n", b"")
    for one in message(name).walk():
        if not one.is_multipart():
            assert one["Content-Transfer-Encoding"] == "quoted-printable"


@for_each
def test_says_what_the_mail_says(name: str) -> None:
    mail = sample_mails()[name]

    assert message(name)["Subject"] == mail.subject
    assert part(name, "plain") == mail.text
    assert part(name, "html") == mail.html.replace("\r\n", "\n")


@for_each
def test_no_encoded_word_of_its_subject_is_too_long(name: str) -> None:
    words = re.findall(rb"=\?[^?]+\?.\?[^?]*\?=", sent()[name].split(b"\r\n\r\n")[0])

    assert all(len(word) <= LONGEST_WORD for word in words)


def test_the_server_takes_just_these_bytes(sink: Sink) -> None:
    mail = sample_mails()["digest-worst-emoji.de"]
    with USUAL:
        mail.as_email().send()

    ((recipient, taken),) = sink.taken
    assert recipient == "ada@example.com"
    assert taken.rstrip() == sent()["digest-worst-emoji.de"].rstrip()


# --- headers ---------------------------------------------------------------------------


@for_each_list_mail
def test_a_digest_or_a_correction_has_just_these_headers(name: str) -> None:
    assert wrong_headers(name, EVERY_LIST_MAIL) == {}


@for_each_notice
def test_a_notice_has_just_these_headers_and_none_of_a_list(name: str) -> None:
    assert wrong_headers(name, EVERY_MAIL) == {}


def wrong_headers(name: str, expected: dict[str, str]) -> dict[str, str]:
    """Those that are missing, too many, or say something else."""
    plain = expected | ({} if message(name).is_multipart() else {"Content-Transfer-Encoding": ANY})
    found = Counter(message(name).keys())
    there = {header: str(message(name)[header]) for header in found}
    return {
        header: there.get(header, "missing")
        for header in plain.keys() | found.keys()
        if found[header] != 1 or not re.fullmatch(plain.get(header, "(?!)"), there[header])
    }


@for_each_list_mail
def test_list_unsubscribe_is_one_line_with_a_short_address(name: str) -> None:
    head = sent()[name].split(b"\r\n\r\n")[0].split(b"\r\n")

    (line,) = [line for line in head if line.startswith(b"List-Unsubscribe:")]
    address = re.findall(rb"<(https://[^>]+)>", line)
    assert len(line) <= LONGEST_LINE
    assert line.endswith(b"?subject=unsubscribe>")
    assert len(address[0]) <= LONGEST_LINK
    assert message(name)["Content-Language"] == name[-2:]


# --- its two parts ---------------------------------------------------------------------


@for_each
def test_rules_for_phones_the_dark_and_outlook_are_still_there(name: str) -> None:
    html = part(name, "html")

    assert not html or [rule for rule in RULES if rule not in html] == []
    assert not html or html.count(' style="') > 10
    assert len(html.encode()) < 95_000


@for_each_list_mail
def test_the_text_names_every_paper_and_gives_every_link_once(name: str) -> None:
    text, html = part(name, "plain"), part(name, "html")

    links = Counter(IN_TEXT.findall(text))
    assert [link for link, count in links.items() if count > 1] == []
    wanted = {link for link in in_html(html) if not ON_THE_WEB.search(link)}
    assert {link for link in wanted if link.startswith("http")} <= links.keys()
    words = "".join(text.split())
    for title in re.findall(r"<h3[^>]*><a[^>]*>(.*?)</a>", html, re.DOTALL):
        assert "".join(unescape(title).split()) in words


@for_each_notice
def test_the_text_of_a_notice_gives_its_link_once(name: str) -> None:
    (link,) = IN_TEXT.findall(part(name, "plain"))

    assert in_html(part(name, "html")) <= {link}
    assert link.startswith(f"https://{HOST}/")


def test_there_are_samples_in_every_language() -> None:
    assert {name[-2:] for name in NAMES} == {code for code, _ in settings.LANGUAGES}
    assert len(NAMES) == len(DIGESTS) + len(CORRECTIONS) + len(NOTICES)

"""Requests that no browser sends, at every address of the readers' pages: never a 500."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from subscriptions import links
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from tests.factories import SubscriberFactory
from tests.subscriptions.conftest import NOW
from tests.subscriptions.sent_digests import sent_to

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("at_nine", "mailbox", "todays_papers"),
]

PAGES = {
    "confirm": Purpose.CONFIRM,
    "preferences": Purpose.PREFERENCES,
    "welcome": Purpose.PREFERENCES,
    "interests": Purpose.PREFERENCES,
    "forecast": Purpose.PREFERENCES,
    "forecast_mail": Purpose.PREFERENCES,
    "pause": Purpose.PREFERENCES,
    "my_data": Purpose.PREFERENCES,
    "my_data_json": Purpose.PREFERENCES,
    "less": Purpose.LESS,
    "undo": Purpose.UNDO,
    "why_left": Purpose.UNDO,
    "unsubscribe": Purpose.UNSUBSCRIBE,
    "erase": Purpose.PREFERENCES,
}
OPEN = ["/", "/sample/", "/sample/mail/", "/about/", "/privacy/", "/check-your-inbox/"]
OPEN += ["/language/", "/my-link/", "/voting/", "/search/follow/"]
FIELDS = """
email topics timezone frequency language next keywords muted_keywords muted_topics weekday
send_hour paper_count mail_format quiet_days because until length less answer about stance
q vote papers like follow mute remove unvote unanswer undo browser today remember resume
"""


@pytest.fixture
def personal() -> list[str]:
    """Of one reader, and those of their digest; the page that deletes all of it comes last."""
    digest = sent_to()
    copy = links.digest_path(digest)
    said = [f"{copy}{rest}" for rest in ("", "worth/", "1/more/", "1/less/", "1/vote/")]
    reader = digest.subscriber
    return said + [links.path(PAGES[page], reader, NOW, page=page) for page in PAGES]


def all_fields(value: str) -> bytes:
    return "&".join(f"{name}={value}" for name in FIELDS.split()).encode()


FORM = "application/x-www-form-urlencoded"
BODIES = {
    "JSON": ("application/json", b'{"email": 1}'),
    "no boundary": ("multipart/form-data", b"x"),
    "a broken part": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: f; name="'),
    "ten thousand keys": (FORM, b"&".join(b"k%d=1" % number for number in range(10_000))),
    "one key again and again": (FORM, b"&".join([b"topics=cs.CV"] * 999)),
    "a megabyte": (FORM, b"email=" + b"x" * 1_000_000),
    "three megabytes": (FORM, b"email=" + b"x" * 3_000_000),
    "a megabyte to look for": (FORM, b"follow=1&q=" + b"x" * 1_000_000),
    "NUL": (FORM, all_fields("%00a")),
    "nothing": (FORM, all_fields("")),
    "a large number": (FORM, all_fields("9" * 5000)),
    "code": (FORM, all_fields("%22%3E%3Cscript%3Ealert(1)%3C/script%3E")),
    "a surrogate": (FORM, all_fields("%ED%A0%80")),
    "UTF-16": (FORM, "email=ä@b.c".encode("utf-16")),
}


@pytest.mark.parametrize("body", BODIES)
def test_no_body_of_a_form_is_too_strange(personal: list[str], body: str) -> None:
    client = Client(raise_request_exception=False)
    kind, content = BODIES[body]

    for address in [*OPEN, *personal]:
        answer = client.generic("POST", address, content, content_type=kind)

        assert answer.status_code in {200, 302, 400, 403, 404, 405}, address
        assert answer.streaming or b"<script>alert" not in answer.content


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"])
def test_no_other_method_does_anything(personal: list[str], method: str) -> None:
    for address in [*OPEN, *personal]:
        answer = Client().generic(method, address, b"{}", content_type="application/json")

        assert answer.status_code in {200, 405}, address
    assert Subscriber.objects.get().state == "active"


def test_every_personal_page_is_kept_from_caches_robots_frames_and_other_sites(
    client: Client, personal: list[str]
) -> None:
    for address in personal:
        answer = client.get(address)
        if answer.status_code == 404:  # a mail of which nothing is left to show
            continue

        assert answer["Cache-Control"] == "no-store", address
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] in {"DENY", "SAMEORIGIN"}
        assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("language", ["x" * 3000, "de-" * 500, "../../etc", "de_DE", "-", "%00"])
def test_no_language_is_too_strange(client: Client, language: str) -> None:
    client.cookies["django_language"] = language

    answer = client.get("/about/", headers={"Accept-Language": language})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.test", "/\\evil.test", "///evil.test", "https:evil.test", "/%0d%0aX: 1", "\t//evil"],
)
def test_the_choice_of_a_language_leads_to_no_other_site(client: Client, elsewhere: str) -> None:
    answer = client.post("/language/", {"language": "de", "next": elsewhere})

    assert answer.status_code == 302
    assert answer["Location"] in {"/", "/%0d%0aX:%201"}


DEEP = 100_000
FILES = {
    "surrogates": json.dumps([{"title": "A \ud800 title", "DOI": "10.1000/\ud800"}]).encode(),
    "NUL in JSON": b'[{"title": "a\\u0000b", "abstract": "\\u0000", "DOI": "10.1000/a\\u0000"}]',
    "deep JSON": b'[{"title": ' + b"[" * DEEP + b"]}]",
    "a long number": b'[{"title": ' + b"1" * 5000 + b"}]",
    "RIS": b"TY  - JOUR\nTI  - " + "🙂".encode() * 10_000 + b"\nER  - \n",
    "bytes": bytes(range(256)) * 100,
    "a ZIP": b"PK\x03\x04" + b"\0" * 1000,
    "UTF-16": "2401.00001".encode("utf-16"),
    "ten megabytes": b"2401.00001\n" * 1_000_000,
    "a hundred thousand ids": b"2401.00001\n" * 100_000,
    "nothing but a mark": b"\xef\xbb\xbf",
}


@pytest.mark.parametrize("file", FILES)
def test_no_file_is_too_strange(client: Client, file: str) -> None:
    reader = SubscriberFactory.create()
    page = links.path(Purpose.PREFERENCES, reader, NOW, page="interests")
    upload = SimpleUploadedFile("x" * 3000 + "\0.bib", FILES[file])

    answer = client.post(page, {"like": "", "file": upload})

    assert answer.status_code in {200, 302}
    for name in ("interests", "my_data", "forecast"):
        address = links.path(Purpose.PREFERENCES, reader, NOW, page=name)
        assert client.get(address).status_code == 200

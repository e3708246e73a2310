"""The digest as a mail: what readers, mail programs and providers find in it."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest

from papers import editions
from papers.models import Paper
from subscriptions.digests import pipeline
from subscriptions.emails.digest import as_mail
from subscriptions.emails.message import Mail
from tests.factories import PaperFactory, SubscriberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("todays_papers")]


@pytest.fixture
def mail(now: datetime) -> Mail:
    return mail_now(now)


def mail_now(now: datetime, **facts: Any) -> Mail:
    subscriber = SubscriberFactory.create(**({"topics": ["cs.CV"]} | facts))
    editions.refresh(now)
    return as_mail(pipeline.preview(subscriber, now))


def test_carries_the_headers_that_providers_ask_for(mail: Mail) -> None:
    assert re.fullmatch(
        r"<http://localhost:8000/u/[\w-]{20}>, <mailto:unsubscribe@localhost\?subject=unsubscribe>",
        mail.headers["List-Unsubscribe"],
    )
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.headers["List-Id"] == "Morning Papers <digest.localhost>"
    assert mail.headers["Precedence"] == "bulk"
    assert mail.as_email().extra_headers["Auto-Submitted"] == "auto-generated"


def test_list_unsubscribe_goes_out_on_one_line(mail: Mail) -> None:
    lines = mail.as_email().message().as_bytes(linesep="\n").split(b"\n")

    line = next(line for line in lines if line.startswith(b"List-Unsubscribe:"))
    assert line.endswith(b"?subject=unsubscribe>")


def test_has_a_text_and_an_html_part(mail: Mail) -> None:
    raw = mail.as_email().message().as_bytes()
    message = message_from_bytes(raw, policy=policy.default)

    types = [part.get_content_type() for part in message.iter_parts()]
    assert types == ["text/plain", "text/html"]


def test_both_parts_name_every_paper_and_reason(now: datetime) -> None:
    subscriber = SubscriberFactory.create(topics=["cs.CV"])
    editions.refresh(now)
    content = pipeline.preview(subscriber, now)
    mail = as_mail(content)

    for item in content.items:
        for part in (mail.html, mail.text):
            assert item.card.title in part
            assert all(reason in part for reason in item.reasons)


def test_names_topics_in_the_readers_language(now: datetime) -> None:
    english = mail_now(now)
    german = mail_now(now, language="de")

    for part in (german.html, german.text):
        assert "Maschinelles Lernen" in part
        assert "Machine learning" not in part
    assert "Zum Thema Computer Vision, dem Sie folgen" in german.text
    assert "Machine learning" in english.html


def test_says_when_the_next_one_comes_in_the_readers_zone(now: datetime) -> None:
    mail = mail_now(now, timezone="Asia/Tokyo", send_hour=7)

    assert "Saturday 21 November at 07:00 (Asia/Tokyo)" in mail.html
    assert "Saturday 21 November at 07:00" in mail.text


def test_styles_are_inlined_and_the_dark_and_phone_rules_stay(mail: Mail) -> None:
    assert '<h1 class="brand" style="' in mail.html
    assert "@media (prefers-color-scheme: dark)" in mail.html
    assert "@media (max-width: 480px)" in mail.html
    assert "[data-ogsc]" in mail.html
    assert "<!--card" not in mail.html


def test_no_line_of_the_text_is_longer_than_72_but_for_addresses(mail: Mail) -> None:
    long = [line for line in mail.text.splitlines() if len(line) > 72 and "://" not in line]

    assert long == []


def test_hostile_titles_are_text_in_html_and_untouched_in_plain_text(now: datetime) -> None:
    Paper.objects.all().delete()
    title = "<script>alert(1)</script> & Co: “Cheap” $$$ {{ x }}"
    PaperFactory.create(title=title, topic="cs.CV", first_seen_at=now.replace(hour=1))

    mail = mail_now(now)

    assert "<script" not in mail.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in mail.html
    assert title in " ".join(mail.text.split())


def test_a_title_with_a_line_break_cannot_add_a_header(now: datetime) -> None:
    Paper.objects.all().delete()
    PaperFactory.create(
        title="One\r\nBcc: victim@example.com", topic="cs.CV", first_seen_at=now.replace(hour=1)
    )

    message = mail_now(now).as_email().message()

    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("Long " * 80, "A sentence of words that goes on. " * 60),
        ("&" * 1000, "研" * 1400),
        ("研" * 1000, "& " * 700),
    ],
)
def test_the_worst_digest_stays_below_what_mail_programs_clip(
    now: datetime, title: str, abstract: str
) -> None:
    Paper.objects.all().delete()
    for _ in range(30):
        PaperFactory.create(
            title=title,
            abstract=abstract,
            authors=[f"Author With A Long Name {n}" for n in range(40)],
            code_url="https://example.org/" + "x" * 200,
            first_seen_at=now.replace(hour=1),
        )

    mail = mail_now(now, paper_count=25)

    assert len(mail.html.encode()) < 95_000


def test_a_paper_that_says_little_makes_a_card_all_the_same(now: datetime) -> None:
    Paper.objects.all().delete()
    bare = Paper.objects.create(title="Bare", first_seen_at=now.replace(hour=1))

    mail = mail_now(now, topics=[])

    assert bare.title in mail.html
    assert f"/p/n{bare.pk}/" in mail.html


def test_an_editors_subject_goes_to_everyone(now: datetime) -> None:
    edition = editions.refresh(now)
    edition.subject = "Our hundredth edition"
    edition.save()

    assert mail_now(now).subject == "Our hundredth edition"


def test_the_same_digest_is_the_same_bytes(now: datetime) -> None:
    editions.refresh(now)
    content = pipeline.preview(SubscriberFactory.create(), now)

    first, second = (as_mail(content).as_email().message().as_bytes() for _ in range(2))

    assert first == second


def test_the_date_of_the_mail_is_that_of_the_digest(now: datetime, mail: Mail) -> None:
    assert mail.date == now == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert mail.as_email().extra_headers["Date"] == "Fri, 20 Nov 2026 09:00:00 +0000"

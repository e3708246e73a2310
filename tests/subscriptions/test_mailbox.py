"""The local mailbox keeps what would have been sent, once, and shows it while trying out."""

from email import message_from_bytes, policy
from typing import Any

import pytest
from anymail.exceptions import AnymailUnsupportedFeature
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from subscriptions.models import MailboxMessage, ProviderEvent
from tests.factories import DigestFactory

pytestmark = pytest.mark.django_db
HTML = (
    "<!doctype html><html><head><style>@media (prefers-color-scheme: dark) { p { color: red } }"
    "</style></head><body><p>Hello</p></body></html>"
)


def letter(**given: Any) -> EmailMultiAlternatives:
    facts = {"subject": "Today", "body": "Hello", "to": ["ada@example.com"], **given}
    html = facts.pop("html", HTML)
    connection = get_connection("subscriptions.mailbox.backend.MailboxBackend")
    message = EmailMultiAlternatives(**facts, connection=connection)
    message.attach_alternative(html, "text/html")
    return message


def received(**given: Any) -> MailboxMessage:
    message = letter(**given)
    message.send()
    return MailboxMessage.objects.get(message_id=message.anymail_status.message_id)  # type: ignore[attr-defined]  # anymail's


def page(name: str, message: MailboxMessage) -> str:
    return reverse(f"mailbox:{name}", args=[message.pk])


# --- keeping ----------------------------------------------------------------------------------


def test_a_message_is_kept_as_it_would_go_out() -> None:
    kept = received(
        from_email="Morning Papers <digest@example.org>",
        to=["Ada <ada@example.com>"],
        reply_to=["help@example.org"],
        headers={"Message-ID": "<1@example.org>", "List-Id": "papers.example.org"},
    )

    assert (kept.recipient, kept.subject) == ("ada@example.com", "Today")
    assert (kept.text, kept.html) == ("Hello", HTML)
    assert kept.headers.pop("Date")
    assert kept.headers == {
        "From": "Morning Papers <digest@example.org>",
        "To": "Ada <ada@example.com>",
        "Reply-To": "help@example.org",
        "Subject": "Today",
        "Message-ID": "<1@example.org>",
        "List-Id": "papers.example.org",
    }


def test_the_same_message_id_twice_is_kept_once_and_reported_as_sent() -> None:
    first = received(headers={"Message-ID": "<1@example.org>"})
    again = letter(subject="Changed", headers={"message-id": "<1@example.org>"})

    assert again.send() == 1
    assert again.anymail_status.status == {"sent"}  # type: ignore[attr-defined]  # anymail's
    assert MailboxMessage.objects.get().subject == first.subject


def test_messages_without_a_message_id_get_one_each() -> None:
    assert received().message_id != received().message_id


def test_several_recipients_share_one_message_and_a_blind_copy_stays_out_of_its_headers() -> None:
    kept = received(to=["a@example.com", "b@example.com"], bcc=["c@example.com"])

    assert kept.recipient == "a@example.com, b@example.com, c@example.com"
    assert "c@example.com" not in str(kept.headers)


@pytest.mark.parametrize("wrong", [{"subject": "To\nday"}, {"headers": {"List-Id": "a\r\nb"}}])
def test_a_line_break_in_a_header_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadHeaderError):
        letter(**wrong).send()


def test_an_attachment_is_refused_rather_than_lost() -> None:
    message = letter()
    message.attach("paper.pdf", b"%PDF", "application/pdf")

    with pytest.raises(AnymailUnsupportedFeature):
        message.send()


def test_hints_for_providers_are_kept_or_do_nothing() -> None:
    message = letter()
    message.metadata = {"digest": 7}  # type: ignore[attr-defined]  # anymail's
    message.tags = ["digest"]  # type: ignore[attr-defined]  # anymail's
    message.track_opens = message.track_clicks = False  # type: ignore[attr-defined]  # anymail's

    message.send()

    headers = MailboxMessage.objects.get().headers
    assert (headers["X-Metadata"], headers["X-Tags"]) == ('{"digest": 7}', "digest")


# --- reading ----------------------------------------------------------------------------------


def test_an_empty_mailbox_says_what_to_do(client: Client) -> None:
    answer = client.get("/dev/mailbox/")

    assert "No mail yet" in answer.text
    assert 'href="/"' in answer.text


def test_the_newest_message_comes_first(client: Client) -> None:
    received(subject="Older")
    received(subject="Newer")

    text = client.get("/dev/mailbox/").text

    assert text.index("Newer") < text.index("Older")


@pytest.mark.parametrize("query", ["to=ADA", "subject=grap", "to=ada&subject=graphs"])
def test_messages_are_found_by_recipient_and_subject(client: Client, query: str) -> None:
    received(subject="On graphs", to=["ada@example.com"])
    received(subject="On proteins", to=["ben@example.com"])

    text = client.get(f"/dev/mailbox/?{query}").text

    assert "On graphs" in text
    assert "On proteins" not in text


def test_a_search_without_a_match_offers_all_messages(client: Client) -> None:
    received()

    assert "Show all messages" in client.get("/dev/mailbox/?subject=nowhere").text


@pytest.mark.parametrize("number", ["2", "99", "last"])
def test_many_messages_come_in_pages(client: Client, number: str) -> None:
    MailboxMessage.objects.bulk_create(
        MailboxMessage(message_id=str(n), subject=f"Subject {n}") for n in range(60)
    )

    assert "Page 1 of 2" in client.get("/dev/mailbox/").text
    assert client.get(f"/dev/mailbox/?page={number}").status_code == 200


def test_the_list_costs_the_same_for_many_messages(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    MailboxMessage.objects.bulk_create(
        MailboxMessage(message_id=str(n), subject=f"Subject {n}") for n in range(50)
    )

    with django_assert_num_queries(2):
        client.get("/dev/mailbox/")


def test_one_message_shows_its_parts_and_headers(client: Client) -> None:
    kept = received(headers={"List-Id": "papers.example.org"})

    text = client.get(page("message", kept)).text

    assert "papers.example.org" in text
    assert f'src="{page("html", kept)}' in text
    assert "sandbox=" in text


def test_no_page_of_it_is_announced_to_others(client: Client) -> None:
    for address in (reverse("mailbox:inbox"), page("message", received())):
        shown = client.get(address).content.decode()
        assert 'rel="canonical"' not in shown
        assert "og:" not in shown


def test_phone_width_and_dark_are_links_that_keep_each_other(client: Client) -> None:
    kept = received()

    text = client.get(page("message", kept), {"width": "phone", "theme": "dark"}).text

    assert "mailbox-phone" in text
    assert f'src="{page("html", kept)}?theme=dark"' in text
    assert 'href="?width=wide&amp;theme=dark"' in text


def test_the_html_part_cannot_run_scripts_or_fetch_anything(client: Client) -> None:
    kept = received(html="<p>Hello</p><script>alert(1)</script>")

    policy = client.get(page("html", kept)).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


@pytest.mark.parametrize(("theme", "answer"), [("dark", "min-width"), ("light", "max-width")])
def test_the_html_part_can_be_shown_light_or_dark(client: Client, theme: str, answer: str) -> None:
    text = client.get(page("html", received()), {"theme": theme}).text

    assert f"@media ({answer}: 0) {{ p {{ color: red }} }}" in text
    assert f"color-scheme: {theme} !important" in text


def test_without_a_wish_the_html_part_follows_the_system(client: Client) -> None:
    assert "prefers-color-scheme: dark" in client.get(page("html", received())).text


def test_the_source_opens_as_a_mail(client: Client) -> None:
    kept = received(subject="Größe", headers={"Message-ID": "<1@example.org>"})

    answer = client.get(page("source", kept))

    mail = message_from_bytes(answer.content, policy=policy.default)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert (mail["Subject"], mail["Message-ID"]) == ("Größe", "<1@example.org>")
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]


# --- what could become of it -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "state", "told"),
    [
        ("delivered", "active", "Delivered: delivered."),
        ("deferred", "active", "Deferred: nothing new."),
        ("blocked", "active", "Blocked: bounced."),
        ("unsubscribed", "unsubscribed", "Unsubscribed: nothing new; unsubscribed."),
        ("soft_bounce", "active", "Bounced for now: bounced."),
        ("hard_bounce", "suppressed", "Bounced for good: bounced; address suppressed."),
        ("complained", "suppressed", "Reported as spam: complained; address suppressed."),
    ],
)
def test_what_a_provider_would_tell_can_be_tried(
    client: Client, kind: str, state: str, told: str
) -> None:
    digest = DigestFactory.create(
        subscriber__email="ada@example.com", state="sent", message_id="<1@example.org>"
    )
    url = page("fate", received(headers={"Message-ID": "<1@example.org>"}))

    answer = client.post(url, {"kind": kind}, follow=True)

    digest.subscriber.refresh_from_db()
    assert digest.subscriber.state == state
    assert told in answer.text


def test_looking_at_a_mail_bounces_nothing(client: Client) -> None:
    url = page("fate", received())

    assert client.get(url).status_code == 405
    assert client.post(url, {"kind": "nonsense"}).status_code == 404
    assert not ProviderEvent.objects.exists()


# --- only while trying out -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["inbox", "message", "html", "source", "unsubscribe", "fate"])
def test_a_real_installation_has_no_mailbox(client: Client, settings: Settings, name: str) -> None:
    arguments = [] if name == "inbox" else [received().pk]
    settings.TRYING_OUT = False

    answer = client.post(reverse(f"mailbox:{name}", args=arguments))

    assert answer.status_code == 404


def test_an_unknown_message_is_not_found(client: Client) -> None:
    assert client.get("/dev/mailbox/7/").status_code == 404

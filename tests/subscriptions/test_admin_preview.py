"""Preview as a reader or as somebody made up, and a test of it to oneself."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from papers import editions
from subscriptions.digests.pipeline import preview
from subscriptions.models import Digest, MailboxMessage, Sending, Subscriber
from tests.admin_site import sign_in
from tests.factories import PaperFactory, SubscriberFactory

PAGE, MAIL, TEST = (f"/admin/papers/edition/preview/{part}" for part in ("", "mail/", "test/"))

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers() -> None:
    for number in range(4):
        topic = "cs.CV" if number % 2 else "cs.LG"
        PaperFactory.create(title=f"On {topic}, part {number}", topic=topic)
    editions.refresh(timezone.now())


@pytest.fixture
def reader(papers: None) -> Subscriber:
    return SubscriberFactory.create(email="ada.lovelace@example.com", topics=["cs.CV"])


def rights(*names: str) -> QuerySet[Permission]:
    return Permission.objects.filter(codename__in=names)


def test_a_readers_digest_is_shown_as_it_would_be_sent_now(
    admin_client: Client, reader: Subscriber
) -> None:
    page = admin_client.get(PAGE, {"reader": reader.email}).text
    mail = admin_client.get(MAIL, {"reader": reader.email}).text

    expected = preview(reader, timezone.now())
    assert expected.subject in page
    assert f"{len(expected.items)}, 1 minute to read" in page
    for item in expected.items:
        assert item.card.title in mail


@pytest.mark.usefixtures("reader")
def test_a_reader_is_found_by_number_too(admin_client: Client, reader: Subscriber) -> None:
    by_number = admin_client.get(MAIL, {"reader": reader.pk})

    assert by_number.content == admin_client.get(MAIL, {"reader": reader.email}).content


def test_whoever_looks_cannot_act_for_the_reader(admin_client: Client, reader: Subscriber) -> None:
    shown = [admin_client.get(url, {"reader": reader.email}).text for url in (PAGE, MAIL)]

    mine = preview(reader, timezone.now())
    for text in shown:
        for key in (mine.preferences_url, mine.unsubscribe_url, mine.pause_url):
            assert key not in text
    assert "/u/a-readers-own" in shown[1]
    assert "ada.lovelace" not in shown[1]


@pytest.mark.usefixtures("papers")
def test_made_up_topics_give_their_papers(admin_client: Client) -> None:
    page = admin_client.get(PAGE, {"topics": "cs.cv", "papers": "3"})

    look = page.context["look"]
    assert [item.card.topic for item in look.content.sections[0].items] == ["cs.CV", "cs.CV"]
    assert look.mail.subject in page.text


@pytest.mark.usefixtures("papers")
def test_the_frame_is_fenced_in_and_takes_the_theme_that_was_asked_for(
    admin_client: Client,
) -> None:
    dark = admin_client.get(MAIL, {"theme": "dark"})
    page = admin_client.get(PAGE, {"theme": "dark", "width": "375"}).text

    assert "sandbox" in dark["Content-Security-Policy"]
    assert "allow-scripts" not in dark["Content-Security-Policy"]
    assert "color-scheme: dark !important" in dark.text
    assert 'width="375"' in page
    assert "theme=dark" in page


@pytest.mark.usefixtures("papers")
def test_links_size_and_headers_are_told(admin_client: Client) -> None:
    page = admin_client.get(PAGE).text

    assert "of HTML; 95" in page
    assert "the reader’s own" in page
    assert "List-Unsubscribe-Post" in page
    assert 'href="https://arxiv.org/abs/' in page


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"reader": "nobody@example.com"}, "There is no such subscriber."),
        ({"reader": "9" * 30}, "There is no such subscriber."),
        ({"topics": "cs.XX"}, "no topic of arXiv"),
        ({"papers": "2"}, "greater than or equal to 3"),
        ({"width": "9"}, "not one of the available choices"),
        ({"theme": "blue"}, "not one of the available choices"),
    ],
)
@pytest.mark.usefixtures("papers")
def test_what_makes_no_sense_is_answered_beside_its_field(
    admin_client: Client, wish: dict[str, Any], says: str
) -> None:
    page = admin_client.get(PAGE, wish)

    assert page.status_code == 200
    assert says in page.text
    assert admin_client.get(MAIL, wish).status_code == 404


def test_the_next_edition_is_shown_before_readers_see_it(
    admin_client: Client, reader: Subscriber
) -> None:
    now = timezone.now()
    editions.frozen_edition(now)
    PaperFactory.create(title="Of tomorrow", topic="cs.CV", featured=True)
    editions.tend(now)
    coming = editions.next_edition(now)
    assert coming is not None

    wish = {"reader": str(reader.pk), "edition": str(coming.pk)}
    pages = [admin_client.get(url, wish).text for url in (PAGE, MAIL)]

    assert all("Of tomorrow" in page for page in pages)
    assert "Of tomorrow" not in admin_client.get(MAIL, {"reader": str(reader.pk)}).text


def test_a_reader_with_made_up_topics_is_refused(admin_client: Client, reader: Subscriber) -> None:
    page = admin_client.get(PAGE, {"reader": str(reader.pk), "topics": "cs.LG"}).text

    assert "A reader has topics already" in page


def test_before_there_is_an_edition_the_page_says_so(admin_client: Client) -> None:
    assert "There is no edition yet" in admin_client.get(PAGE).text
    assert admin_client.get(MAIL).status_code == 404


def test_a_reader_who_has_had_all_papers_gets_nothing_and_that_is_told(
    admin_client: Client, reader: Subscriber
) -> None:
    Subscriber.objects.filter(pk=reader.pk).update(quiet_days="none")

    page = admin_client.get(PAGE, {"reader": reader.pk}).text

    assert "Nothing would be sent" in page


def test_who_may_not_see_subscribers_previews_topics_alone(
    client: Client, reader: Subscriber
) -> None:
    sign_in(client, rights("view_edition"))

    page = client.get(PAGE, {"reader": reader.email}).text

    assert 'name="reader"' not in page
    assert preview(reader, timezone.now()).unsubscribe_url not in page
    assert "reader@example.org" in page  # somebody made up


@pytest.mark.parametrize("url", [PAGE, MAIL])
def test_without_the_right_there_is_nothing_to_see(client: Client, url: str) -> None:
    sign_in(client, rights("view_author"))

    assert client.get(url).status_code == 403


def test_a_test_goes_to_oneself_and_the_ledger_knows_nothing_of_it(
    admin_client: Client,
    admin_user: User,
    reader: Subscriber,
    mailbox: QuerySet[MailboxMessage],
) -> None:
    Sending.objects.create(reason="The provider is away")

    page = admin_client.post(f"{TEST}?reader={reader.pk}", follow=True).text

    [mail] = mailbox
    assert "The test is on its way" in page
    assert mail.recipient == admin_user.email
    assert mail.subject.startswith("[Test] ")
    assert not Digest.objects.exists()
    assert "List-Unsubscribe" not in str(mail.__dict__)
    reader.refresh_from_db()
    assert reader.next_send_at is None or reader.next_send_at > timezone.now() - timedelta(days=1)


@pytest.mark.usefixtures("papers")
def test_a_provider_that_does_not_take_the_test_is_told(
    admin_client: Client, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    page = admin_client.post(TEST, follow=True).text

    assert "The test was not sent: ConnectionRefusedError" in page


@pytest.mark.usefixtures("papers")
def test_a_test_needs_an_address_and_a_right(client: Client) -> None:
    sign_in(client, rights("view_edition", "change_edition"))
    assert "There was nothing to send, or nowhere to." in client.post(TEST, follow=True).text

    User.objects.update(email="sam@example.org")
    User.objects.get().user_permissions.set(rights("view_edition"))
    assert client.post(TEST).status_code == 403
    assert client.get(TEST).status_code == 405
    assert not MailboxMessage.objects.exists()

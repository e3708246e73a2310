"""manage.py demo: the sample reader subscribes, confirms, and finds today's digest."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from papers.models import Paper, Score
from seeds.demonstration import LIKED
from subscriptions.digests import pipeline
from subscriptions.models import Digest, Interest, MailboxMessage, Notice, Subscriber

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
READER = "reader@example.com"


@pytest.fixture(autouse=True)
def seeded_morning(settings: Settings) -> Iterator[None]:
    """As `make demo` has it: DEMO set, mail to the local mailbox, and the sample papers."""
    settings.DEMO = True
    settings.EMAIL_BACKEND = "subscriptions.mailbox.backend.MailboxBackend"
    with time_machine.travel(NOW, tick=False):
        call_command("seed", stdout=StringIO())
        yield


def demo() -> str:
    """What the command prints."""
    printed = StringIO()
    call_command("demo", stdout=printed)
    return printed.getvalue()


def subjects() -> list[str]:
    return list(MailboxMessage.objects.order_by("pk").values_list("subject", flat=True))


def test_the_reader_subscribes_confirms_and_gets_papers_with_reasons() -> None:
    printed = demo()

    reader = Subscriber.objects.get(email=READER)
    assert (reader.state, reader.confirmed_at) == ("active", NOW)
    digest = Digest.objects.get()
    assert (digest.state, digest.local_date) == ("sent", NOW.date())
    assert digest.items.count() >= 5
    assert all(item.reasons for item in digest.items.all())
    assert subjects() == ["Please confirm your digest from Morning Papers", digest.subject]
    assert digest.subject in printed


def test_the_digest_tells_reasons_of_many_kinds() -> None:
    demo()

    told = {reason["kind"] for item in Digest.objects.get().items.all() for reason in item.reasons}
    assert told >= {"keyword", "liked", "topic", "votes", "elsewhere"}


def test_what_the_reader_dropped_stays_dropped() -> None:
    demo()
    Interest.objects.exclude(kind="topic").delete()

    demo()

    assert not Interest.objects.exclude(kind="topic").exists()


def test_a_liked_paper_that_is_gone_is_no_obstacle() -> None:
    Paper.objects.filter(title=LIKED).delete()

    demo()

    assert not Interest.objects.filter(kind="paper").exists()


def test_the_readers_preview_has_a_digest_of_each_day() -> None:
    demo()

    days = pipeline.forecast(Subscriber.objects.get(), NOW)

    assert len(days) == 14
    assert all(day.content and day.content.items for day in days)


def test_papers_have_their_scores() -> None:
    printed = demo()

    assert f"scores: {Score.objects.count()} papers" in printed
    assert Score.objects.exclude(ai_score=None).exists()


def test_the_addresses_it_prints_can_be_opened(client: Client, settings: Settings) -> None:
    addresses = re.findall(rf"{settings.SITE_URL}(\S+)", demo())

    assert len(addresses) == len(set(addresses)) == 7
    assert [client.get(address, follow=True).status_code for address in addresses] == [200] * 7


def test_the_editor_it_names_may_enter_the_admin(client: Client) -> None:
    name, password = re.findall(r"(\S+) / (\S+)", demo())[0]

    client.post("/admin/login/", {"username": name, "password": password})

    assert client.get("/admin/").status_code == 200


def test_once_more_on_the_same_day_sends_nothing_and_says_the_same() -> None:
    first = demo()

    assert demo() == first

    assert len(subjects()) == 2
    assert Digest.objects.count() == 1
    assert get_user_model().objects.count() == 1


def test_the_next_day_brings_the_next_digest_of_other_papers() -> None:
    demo()

    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        call_command("seed", stdout=StringIO())
        demo()

    assert len(subjects()) == 3
    today, yesterday = Digest.objects.all()
    papers = [set(digest.items.values_list("paper", flat=True)) for digest in (today, yesterday)]
    assert not papers[0] & papers[1]


def test_who_unsubscribed_while_trying_it_out_comes_back() -> None:
    demo()
    Subscriber.objects.update(state="unsubscribed")

    demo()

    assert Subscriber.objects.get(email=READER).state == "active"


def test_without_demo_in_the_environment_it_refuses(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="only with DEMO=true"):
        demo()

    assert not Subscriber.objects.exists()
    assert not get_user_model().objects.exists()


def test_a_confirmation_that_went_elsewhere_fails_it(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    with pytest.raises(CommandError, match="asks to confirm is not in the mailbox"):
        demo()


def test_a_digest_that_went_elsewhere_fails_it(settings: Settings) -> None:
    demo()
    Digest.objects.all().delete()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    with pytest.raises(CommandError, match="was sent, but it is not in the mailbox"):
        demo()


def test_a_digest_that_may_not_leave_fails_it_with_the_reason() -> None:
    demo()
    Digest.objects.all().delete()
    Subscriber.objects.update(state="suppressed")

    with pytest.raises(CommandError, match=r"Today's digest is skipped \(suppressed\)"):
        demo()

    assert Notice.objects.count() == 1

"""EMAIL_ALLOW_LIST: an installation that is not the real one mails nobody else."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from pytest_django import Settings
from structlog.testing import capture_logs

from digest_project.environment import Environment
from papers.models import Correction
from subscriptions.digests.delivery import send_beside_the_ledger
from subscriptions.digests.delivery.allowing import is_allowed
from subscriptions.models import Digest, Notice
from subscriptions.models.states import State
from subscriptions.tick import tick
from tests.doctor.asking import ask
from tests.factories import NoticeFactory, SubscriberFactory
from tests.smtp import Sink

pytestmark = pytest.mark.django_db

ADA, BO = "ada@example.com", "bo@staff.example.org"


@pytest.fixture(autouse=True)
def only_staff(settings: Settings) -> None:
    settings.EMAIL_ALLOW_LIST = ["staff.example.org"]


@pytest.mark.usefixtures("todays_papers")
def test_only_who_is_on_it_gets_a_digest_and_the_others_are_told_in_the_log(
    now: datetime, clock: Callable[[], datetime], sink: Sink
) -> None:
    for address in (ADA, BO):
        SubscriberFactory.create(email=address, next_send_at=now)

    with capture_logs() as log:
        tick(clock)
        tick(clock)

    assert sink.recipients() == [BO]
    kept = Digest.objects.get(subscriber__email=ADA)
    assert (kept.state, kept.reason, kept.attempts) == ("skipped", "not on EMAIL_ALLOW_LIST", 0)
    assert not kept.items.exists()
    [told] = [event for event in log if event["event"] == "would_have_been_sent"]
    assert (told["kind"], told["id"]) == ("Digest", kept.pk)
    assert ADA not in str(log)


@pytest.mark.usefixtures("todays_papers")
def test_only_who_is_on_it_gets_notices_and_corrections(
    now: datetime, clock: Callable[[], datetime], sink: Sink
) -> None:
    for address in (ADA, BO):
        reader = SubscriberFactory.create(email=address, next_send_at=now)
        NoticeFactory.create(
            subscriber=reader,
            kind=Notice.Kind.LINK,
            state="ready",
            asked_at=now,
            not_after=now + timedelta(hours=1),
        )
    tick(clock)
    digests = Digest.objects.all()
    digests.update(state=State.SENT, reason="", sent_at=now)
    Correction.objects.create(edition=digests[0].edition, number=1, text="A name.", made_at=now)

    tick(clock)

    assert sink.recipients() == [BO] * 3
    assert set(
        Notice.objects.filter(subscriber__email=ADA).values_list("kind", "state", "reason")
    ) == {(kind, "skipped", "not on EMAIL_ALLOW_LIST") for kind in ("link", "correction")}


@pytest.mark.usefixtures("sink")
def test_a_test_to_somebody_else_is_not_sent_and_says_why(sink: Sink) -> None:
    outcomes = [
        send_beside_the_ledger(EmailMessage("A test", "…", to=[address])) for address in (ADA, BO)
    ]

    assert [outcome.state for outcome in outcomes] == [State.FAILED, State.SENT]
    assert outcomes[0].reason == "its address is not on EMAIL_ALLOW_LIST"
    assert sink.recipients() == [BO]


def test_the_doctor_sends_no_test_to_somebody_else_and_warns_of_the_list(
    settings: Settings, sink: Sink
) -> None:
    settings.SILENCED_SYSTEM_CHECKS = ["templates.E002"]
    settings.TRYING_OUT = False

    answer = ask("--offline", "--send-to", ADA)

    assert answer.of("test mail")["found"] == "its address is not on EMAIL_ALLOW_LIST"
    assert answer.of("allow list")["level"] == "warn"
    assert "staff.example.org alone" in answer.of("allow list")["found"]
    assert sink.recipients() == []


@pytest.mark.parametrize(
    ("listed", "address", "allowed"),
    [
        ([], "anybody@example.com", True),
        (["example.org"], "ada@example.org", True),
        (["Example.ORG"], "Ada@eXample.org", True),
        (["example.org"], "ada@staff.example.org", False),
        (["staff.example.org"], "ada@example.org", False),
        (["example.org"], "ada@notexample.org", False),
        (["example.org"], "example.org@example.com", False),
        (["ada@example.org"], "Ada@example.org", True),
        (["ada@example.org"], "bo@example.org", False),
        (["ada@example.org"], "ada+papers@example.org", False),
        (["bücher.example"], "ada@xn--bcher-kva.example", True),
        (["xn--bcher-kva.example"], "ada@BÜCHER.example", True),
        (["ada@bücher.example"], "ada@xn--bcher-kva.example", True),
        (["example.org"], f"ada@{'x' * 70}.org", False),
    ],
)
def test_who_is_on_it(
    settings: Settings, listed: list[str], address: str, *, allowed: bool
) -> None:
    settings.EMAIL_ALLOW_LIST = listed

    assert is_allowed(address) is allowed


@pytest.mark.parametrize(
    "entry",
    [
        "*.example.org",
        "@example.org",
        "example",
        "ada@",
        "Ada <ada@example.org>",
        "a b@c.org",
        "a@b@c.d",
    ],
)
def test_an_entry_that_is_neither_address_nor_domain_is_refused_by_name(entry: str) -> None:
    environment = Environment({"EMAIL_ALLOW_LIST": f"ada@example.org, {entry}"})

    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.recipients("EMAIL_ALLOW_LIST")

    assert str(refusal.value) == (
        "EMAIL_ALLOW_LIST must list addresses and domains such as ada@example.org, "
        f"staff.example.org, not {entry!r}."
    )


def test_addresses_and_domains_are_taken_as_they_are() -> None:
    environment = Environment({"EMAIL_ALLOW_LIST": " ada@example.org ,bücher.example,localhost,"})

    assert environment.recipients("EMAIL_ALLOW_LIST") == [
        "ada@example.org",
        "bücher.example",
        "localhost",
    ]

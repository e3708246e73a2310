"""Row 21: one poison paper or subscriber among many harms nobody else, and is itself explained."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.template import TemplateSyntaxError
from pytest_django import Settings

from papers.models import Paper
from seeds.subscribers import add_subscribers
from subscriptions import interests
from subscriptions.digests import pipeline
from subscriptions.emails.content import DigestContent
from subscriptions.emails.digest import as_mail
from subscriptions.emails.message import Mail
from subscriptions.equation import equation
from subscriptions.models import Digest, DigestPaper, Subscriber
from tests.factories import PaperFactory, SubscriberFactory, TopicFactory
from tests.faults.matrix import Drill
from tests.subscriptions.conftest import NOW, no_pool_kept

pytestmark = [pytest.mark.django_db, pytest.mark.row(21)]
__all__ = ["no_pool_kept"]  # a fixture
HOUR = timedelta(hours=1)
VICTIM = "victim@example.com"
LONG = "x" * 1_000_000


def poison_papers(**facts: object) -> None:
    """Papers of the one topic that nobody else sees."""
    Paper.objects.filter(primary_topic__code="xx.PO").update(**facts)


def longest(name: str) -> str:
    return LONG[: getattr(Paper._meta.get_field(name), "max_length", None) or len(LONG)]


def selected() -> Digest:
    """The victim's digest once all is frozen and nothing has left."""
    pipeline.open_chunk(NOW)
    pipeline.select_chunk(Digest.objects.all(), NOW)
    return Digest.objects.get(subscriber__email=VICTIM)


def instead_of(
    digest_mail: Callable[[DigestContent], Mail],
) -> Callable[[pytest.MonkeyPatch], None]:
    """A fault of ours that shows with the victim's digest only."""
    usual = as_mail

    def made(content: DigestContent) -> Mail:
        return digest_mail(content) if content.to == VICTIM else usual(content)

    return lambda patch: patch.setattr("subscriptions.digests.pipeline.as_mail", made)


def breaks(content: DigestContent) -> Mail:
    raise TemplateSyntaxError(content.subject)


def bad_surrogate(content: DigestContent) -> Mail:
    return replace(PLAIN(content), subject="\ud800", text="\udfff")


def line_break_in_a_header(content: DigestContent) -> Mail:
    return replace(PLAIN(content), headers={"List-Id": "one\r\nBcc: eve@example.com"})


PLAIN = as_mail
POISONS: dict[str, Callable[[pytest.MonkeyPatch], object]] = {
    "newline in a title": lambda _: poison_papers(title="A\r\nBcc: eve@example.com\n\nB"),
    "1 MB title": lambda _: poison_papers(title=longest("title"), title_key=longest("title_key")),
    "1 MB abstract": lambda _: poison_papers(abstract=LONG),
    "null and surrogate signs": lambda _: poison_papers(
        title="\x01 \u2028 \ufffe\ufffd \U0010ffff"
    ),
    "a topic without a name": lambda _: TopicFactory.create(code="xx.PO").delete,
    "no zone of this world": lambda _: Subscriber.objects.filter(email=VICTIM).update(
        timezone="Mars/Olympus"
    ),
    "no language of ours": lambda _: Subscriber.objects.filter(email=VICTIM).update(language="xx"),
    "an address with a line break": lambda _: Subscriber.objects.filter(email=VICTIM).update(
        email="victim@example.com\nBcc: eve@example.com"
    ),
    "an address of nonsense": lambda _: Subscriber.objects.filter(email=VICTIM).update(
        email="vic\u202etim@@exa mple"
    ),
    "nothing frozen": lambda _: Digest.objects.filter(pk=selected().pk).update(frozen={}),
    "reasons of nonsense": lambda _: DigestPaper.objects.filter(digest=selected()).update(
        reasons=[{"kind": "no such kind"}, 7]
    ),
    "bad surrogate": instead_of(bad_surrogate),
    "line break in a header": instead_of(line_break_in_a_header),
    "template error": instead_of(breaks),
}
HARMLESS = {
    *("newline in a title", "1 MB title", "1 MB abstract", "null and surrogate signs"),
    *("a topic without a name", "no zone of this world"),
}


@pytest.fixture
def readers(drill: Drill) -> int:
    """How many there are, all of them due; one is the victim."""
    count = drill.trials(short=12, long=2000)
    for number in range(12):
        PaperFactory.create(first_seen_at=NOW - HOUR, trending=100.0 - number)
    for _ in range(3):
        PaperFactory.create(topic="xx.PO", first_seen_at=NOW - HOUR, trending=1.0)
    victim = SubscriberFactory.create(email=VICTIM, next_send_at=NOW)
    interests.choose_topics(victim, [TopicFactory.create(code="xx.PO")])
    add_subscribers(count - 1, NOW, due=True)
    return count


@pytest.mark.parametrize("poison", POISONS)
def test_all_others_are_served_and_the_one_is_explained(
    readers: int, poison: str, drill: Drill, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    POISONS[poison](monkeypatch)

    now = NOW
    while pipeline.run(lambda: now):  # noqa: B023  # until nothing is left to try
        now += 2 * HOUR  # by when the next attempt is due

    copies = Counter(message.to[0] for message in mail.outbox)
    others = [address for address in copies if address.startswith("reader-")]
    total = equation(Digest.objects.all())
    lost = readers - 1 - len(others)
    drill.told(trials=1, lost=lost, duplicated=copies.total() - len(copies))
    assert len(others) == readers - 1
    assert set(copies.values()) == {1}
    assert (total.due, total.unexplained, total.in_progress, total.deferred) == (readers, 0, 0, 0)
    assert not any("eve@" in name for message in mail.outbox for name in message.recipients())
    victim = Digest.objects.exclude(subscriber__email__startswith="reader-").get()
    assert victim.state == "sent" or victim.reason
    assert (victim.state == "sent") >= (poison in HARMLESS)

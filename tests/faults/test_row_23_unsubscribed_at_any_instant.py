"""Row 23: once an unsubscription is committed, no mail to that reader begins to leave."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from time import sleep

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from seeds.subscribers import add_subscribers
from subscriptions import leaving
from subscriptions.digests import delivery
from subscriptions.models import Digest, Subscriber
from subscriptions.models.states import State
from tests.factories import EditionFactory
from tests.faults.matrix import Drill

pytestmark = [
    pytest.mark.row(23),
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]
NOT_BEGUN = {State.READY, State.CLAIMED}
CLAIM = 100
SPREAD = 0.4  # seconds within which the readers of one claim leave


def ready_digests(count: int) -> None:
    now = timezone.now()
    add_subscribers(count, now)
    edition = EditionFactory.create()
    Digest.objects.bulk_create(
        Digest(subscriber=reader, edition=edition, local_date=now.date(), state=State.READY)
        for reader in Subscriber.objects.all()
    )


def written(digest: Digest) -> EmailMessage:
    return EmailMessage("Subject", "Text", to=[digest.subscriber.email])


def deliver_all(barrier: Barrier) -> None:
    try:
        claimed = Digest.objects.claim("the sender", timezone.now(), CLAIM)
        barrier.wait()
        delivery.deliver(claimed, written, timezone.now)
    finally:
        connection.close()


def leave(readers: list[Subscriber], barrier: Barrier, chance: Random) -> dict[str, str]:
    """How far the digest of each was, asked as soon as the unsubscription was committed."""
    found = {}
    try:
        barrier.wait()
        for reader in readers:
            sleep(chance.random() * 2 * SPREAD / len(readers))  # at random instants: that is it
            assert leaving.unsubscribe(reader, timezone.now())
            found[reader.email] = str(
                Digest.objects.values_list("state", flat=True).get(subscriber=reader)
            )
    finally:
        connection.close()
    return found


def one_claim(chance: Random) -> dict[str, str]:
    """Sent while its readers leave; how far each was by then."""
    readers = list(Subscriber.objects.filter(digests__state=State.READY)[:CLAIM])
    chance.shuffle(readers)
    barrier = Barrier(5)
    with ThreadPoolExecutor(5) as threads:
        sender = threads.submit(deliver_all, barrier)
        leavers = [
            threads.submit(leave, readers[number::4], barrier, Random(chance.random()))  # noqa: S311  # repeatable
            for number in range(4)
        ]
    sender.result()
    return {address: state for each in leavers for address, state in each.result().items()}


@pytest.mark.parametrize("connections", [1, 16])
def test_no_send_begins_after_the_commit(
    connections: int, drill: Drill, settings: Settings
) -> None:
    settings.EMAIL_CONNECTIONS = connections
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    chance = Random(23 + connections)  # noqa: S311  # repeatable
    trials = drill.trials(short=100, long=500)  # of each of two
    ready_digests(trials)
    found: dict[str, str] = {}
    while len(found) < trials:
        found |= one_claim(chance)
    left_over = Digest.objects.claim("the next sender", timezone.now(), trials)
    delivery.deliver(left_over, written, timezone.now)

    sent = {message.to[0] for message in mail.outbox}
    not_begun = {address for address, state in found.items() if state in NOT_BEGUN}
    note = f"{connections} connections: {len(not_begun)} of {trials} left before their mail"
    drill.told(trials=trials, duplicated=len(not_begun & sent), note=note)
    assert not_begun & sent == set()
    assert 0 < len(not_begun) < trials
    ends = set(Digest.objects.values_list("state", "reason"))
    assert ends == {("sent", ""), ("skipped", "unsubscribed")}
    assert len(mail.outbox) == Digest.objects.filter(state=State.SENT).count()

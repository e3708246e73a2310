"""Row 24: a scanner that opens every link of a mail, as some mail services do, changes nothing."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin

import pytest
from django.test import Client

from subscriptions import interests, links
from subscriptions.links import Purpose
from subscriptions.models import Subscriber
from tests.factories import SubscriberFactory
from tests.faults.matrix import Drill
from tests.subscriptions.conftest import NOW, at_nine, mailbox, no_pool_kept, todays_papers
from tests.subscriptions.mail_addresses import addresses_in, in_html, own_path
from tests.subscriptions.sent_digests import mail_of, notices_to, paper_at, sent_to
from tests.subscriptions.unchanged import nothing_changes

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.row(24),
    pytest.mark.usefixtures("todays_papers", "mailbox", "at_nine"),
]

__all__ = ["at_nine", "mailbox", "no_pool_kept", "todays_papers"]  # fixtures
PREFETCH = {"Sec-Purpose": "prefetch", "Purpose": "prefetch", "X-Moz": "prefetch"}
WAYS: list[tuple[str, dict[str, str]]] = [("head", {}), ("get", {}), ("get", PREFETCH)]
TOKEN = re.compile(r"/[\w-]{20,}")
State = Subscriber.State


def opened(addresses: Iterable[str]) -> set[str]:
    """What personal links are found there, opened in every way a scanner knows."""
    found = set()
    for address in sorted(addresses):
        for method, headers in WAYS:
            answer = getattr(Client(), method)(address, follow=True, headers=headers)
            assert answer.status_code in {200, 404, 410}, f"{method} {address}"
            if method == "get":
                base = answer.redirect_chain[-1][0] if answer.redirect_chain else address
                found |= {urljoin(base, link) for link in in_html(answer.text)}
    return {path for link in found if (path := own_path(link)) and TOKEN.search(path)}


@pytest.mark.parametrize("state", State.values)
def test_opening_every_link_of_every_mail_changes_nothing(state: str, drill: Drill) -> None:
    reader = SubscriberFactory.create(next_send_at=NOW, topics=["cs.CV"], paper_count=3)
    mails = [mail_of(sent_to(reader)), *notices_to(reader, NOW)]
    Subscriber.objects.update(state=state)
    own = {path for mail in mails for link in addresses_in(mail) if (path := own_path(link))}

    with nothing_changes():
        found = opened(own)  # the mails' links,
        opened(found - own)  # and those of the pages where they lead

    drill.told(trials=len(own | found) * len(WAYS))
    pages = {path.split("/")[1] for path in own}
    assert pages >= {"w", "u", "preferences", "confirm", "undo", "p"}


def test_nor_does_it_where_much_was_said_and_chosen() -> None:
    reader = SubscriberFactory.create(next_send_at=NOW, topics=["cs.CV"])
    digest = sent_to(reader)
    interests.like(reader, paper_at(digest), origin="learned")
    path = links.digest_path(digest)
    pages = [f"{path}{number}/{wish}/" for number in (1, 2) for wish in ("more", "less", "vote")]
    pages += [f"{path}worth/?answer={answer}" for answer in ("yes", "no", "undo", "x")]
    pages += [links.path(purpose, reader, NOW) for purpose in Purpose if purpose != Purpose.DIGEST]

    with nothing_changes():
        opened([path, *pages])

"""Row 26: personal links with bits flipped, of another purpose, of another person, too old."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from subscriptions import links
from subscriptions.links import LIFETIMES, MAC_BYTES, ExpiredLink, Purpose, UnknownLink
from subscriptions.models import Subscriber
from tests.factories import DigestFactory, SubscriberFactory
from tests.faults.matrix import Drill
from tests.subscriptions.unchanged import nothing_changes

pytestmark = [pytest.mark.django_db, pytest.mark.row(26)]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MANY_YEARS = timedelta(days=9999)
PAGES = {
    Purpose.CONFIRM: ["confirm"],
    Purpose.PREFERENCES: ["preferences", "interests", "forecast", "pause", "my_data", "erase"],
    Purpose.UNSUBSCRIBE: ["unsubscribe"],
    Purpose.LESS: ["less"],
    Purpose.UNDO: ["undo", "why_left"],
    Purpose.DIGEST: ["digest", "worth"],
}


class Forger:
    """Makes tokens of true ones, none of which may open anything."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.readers = [SubscriberFactory.create() for _ in range(20)]
        digests = [DigestFactory.create(subscriber=reader) for reader in self.readers[:5]]
        self.true = {
            **{purpose: [self.token(purpose, one) for one in self.readers] for purpose in Purpose},
            Purpose.DIGEST: [links.digest_path(digest).split("/")[2] for digest in digests],
        }

    def token(self, purpose: Purpose, reader: Subscriber) -> str:
        return links.token(purpose, reader, NOW)

    def forge(self) -> tuple[Purpose, str]:
        purpose = self.chance.choice(list(Purpose))
        ways: list[Callable[[Purpose], str]] = [
            *(self.flipped, self.cut, self.of_another_purpose, self.of_another_person),
            *(self.random, self.of_a_revoked_version, self.other_sign),
        ]
        return purpose, self.chance.choice(ways)(purpose)

    def bytes_of(self, purpose: Purpose) -> bytearray:
        token = self.chance.choice(self.true[purpose])
        return bytearray(urlsafe_b64decode(token + "=" * (-len(token) % 4)))

    def flipped(self, purpose: Purpose) -> str:
        told = self.bytes_of(purpose)
        for bit in self.chance.sample(range(8 * len(told)), self.chance.choice([1, 1, 1, 2, 8])):
            told[bit // 8] ^= 1 << bit % 8
        return written(bytes(told))

    def cut(self, purpose: Purpose) -> str:
        told = self.bytes_of(purpose)
        where = self.chance.randrange(len(told))
        cuts = [told[:where], told[where + 1 :], told + b"\0", told * 2]
        return written(bytes(self.chance.choice(cuts)))

    def of_another_purpose(self, purpose: Purpose) -> str:
        others = [other for other in Purpose if other != purpose]
        return self.chance.choice(self.true[self.chance.choice(others)])

    def of_another_person(self, purpose: Purpose) -> str:
        """One's number, and the other's proof."""
        one, other = (
            urlsafe_b64decode(token + "=" * (-len(token) % 4))
            for token in self.chance.sample(self.true[purpose], 2)
        )
        return written(one[:-MAC_BYTES] + other[-MAC_BYTES:])

    def random(self, purpose: Purpose) -> str:
        number = self.chance.choice(self.readers).pk.to_bytes(5, "big")
        return written(number + self.chance.randbytes(len(self.bytes_of(purpose)) - 5))

    def of_a_revoked_version(self, purpose: Purpose) -> str:
        reader = self.chance.choice(self.readers)
        revoked = Subscriber(pk=reader.pk, link_version=reader.link_version + 1)
        return self.token(purpose, revoked)

    def other_sign(self, purpose: Purpose) -> str:
        token = self.chance.choice(self.true[purpose])
        place = self.chance.randrange(len(token))
        sign = self.chance.choice([sign for sign in "=.~+%é\0Az09-_" if sign != token[place]])
        return token[:place] + sign + token[place + 1 :]


def written(told: bytes) -> str:
    return urlsafe_b64encode(bytes(told)).decode().rstrip("=")


def is_accepted(purpose: Purpose, token: str) -> bool:
    try:
        if purpose == Purpose.DIGEST:
            links.resolve_digest(token)
        else:
            links.resolve(purpose, token, NOW)
    except (UnknownLink, ExpiredLink):
        return False
    return True


def test_no_forged_token_is_accepted(drill: Drill) -> None:
    trials, forger = drill.trials(short=2_000, long=1_000_000), Forger(Random(26))  # noqa: S311  # repeatable
    for purpose, tokens in forger.true.items():
        assert all(is_accepted(purpose, token) for token in tokens)

    accepted = [forged for _ in range(trials) if is_accepted(*(forged := forger.forge()))]

    drill.told(trials=trials, note=f"{len(accepted)} of {trials} forged tokens accepted")
    assert accepted == []


@pytest.mark.parametrize("purpose", [one for one in Purpose if LIFETIMES[one]])
def test_a_true_link_opens_nothing_at_any_time_after_its_life(
    purpose: Purpose, drill: Drill
) -> None:
    trials, token = drill.trials(200, 10_000), links.token(purpose, SubscriberFactory.create(), NOW)
    chance = Random(26)  # noqa: S311  # repeatable

    for _ in range(trials):
        late = chance.random() * (MANY_YEARS - purpose.lifetime) + timedelta(hours=1)  # type: ignore[operator]  # has one
        with pytest.raises(ExpiredLink):
            links.resolve(purpose, token, NOW + purpose.lifetime + late)  # type: ignore[operator]  # has one


def test_over_http_all_get_one_and_the_same_404_and_nothing_changes(
    drill: Drill, settings: LazySettings
) -> None:
    trials, forger = drill.trials(short=150, long=5_000), Forger(Random(62))  # noqa: S311  # repeatable
    client, answers = Client(raise_request_exception=True), Counter[tuple[int, str]]()

    with nothing_changes():
        for number in range(trials):
            purpose, token = forger.forge()
            page = forger.chance.choice(PAGES[purpose])
            path = reverse(f"subscriptions:{page}", args=[token.replace("/", "") or "-"])
            answer = getattr(client, ["get", "post"][number % 2])(path)
            answers[answer.status_code, without_path(answer.text)] += 1

    statuses = {status for status, _ in answers}
    drill.told(trials=trials, note=f"answers over HTTP: {len(answers)}, with {sorted(statuses)}")
    assert statuses == {404}
    assert len(answers) == 1


def without_path(text: str) -> str:
    """The link to the other language leads back to where one is."""
    return re.sub(r"next=[^\"]*", "", text)

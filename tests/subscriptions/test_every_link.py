"""Every link of many varied digests leads somewhere: here, or to a well-formed https address."""

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import Http404
from django.urls import ResolverMatch, resolve

from papers.models import Author, Paper
from subscriptions import interests, links
from subscriptions.digests import composition, pipeline
from subscriptions.emails.digest import DigestContent, as_mail, web_copy
from subscriptions.feedback import Wish
from subscriptions.links import Purpose
from subscriptions.models import Digest, DigestPaper, Subscriber
from tests.factories import PaperFactory, SubscriberFactory, TopicFactory
from tests.subscriptions.conftest import NOW
from tests.subscriptions.mail_addresses import addresses_in, in_html, own_path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]

READERS = int(os.environ.get("DIGESTS_VARIED", "120"))  # 500 where there is time for them
TOPICS = ["cs.CV", "cs.LG", "cs.CL", "cs.RO", "math.CO"]
TITLES = [
    "A Study of Subject {}",
    "Grüße aus der Ferne: <b>Teil {}</b> & “mehr”",
    "دراسة في الشبكات العصبية {}",
    "🙂 $\\mathcal{O}(n^{{}})$ is enough",
    "Hyperparametrisationsofpneumonoultramicroscopicsilicovolcanoconiosis {} " * 5,
]
PERSONAL = {
    "confirm": Purpose.CONFIRM,
    "preferences": Purpose.PREFERENCES,
    "interests": Purpose.PREFERENCES,
    "pause": Purpose.PREFERENCES,
    "unsubscribe": Purpose.UNSUBSCRIBE,
}
PAGES = {"digest", "landing", "about", "privacy"}


def varied_papers(chance: Random) -> None:
    """Some without an arXiv id, a DOI, an abstract or a topic; some with code in odd places."""
    codes = ["", "", "https://example.org/code?a=1&b=%20#top"]
    for number in range(60):
        paper = PaperFactory.create(
            title=chance.choice(TITLES).replace("{}", str(number)),
            topic=chance.choice(TOPICS),
            arxiv_id=chance.choice([f"2611.{number:05}", None]),
            doi=chance.choice([None, f"10.1000/x(y)<{number}>;2-#"]),
            abstract=chance.choice(["", "See https://example.org/a_(b), and more. Twice."]),
            code_url=chance.choice(codes),
            authors=[f"Author Number{chance.randrange(20)}" for _ in range(1)],
            trending=float(100 - number),
            first_seen_at=NOW - timedelta(hours=1),
        )
        if number % 20 == 0:
            Paper.objects.filter(pk=paper.pk).update(primary_topic=None)


def varied_reader(number: int, chance: Random) -> Subscriber:
    topics = [TopicFactory.create(code=code) for code in TOPICS]
    reader = SubscriberFactory.create(
        next_send_at=NOW,
        paper_count=chance.randint(3, 25),
        language=chance.choice(["en", "de"]),
        timezone=chance.choice(["UTC", "Asia/Kathmandu", "America/New_York"]),
        frequency=chance.choice(Subscriber.Frequency.values),
        mail_format=chance.choice(["html", "html", "html", "text"]),
        missed_since=chance.choice([None, None, NOW - timedelta(days=5)]),
    )
    chosen = chance.sample(topics, chance.randint(0, 3))
    interests.choose_topics(reader, chosen[1:], chosen[:1] if number % 3 else [])
    interests.choose_keywords(reader, chance.sample(["subject", "enough"], number % 3), ["ferne"])
    if number % 4 == 0:
        interests.follow_author(reader, chance.choice(list(Author.objects.all())))
        interests.like(reader, chance.choice(list(Paper.objects.all())), muted=number % 8 == 0)
    return reader


@pytest.fixture
def digests() -> list[Digest]:
    chance = Random(20261120)  # noqa: S311  # the same ones every time
    varied_papers(chance)
    for number in range(READERS):
        varied_reader(number, chance)
    while pipeline.open_chunk(NOW):
        pass
    while pipeline.select_chunk(Digest.objects.all(), NOW):
        pass
    return list(Digest.objects.filter(state="ready").select_related("subscriber", "edition"))


def contents(digests: list[Digest]) -> Iterator[tuple[Digest, DigestContent]]:
    compose = composition.composer(digests, NOW)
    return ((digest, compose(digest)) for digest in digests)


# --- where links lead ------------------------------------------------------------------


class Judge:
    """Says what is wrong with an address. It reads the database once: there are many addresses."""

    def __init__(self) -> None:
        self.papers = {str(paper.public_id) for paper in Paper.objects.visible()}
        self.positions: dict[int, set[int]] = defaultdict(set)
        for digest, position in DigestPaper.objects.values_list("digest", "position"):
            self.positions[digest].add(position)
        self.owner = cache(lambda purpose, token: links.resolve(purpose, token, NOW))
        self.digest = cache(links.resolve_digest)

    def wrong(self, address: str, digest: Digest) -> str:
        """Nothing, for an address that leads where it should."""
        path = own_path(address)
        if path is None:
            return "" if address.startswith("mailto:") else foreign(address)
        try:
            match = resolve(urlsplit(path).path)
        except Http404:
            return "no such page"
        if match.app_name == "papers":
            return self._paper_page(match.url_name, path)
        if purpose := PERSONAL.get(str(match.url_name)):
            owner = self.owner(purpose, match.kwargs["token"])
            return "" if owner == digest.subscriber else "somebody else's"
        return self._of_digest(match, path, digest)

    def _of_digest(self, match: ResolverMatch, path: str, digest: Digest) -> str:
        if "token" in match.kwargs and self.digest(match.kwargs["token"]) != digest:
            return "another digest"
        if match.url_name == "feedback":
            there = match.kwargs["position"] in self.positions[digest.pk]
            return "" if there and match.kwargs["wish"] in list(Wish) else "nothing to say"
        if match.url_name == "worth":
            answer = parse_qs(urlsplit(path).query).get("answer", [""])[0]
            return "" if answer in {"", "yes", "no"} else "no answer"
        return "" if match.url_name in PAGES else f"unforeseen: {match.url_name}"

    def _paper_page(self, name: str | None, path: str) -> str:
        if name != "paper":
            return "" if name in {"edition", "topic", "author"} else f"unforeseen: {name}"
        return "" if path.split("/")[2] in self.papers else "no such paper"


def foreign(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname:
        return "not an address"
    printable = address.isascii() and address.isprintable() and not set(address) & set(' <>"')
    return "" if printable else "signs that an address cannot hold"


# --- the promise -----------------------------------------------------------------------


def test_every_link_of_many_varied_digests_leads_somewhere(digests: list[Digest]) -> None:
    judge, seen, wrong = Judge(), 0, set()
    for digest, content in contents(digests):
        addresses = addresses_in(as_mail(content)) | in_html(web_copy(content))
        seen += len(addresses)
        wrong |= {(why, one) for one in addresses if (why := judge.wrong(one, digest))}

    assert wrong == set()
    assert len(digests) > READERS * 0.9
    assert seen > 20 * len(digests)

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

from django.conf import settings

from subscriptions import addresses
from subscriptions.digests import pipeline
from subscriptions.emails.digest import ROOMY, DigestContent, as_mail
from subscriptions.emails.message import Mail

NOBODY = "reader@example.org"
NOBODYS = "a-readers-own"  # in place of a token: the links of a preview open nothing
ONLY_REAL = {"List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "X-Entity-Ref-ID"}


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str
    times: int

    @property
    def is_a_readers(self) -> bool:
        return NOBODYS in self.url


@dataclass(frozen=True, slots=True)
class Look:
    """One mail, and what there is to know of it before it leaves."""

    content: DigestContent
    mail: Mail

    @property
    def size(self) -> int:
        """Bytes of the HTML part."""
        return len(self.mail.html.encode())

    @property
    def warnings(self) -> Iterator[str]:
        if not self.content.items:
            yield "Nothing would be sent: there is no paper that this reader has not had."
        if self.size > ROOMY:
            yield "The HTML part is large: mail programs cut off what is beyond 100 KB."
        if self.content.left_out:
            yield f"{self.content.left_out} papers had no room in the HTML part."

    @property
    def links(self) -> list[Link]:
        """Of the HTML part, in order, each address once."""
        found = _Links()
        found.feed(self.mail.html)
        times = Counter(url for _, url in found.seen)
        first = {url: text for text, url in reversed(found.seen)}
        return [Link(first[url] or url, url, count) for url, count in times.items()]


def look(wish: dict[str, Any], now: datetime) -> Look:
    """As it would be sent now, by the code that sends it. Raises pipeline.NoEdition."""
    edition = wish.get("edition")
    if reader := wish.get("reader"):
        content = pipeline.preview(reader, now, edition=edition)
        address = addresses.masked(reader.email)
    else:
        content = pipeline.sample(
            wish.get("topics") or [],
            now,
            language=wish.get("language") or settings.LANGUAGE_CODE,
            paper_count=wish.get("papers") or 10,
            edition=edition,
        )
        address = NOBODY
    content = _without_keys(content, address)
    return Look(content, as_mail(content))


def as_test(look: Look, address: str) -> Mail:
    """The same to oneself: marked, and without what only a real one has."""
    mail = look.mail
    return replace(
        mail,
        to=address,
        subject=f"[Test] {mail.subject}",
        message_id=f"<test-{uuid4().hex}@{settings.SENDING_DOMAIN}>",
        headers={name: value for name, value in mail.headers.items() if name not in ONLY_REAL},
    )


def _without_keys(content: DigestContent, address: str) -> DigestContent:
    """Whoever looks at a reader's digest must not be able to act for them."""
    site = settings.SITE_URL
    return replace(
        content,
        to=address,
        preferences_url=f"{site}/preferences/{NOBODYS}/",
        pause_url=f"{site}/pause/{NOBODYS}/",
        unsubscribe_url=f"{site}/u/{NOBODYS}",
        web_url=f"{site}/w/{NOBODYS}/",
    )


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str]] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (url := dict(attrs).get("href")):
            self.seen.append(("", url))
            self.open = True

    def handle_endtag(self, tag: str) -> None:
        self.open = self.open and tag != "a"

    def handle_data(self, data: str) -> None:
        if self.open:
            text, url = self.seen[-1]
            self.seen[-1] = (f"{text} {data.strip()}".strip(), url)

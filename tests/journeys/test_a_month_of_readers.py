"""Thirty days of readers who pause, move, leave, come back and say what they like."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.db.models import QuerySet

from papers.cards import Card
from papers.models import Candidate, Paper
from papers.search.words import stems, telling
from subscriptions.digests import composition
from subscriptions.emails.content import DigestContent
from subscriptions.emails.digest import as_mail
from subscriptions.emails.fitting import MOST
from subscriptions.equation import equation
from subscriptions.models import Digest, DigestPaper, Interest, Subscriber
from subscriptions.tick import tick
from subscriptions.timing import DAY
from tests.journeys import month
from tests.journeys.month import DAYS, FIRST, MINUTE

pytestmark = pytest.mark.django_db
GAP = timedelta(hours=12)


@dataclass
class Witness:
    """What was seen of the mails as they left."""

    mails: dict[str, bytes] = field(default_factory=dict)  # by Message-ID
    subjects: dict[str, str] = field(default_factory=dict)  # the last one by address
    away: dict[int, datetime] = field(default_factory=dict)  # since when, by subscriber
    told: Counter[str] = field(default_factory=Counter)

    def look(self, now: datetime) -> None:
        """At what has left since the last time."""
        outbox = {email.extra_headers["Message-ID"]: email for email in mail.outbox}
        mail.outbox.clear()
        self.mails |= {name: email.message().as_bytes() for name, email in outbox.items()}
        fresh = Digest.objects.filter(state="sent", sent_at=now).select_related(
            "subscriber", "edition"
        )
        for digest in fresh:
            self._judge(digest, outbox[digest.message_id])

    def _judge(self, digest: Digest, email: mail.EmailMessage) -> None:
        content = composition.composer([digest], digest.due_at)(digest)
        reader = digest.subscriber
        assert content.items
        assert self.subjects.get(reader.email) != digest.subject
        self.subjects[reader.email] = digest.subject
        assert_complete(content, email)
        assert_for_this_reader(digest, content)
        self._judge_catch_up(digest)
        if content.kind == "weekly":
            assert_by_day(content)
        self.told[content.kind] += 1

    def _judge_catch_up(self, digest: Digest) -> None:
        since = self.away.pop(digest.subscriber_id, None)
        missed = list(digest.items.filter(section="missed").values_list("paper", flat=True))
        if not missed:
            return
        assert since is not None, "a catch-up without a pause"
        assert digest.frozen["missed_since"] == since.isoformat()
        shown = Candidate.objects.filter(
            paper__in=missed, edition__date__gte=since.date(), edition__date__lt=digest.edition.date
        )
        assert {row.paper_id for row in shown} == set(missed)
        self.told["missed"] += 1


def test_a_month_of_readers() -> None:
    chance, witness = Random(4), Witness()  # noqa: S311  # the same month every time
    everybody = month.readers()
    for number in range(DAYS):
        month.papers_of(number, chance)
        for now in month.events(FIRST + number * DAY):
            _live(everybody, now, chance, witness)
        assert_settled(FIRST + (number + 1) * DAY)
        month.hide_one(chance)

    assert_apart()
    assert_kept_promises(everybody)
    assert set(witness.told) == {"daily", "weekly", "short", "missed"}, witness.told
    assert_the_same_to_the_byte(witness.mails, chance)


def _live(everybody: Sequence[Subscriber], now: datetime, chance: Random, witness: Witness) -> None:
    tick(lambda: now)
    witness.look(now)
    for reader in everybody:
        if not month.is_steady(reader) and chance.random() < 0.1:
            month.act(reader, now + MINUTE / 2, chance)
    back = Subscriber.objects.filter(missed_since__isnull=False)
    witness.away.update({one.pk: one.missed_since or now for one in back})


def assert_settled(now: datetime) -> None:
    """Once more changes nothing, and every digest is accounted for."""
    tick(lambda: now)
    before = everything()
    assert tick(lambda: now) == {}
    assert everything() == before
    totals = equation(Digest.objects.all())
    ended = totals.sent + sum(totals.skipped.values())
    assert (totals.due, totals.unexplained) == (ended, 0)


def everything() -> list[Any]:
    """All rows that work on digests may change."""
    tables: list[QuerySet[Any]] = [
        Digest.objects.all(),
        DigestPaper.objects.all(),
        Interest.objects.all(),
        Subscriber.objects.all(),
    ]
    return [list(table.order_by("pk").values()) for table in tables]


def assert_complete(content: DigestContent, email: mail.EmailMessage) -> None:
    """Both parts name every paper, within what mail programs show."""
    html = "".join(str(part[0]) for part in getattr(email, "alternatives", []))
    assert bool(html) == (content.format == "html")
    assert len(html.encode()) < MOST
    for item in content.items:
        assert f"[{item.position}]" in email.body
        assert item.card.read_url in email.body
        assert not html or f'href="{item.card.page_url}"' in html
        assert item.reasons
        assert "%(" not in "".join(item.reasons)
    assert content.language == email.extra_headers["Content-Language"]


def assert_for_this_reader(digest: Digest, content: DigestContent) -> None:
    """Nothing muted, and every reason is true."""
    cards = {item.card.paper: item.card for item in content.items}
    papers = Paper.objects.in_bulk(list(cards))
    wishes = list(digest.subscriber.interests.select_related("topic", "author", "paper"))
    muted = [one for one in wishes if one.muted]
    followed = [one for one in wishes if not one.muted]
    for row in digest.items.all():
        card, paper = cards[row.paper_id], papers[row.paper_id]
        assert not any(speaks_of(one, paper, card) for one in muted if one.topic is None)
        assert not any(one.topic and one.topic.code == card.topic for one in muted)
        topics = [one for one in followed if one.topic]
        assert row.reasons
        for reason in row.reasons:
            assert is_true(reason, followed, paper, card), (reason, paper)
        if row.section == "elsewhere":
            assert row.reasons[0]["kind"] == "elsewhere"
            assert topics
            assert not any(speaks_of(one, paper, card) for one in followed)


def speaks_of(one: Interest, paper: Paper, card: Card) -> bool:
    """Whether that topic, keyword or author is one of the paper's."""
    if one.topic:
        return one.topic.code in card.topics
    if one.author:
        return paper.authorships.filter(author=one.author).exists()
    return one.kind == "keyword" and any(
        f" {one.key} " in f" {' '.join(telling(stems(text)))} "
        for text in (paper.title, paper.abstract, paper.summary)
    )


def is_true(reason: dict[str, Any], wishes: list[Interest], paper: Paper, card: Card) -> bool:
    match reason["kind"]:
        case "topic" | "author" | "keyword" as kind:
            return any(one.kind == kind and speaks_of(one, paper, card) for one in wishes)
        case "liked" | "close" as kind:
            texts = f"{paper.title} {paper.abstract} {paper.summary}".lower()
            fewest = 2 if kind == "liked" else 1
            return len(reason["terms"]) >= fewest and all(term in texts for term in reason["terms"])
        case "elsewhere" | "new":
            return bool(reason["topic"] == card.topic)
        case "trending":
            return not any(one.topic for one in wishes)
        case "votes":
            return bool(reason["growth"] == card.growth >= 5)
    return False


def assert_by_day(content: DigestContent) -> None:
    [fitting] = [section for section in content.sections if section.name == "for_you"]
    top, *days = fitting.groups
    assert [item.position for item in top.items] == [1]
    shown = [item.position for group in fitting.groups for item in group.items]
    assert shown == list(range(1, len(shown) + 1))
    assert all(a.day > b.day for a, b in pairwise(days))  # type: ignore[operator]  # each has one
    for group in days:
        assert {item.card.came_in_on for item in group.items} == {group.day}


def assert_apart() -> None:
    sent = defaultdict(list)
    for digest in Digest.objects.filter(state="sent").order_by("due_at"):
        sent[digest.subscriber_id].append(digest.sent_at)
    for times in sent.values():
        assert all(b - a >= GAP for a, b in pairwise(times)), times


def assert_kept_promises(everybody: Sequence[Subscriber]) -> None:
    """Who changed nothing has one row for each of their days, sent or with its reason.

    From the second on: the first one came at once, out of turn.
    """
    for reader in filter(month.is_steady, everybody):
        _, *dates = list(reader.digests.order_by("local_date").values_list("local_date", flat=True))
        wanted = set(reader.schedule.weekdays)
        span = (dates[0] + DAY * n for n in range((dates[-1] - dates[0]).days + 1))
        assert dates == [day for day in span if day.weekday() in wanted]
        assert len(dates) >= (DAYS - 3) * len(wanted) // 7 - 1


def assert_the_same_to_the_byte(mails: dict[str, bytes], chance: Random) -> None:
    """However much has changed since: topics' names, papers, interests, languages, formats."""
    Paper.objects.update(title="Changed since", abstract="", status="hidden")
    Interest.objects.all().delete()
    Subscriber.objects.update(language="de", mail_format="text", timezone="UTC")
    for digest in chance.sample(list(_sent()), 60):
        content = composition.composer([digest], digest.due_at)(digest)
        assert as_mail(content).as_email().message().as_bytes() == mails[digest.message_id]


def _sent() -> Iterator[Digest]:
    yield from Digest.objects.filter(state="sent").select_related("subscriber", "edition")

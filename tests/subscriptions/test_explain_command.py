"""manage.py explain: why a reader gets these papers now, or got them, and not the next ones."""

import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from papers import editions
from papers.models import Edition, Paper
from subscriptions.digests import pipeline
from subscriptions.models import Digest, Interest, Subscriber, Vote
from tests.factories import PaperFactory, SubscriberFactory
from tests.subscriptions.sent_digests import sent_to
from tests.subscriptions.unchanged import nothing_changes

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("todays_papers", "mailbox", "at_nine"),
]

ADA = "ada@example.com"
TODAY = "2026-11-20"


@pytest.fixture
def edition(todays_papers: list[Paper], now: datetime) -> Edition:
    return editions.refresh(now)


def printed(*arguments: str) -> str:
    output = StringIO()
    call_command("explain", *arguments, stdout=output)
    return output.getvalue()


def told(*arguments: str) -> Any:
    return json.loads(printed(*arguments, "--json"))


def titles(lines: list[Any]) -> list[str]:
    return [line["title"] for line in lines]


def like(reader: Subscriber, paper: Paper, **facts: Any) -> None:
    Interest.objects.create(subscriber=reader, kind="paper", paper=paper, **facts)


# --- now -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("edition")
@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"topics": ["cs.CV"]},
        {"topics": ["cs.CV"], "paper_count": 3},
        {"topics": ["cs.SD"]},
        {"frequency": "weekly"},
    ],
)
def test_the_chosen_ones_are_those_of_the_preview(now: datetime, wishes: dict[str, Any]) -> None:
    reader = SubscriberFactory.create(email=ADA, **wishes)
    like(reader, PaperFactory.create(title="Of another study"))

    shown = told(ADA)

    content = pipeline.preview(reader, now)
    assert sorted(titles(shown["chosen"])) == sorted(it.card.title for it in content.items)
    assert shown["digest"] is shown["was_sent"] is None


@pytest.mark.usefixtures("edition")
def test_the_parts_of_each_score_add_up_to_it() -> None:
    reader = SubscriberFactory.create(email=ADA, paper_count=3)
    Interest.objects.create(subscriber=reader, kind="keyword", text="study", key="studi")

    shown = told(ADA)

    for line in (*shown["chosen"], *shown["left_out"]):
        assert {"words", "trending", "keyword"} <= line["parts"].keys()
        assert round(sum(line["parts"].values()), 6) == line["score"]


@pytest.mark.usefixtures("edition")
def test_in_a_pipe_it_is_a_line_for_each_paper(todays_papers: list[Paper]) -> None:
    SubscriberFactory.create(email=ADA, topics=["cs.CV"], paper_count=3)

    lines = printed(ADA).splitlines()

    assert lines[:4] == [
        f"edition: {TODAY}",
        "choice: daily, 3 papers",
        "candidates: 8: 4 fit, 4 from elsewhere; barred: none",
        "order: by trending: the reader has told nothing that makes a score",
    ]
    first, after = todays_papers[0].title, todays_papers[4].title
    assert f"1  0.00  {first} [cs.CV]: In Computer vision, which you follow" in lines
    assert f"3  0.00  {after} [cs.CV]: below the last one chosen" in lines
    assert [line for line in lines if line.startswith(("Chosen", "Left"))] == [
        "Chosen",
        "Chosen from elsewhere",
        "Left out",
        "Left out from elsewhere",
    ]


@pytest.mark.usefixtures("edition")
def test_pinned_ones_and_what_is_muted_are_told(todays_papers: list[Paper]) -> None:
    reader = SubscriberFactory.create(email=ADA)
    Interest.objects.create(subscriber=reader, muted=True, topic=todays_papers[0].primary_topic)
    Edition.objects.get().candidates.filter(paper=todays_papers[7]).update(placement="pinned")

    shown = printed(ADA)

    assert "barred: 4 of a muted topic" in shown
    assert f"1  pinned, 0.00  {todays_papers[7].title}" in shown


@pytest.mark.usefixtures("edition")
def test_who_has_had_every_paper_gets_none(now: datetime) -> None:
    sent_to(email=ADA, paper_count=25)

    shown = told(ADA)

    assert (shown["skipped"], shown["chosen"], shown["left_out"]) == ("empty", [], [])
    assert shown["barred"]["sent"] == 8


def test_near_duplicates_are_named_by_the_one_that_comes(now: datetime) -> None:
    for title in ("On whispered voices", "On whispered voices (extended version)"):
        early = now - timedelta(hours=1)
        PaperFactory.create(title=title, trending=200.0 - len(title), first_seen_at=early)
    editions.refresh(now)
    SubscriberFactory.create(email=ADA)

    shown = printed(ADA)

    assert "says nearly the same as “On whispered voices”, which stands before it" in shown


@pytest.mark.usefixtures("edition")
def test_thousands_of_likes_are_no_hindrance() -> None:
    reader = SubscriberFactory.create(email=ADA, paper_count=3)
    Interest.objects.bulk_create(
        Interest(subscriber=reader, kind="paper", key=f"2001.{number:05d}", text=f"Study {number}")
        for number in range(5000)
    )

    shown = told(ADA)

    assert shown["by_score"]
    assert len(shown["chosen"]) == 3


@pytest.mark.usefixtures("edition")
def test_more_of_the_next_ones_can_be_asked_for() -> None:
    SubscriberFactory.create(email=ADA, paper_count=3)

    assert [len(told(ADA, "--more", count)["left_out"]) for count in ("0", "1", "9")] == [0, 1, 5]


# --- the digest of a day -------------------------------------------------------------------------


def test_a_digest_that_was_sent_is_chosen_again_as_it_was() -> None:
    digest = sent_to(email=ADA, topics=["cs.CV"], paper_count=4)

    shown = told(ADA, "--date", TODAY)

    assert shown["digest"] == f"{TODAY}, sent"
    assert shown["was_sent"] == {"same": True, "only_sent": [], "only_again": []}
    assert titles(shown["chosen"]) == [item.paper.title for item in digest.items.all()]
    assert "as sent: yes, the same papers in the same order" in printed(ADA, "--date", TODAY)


def test_what_was_said_and_sent_after_it_changes_nothing(todays_papers: list[Paper]) -> None:
    digest = sent_to(email=ADA, paper_count=4)
    reader, later = digest.subscriber, Now() + timedelta(hours=1)
    like(reader, todays_papers[7], created_at=later)
    Vote.objects.create(subscriber=reader, paper=todays_papers[0], given_at=later)
    Digest.objects.filter(pk=digest.pk).update(worth_reading=False)

    shown = told(ADA, "--date", TODAY)

    assert shown["was_sent"]["same"]
    assert not shown["by_score"]


def test_what_was_sent_before_it_is_still_barred(now: datetime) -> None:
    first = sent_to(email=ADA, paper_count=4)
    reader = first.subscriber
    Subscriber.objects.filter(pk=reader.pk).update(next_send_at=now + timedelta(days=1))
    PaperFactory.create(title="Of tomorrow", first_seen_at=now)
    pipeline.run(lambda: now + timedelta(days=1))

    shown = told(ADA, "--date", TODAY)

    assert shown["was_sent"]["same"]
    assert shown["barred"]["sent"] == 0


def test_what_would_be_chosen_otherwise_is_named(todays_papers: list[Paper]) -> None:
    sent_to(email=ADA, paper_count=4)
    Paper.objects.filter(pk=todays_papers[0].pk).update(status=Paper.Status.HIDDEN)

    again = told(ADA, "--date", TODAY)["was_sent"]
    shown = printed(ADA, "--date", TODAY)

    assert again["same"] is False
    assert again["only_sent"] == [todays_papers[0].title]
    assert f"as sent: no; sent, and not chosen again: {todays_papers[0].title}." in shown
    assert "may have changed since" in shown


def test_another_order_is_no_more_than_that(todays_papers: list[Paper]) -> None:
    digest = sent_to(email=ADA, paper_count=8)
    digest.edition.candidates.filter(paper=todays_papers[7]).update(placement="pinned")

    assert "as sent: no; the same papers in another order" in printed(ADA, "--date", TODAY)


def test_a_weeks_is_compared_as_its_mail_shows_it(todays_papers: list[Paper]) -> None:
    for number, paper in enumerate(todays_papers):
        Paper.objects.filter(pk=paper.pk).update(
            first_seen_at=paper.first_seen_at - timedelta(days=number % 3)
        )
    digest = sent_to(email=ADA, frequency="weekly", weekday=4, paper_count=8)
    Subscriber.objects.filter(pk=digest.subscriber_id).update(frequency="daily")

    shown = told(ADA, "--date", TODAY)

    assert (shown["kind"], shown["was_sent"]["same"]) == ("weekly", True)


def test_a_skipped_digest_is_explained_with_its_reason() -> None:
    sent_to(email=ADA, topics=["cs.SD"], quiet_days="none")

    shown = printed(ADA, "--date", TODAY)

    assert f"digest: {TODAY}, skipped: quiet day" in shown
    assert "choice: none: quiet day" in shown
    assert "outside the reader’s topics" in shown
    assert "as sent" not in shown


# --- what makes no sense -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody@example.com"], "There is no subscriber nobody@example.com."),
        (["ada"], "'ada' is not an address; expected one such as ada@example.com."),
        ([ADA], "There is no edition yet: run manage.py ingest first."),
        ([ADA, "--date", "2026-11-19"], "There is no digest of 2026-11-19 for this subscriber."),
        ([ADA, "--date", "2026-11-21"], "2026-11-21 lies in the future: its digest is not there"),
        ([ADA, "--date", "today"], "'today' is not a date; expected one such as 2026-11-20."),
        ([ADA, "--more", "all"], "'all' is not a whole number from 0 to 1000."),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], says: str) -> None:
    SubscriberFactory.create(email=ADA)

    with pytest.raises(CommandError, match=says.replace("?", r"\?")):
        printed(*arguments)


def test_nothing_is_written() -> None:
    sent_to(email=ADA)

    with nothing_changes():
        printed(ADA)
        printed(ADA, "--date", TODAY)

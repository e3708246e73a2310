"""What a reader has said and chosen, found in the digest that is then sent."""

import re
from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from papers import editions, merging
from papers.models import Author, Paper
from papers.naming import title_key
from subscriptions import interests
from subscriptions.digests import pipeline
from subscriptions.models import Digest, DigestPaper, MailboxMessage, Subscriber, Vote
from subscriptions.models.states import Outcome, State
from subscriptions.timing import Clock
from tests.factories import PaperFactory, SubscriberFactory, TopicFactory
from tests.subscriptions.sent_digests import mail_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SPEECH = "Whispered speech recognition by acoustic models"
SUBJECTS = ["bridges", "markets", "proteins", "lenses", "traffic", "oceans", "forests", "engines"]


@pytest.fixture
def papers(now: datetime) -> list[Paper]:
    """Eight about this and that in one topic, in order of trending; the last is about speech."""
    return [
        PaperFactory.create(
            title=f"On {subject}" if number < 7 else SPEECH,
            abstract="",
            trending=100.0 - number,
            first_seen_at=now - HOUR,
        )
        for number, subject in enumerate(SUBJECTS)
    ]


def reader(now: datetime, **facts: object) -> Subscriber:
    wanted = {"topics": ["cs.CV"], "paper_count": 3, "next_send_at": now, "send_hour": 9}
    return SubscriberFactory.create(**(wanted | facts))


def older(title: str, now: datetime) -> Paper:
    """A paper of an edition long ago."""
    return PaperFactory.create(title=title, abstract="", first_seen_at=now - 100 * DAY)


def sent_to(subscriber: Subscriber, section: str = "") -> list[str]:
    rows = DigestPaper.objects.filter(subscriber=subscriber).order_by("digest", "position")
    rows = rows.filter(section=section) if section else rows
    return list(rows.values_list("paper__title", flat=True))


def reasons(subscriber: Subscriber, title: str) -> list[dict[str, object]]:
    row = DigestPaper.objects.get(subscriber=subscriber, paper__title=title)
    return list(row.reasons)


@pytest.mark.usefixtures("papers")
def test_more_like_this_changes_the_next_digest_and_names_the_liked_paper(
    now: datetime, clock: Clock
) -> None:
    ada, ben = reader(now), reader(now)
    liked = older("Acoustic models for speech recognition", now)
    interests.like(ada, liked, origin="learned")

    pipeline.run(clock)

    assert sent_to(ada)[0] == SPEECH
    assert SPEECH not in sent_to(ben)
    [reason, _] = reasons(ada, SPEECH)
    assert (reason["kind"], reason["paper"], reason["title"]) == ("liked", liked.pk, liked.title)


@pytest.mark.usefixtures("papers")
def test_forgetting_what_was_learned_gives_the_digest_of_before(
    now: datetime, clock: Clock
) -> None:
    ada, ben = reader(now), reader(now)
    interests.like(ada, older("Acoustic models for speech", now), origin="learned")
    interests.forget_learned(ada)

    pipeline.run(clock)

    assert sent_to(ada) == sent_to(ben)


def test_less_like_this_takes_the_paper_and_those_like_it_away(
    now: datetime, clock: Clock, papers: list[Paper]
) -> None:
    Paper.objects.filter(pk=papers[7].pk).update(trending=200)
    ada, ben = reader(now), reader(now)
    interests.like(ada, older("Acoustic models for speech recognition", now), muted=True)
    interests.like(ada, papers[0], muted=True)

    pipeline.run(clock)

    assert sent_to(ben)[:2] == [SPEECH, "On bridges"]
    assert not {SPEECH, "On bridges"} & set(sent_to(ada))


@pytest.mark.usefixtures("papers")
def test_a_vote_counts_as_a_like(now: datetime, clock: Clock) -> None:
    ada = reader(now)
    liked = older("Acoustic models for speech recognition", now)
    Vote.objects.create(subscriber=ada, paper=liked)

    pipeline.run(clock)

    assert sent_to(ada)[0] == SPEECH
    assert reasons(ada, SPEECH)[0]["paper"] == liked.pk


@pytest.mark.parametrize(("worth", "comes"), [(True, True), (None, False), (False, False)])
@pytest.mark.usefixtures("papers")
def test_a_digest_worth_the_time_makes_the_next_one_a_little_like_it(
    now: datetime, clock: Clock, *, worth: bool | None, comes: bool
) -> None:
    ada = reader(now - 100 * DAY)
    older("Acoustic models for speech recognition", now)
    pipeline.run(lambda: now - 100 * DAY + HOUR)
    assert sent_to(ada) == ["Acoustic models for speech recognition"]
    Digest.objects.update(worth_reading=worth)
    Subscriber.objects.update(next_send_at=now)

    pipeline.run(clock)

    assert (SPEECH in sent_to(ada)) == comes


@pytest.mark.usefixtures("papers")
def test_a_liked_paper_that_is_not_here_counts_by_its_words(now: datetime, clock: Clock) -> None:
    ada = reader(now)
    interests.like_unknown(
        ada, "2001.00001", abstract="We recognise whispered speech by acoustic models."
    )

    pipeline.run(clock)

    assert sent_to(ada)[0] == SPEECH
    assert reasons(ada, SPEECH)[0]["title"] == "2001.00001"


def test_of_two_versions_of_a_paper_one_is_sent(now: datetime, clock: Clock) -> None:
    ada = reader(now, paper_count=10)
    for title in ("Maps of the ocean floor", "Maps of the Ocean Floor (extended version)", "Stars"):
        PaperFactory.create(title=title, first_seen_at=now - HOUR)

    pipeline.run(clock)

    assert len(sent_to(ada)) == 2


@pytest.mark.parametrize("by", ["arxiv_id", "doi", "title_key"])
@pytest.mark.usefixtures("papers")
def test_a_liked_paper_counts_in_full_once_it_has_come_in(
    now: datetime, clock: Clock, by: str
) -> None:
    title = "Acoustic models for speech recognition"
    key = {"arxiv_id": "2001.00001", "doi": "10.1000/speech", "title_key": title_key(title)}[by]
    ada = reader(now)
    interests.like_unknown(ada, key)
    come_in = older(title, now)
    Paper.objects.filter(pk=come_in.pk).update(**{by: key})

    pipeline.run(clock)

    assert sent_to(ada)[0] == SPEECH
    assert reasons(ada, SPEECH)[0]["paper"] == come_in.pk


def test_a_liked_paper_that_comes_in_is_not_sent_to_who_brought_it_along(
    now: datetime, clock: Clock, papers: list[Paper]
) -> None:
    ada = reader(now, paper_count=10)
    interests.like_unknown(ada, papers[0].arxiv_id or "")

    pipeline.run(clock)

    assert papers[0].title not in sent_to(ada)
    assert papers[1].title in sent_to(ada)


@pytest.mark.usefixtures("papers")
def test_a_liked_paper_that_editors_have_hidden_is_not_named(now: datetime, clock: Clock) -> None:
    ada, ben = reader(now), reader(now)
    liked = older("Acoustic models for speech recognition", now)
    interests.like(ada, liked)
    Paper.objects.filter(pk=liked.pk).update(status="hidden")

    pipeline.run(clock)

    assert sent_to(ada) == sent_to(ben)


def test_a_followed_author_counts_under_the_name_they_were_merged_into(
    now: datetime, clock: Clock, papers: list[Paper]
) -> None:
    ada = reader(now)
    followed = Author.objects.create(name="A. Clone")
    author = Author.objects.create(name="Ada Clone")
    papers[6].authorships.filter(position=0).delete()
    papers[6].authorships.update(author=author)
    interests.follow_author(ada, followed)
    merging.merge(author, [followed])

    pipeline.run(clock)

    assert sent_to(ada)[0] == papers[6].title
    expected = {"kind": "author", "author": author.pk, "name": "Ada Clone"}
    assert reasons(ada, papers[6].title)[0] == expected


def test_muted_topics_authors_and_keywords_are_in_no_digest(
    now: datetime, clock: Clock, papers: list[Paper]
) -> None:
    PaperFactory.create(title="On sound", topic="cs.SD", trending=500, first_seen_at=now - HOUR)
    muted = Author.objects.create(name="Mute Example")
    papers[0].authorships.filter(position=0).delete()
    papers[0].authorships.update(author=muted)
    ada = reader(now, paper_count=25)
    interests.choose_topics(ada, [TopicFactory.create()], muted=[TopicFactory.create(code="cs.SD")])
    interests.choose_keywords(ada, [], muted=["Lenses"])
    interests.follow_author(ada, muted, muted=True)

    pipeline.run(clock)

    kept = {paper.title for paper in papers} - {"On bridges", "On lenses"}
    assert set(sent_to(ada)) == kept


@pytest.mark.parametrize(
    ("quiet_days", "state", "reason"), [("short", "sent", ""), ("none", "skipped", "quiet day")]
)
def test_a_quiet_day_is_a_short_digest_or_none_as_chosen_and_nothing_is_lost(
    now: datetime, clock: Clock, papers: list[Paper], quiet_days: str, state: str, reason: str
) -> None:
    ada = reader(now, topics=["cs.SD"], quiet_days=quiet_days, paper_count=8)
    PaperFactory.create(title="On sound", topic="cs.SD", first_seen_at=now - HOUR)

    pipeline.run(clock)

    digest = Digest.objects.get()
    assert (digest.state, digest.reason) == (state, reason)
    assert digest.frozen["kind"] == ("short" if state == "sent" else "")
    expected = ["On sound", *(paper.title for paper in papers[:3])] if state == "sent" else []
    assert sent_to(ada) == expected
    for number in range(3):
        PaperFactory.create(title=f"On noise {number}", topic="cs.SD", first_seen_at=now)

    pipeline.run(lambda: now + DAY)

    noises = {"On noise 0", "On noise 1", "On noise 2"}
    assert {"On sound", *noises} <= set(sent_to(ada))


def test_after_a_pause_the_best_five_that_were_missed_are_shown_once(
    now: datetime, clock: Clock, papers: list[Paper]
) -> None:
    ben = reader(now)
    pipeline.run(clock)  # which freezes the edition that ada misses
    ada = reader(now + 20 * DAY, missed_since=now - HOUR)
    Subscriber.objects.filter(pk=ben.pk).update(next_send_at=now + 30 * DAY)
    for number in range(4):
        PaperFactory.create(title=f"New {number}", first_seen_at=now + 20 * DAY - HOUR)
    Paper.objects.filter(pk=papers[1].pk).update(title="Changed since", status="visible")

    pipeline.run(lambda: now + 20 * DAY)

    assert len(sent_to(ada, "for_you")) == 3
    missed = sent_to(ada, "missed")
    assert missed == [
        paper.title if paper != papers[1] else "Changed since" for paper in papers[:5]
    ]
    frozen = Digest.objects.get(subscriber=ada).frozen
    assert frozen["missed_since"] == (now - HOUR).isoformat()
    assert frozen["cards"][str(papers[1].pk)]["title"] == papers[1].title
    ada.refresh_from_db()
    assert ada.missed_since is None

    pipeline.run(lambda: now + 21 * DAY)

    assert sent_to(ada, "missed") == missed
    assert "cards" not in Digest.objects.filter(subscriber=ada).latest("pk").frozen


def test_what_was_missed_waits_for_a_digest_that_is_sent(now: datetime) -> None:
    ada = reader(now, missed_since=now - 5 * DAY)

    pipeline.run(lambda: now)

    assert Digest.objects.get().reason == "empty"
    ada.refresh_from_db()
    assert ada.missed_since == now - 5 * DAY


def test_a_reader_who_has_paused_again_meanwhile_keeps_what_they_will_have_missed(
    now: datetime, papers: list[Paper]
) -> None:
    ada = reader(now, missed_since=now - 5 * DAY)
    pipeline.open_chunk(now)
    Subscriber.objects.filter(pk=ada.pk).update(state="paused", missed_since=now)

    pipeline.select_chunk(Digest.objects.all(), now)

    ada.refresh_from_db()
    assert ada.missed_since == now
    assert papers


@pytest.mark.parametrize("end", ["refused", "expired"])
@pytest.mark.usefixtures("papers")
def test_what_was_missed_is_told_by_the_next_digest_when_one_never_left(
    now: datetime, end: str
) -> None:
    editions.frozen_edition(now)
    then = now + 20 * DAY
    ada = reader(then, missed_since=now - HOUR)
    for number in range(4):
        PaperFactory.create(title=f"New {number}", first_seen_at=then - HOUR)
    pipeline.open_chunk(then)
    pipeline.select_chunk(Digest.objects.all(), then)
    missed = sent_to(ada, "missed")
    [digest] = Digest.objects.claim("me", then, 1)
    if end == "expired":
        Digest.objects.update(state="ready", lease_until=None)
        Digest.objects.all().expire(then + DAY)
    else:
        digest.settle(Outcome(State.REFUSED, "no such mailbox"), then)
    Subscriber.objects.update(next_send_at=then + DAY)

    pipeline.run(lambda: then + DAY)

    assert missed
    assert sent_to(ada, "missed") == missed
    ada.refresh_from_db()
    assert ada.missed_since is None


@pytest.mark.usefixtures("papers")
def test_a_pause_of_two_years_is_no_trouble(now: datetime, clock: Clock) -> None:
    ada = reader(now, missed_since=now - 730 * DAY)

    assert pipeline.run(clock) == {"sent": 1}
    assert len(sent_to(ada, "missed")) == 0


@pytest.mark.usefixtures("papers")
def test_who_pauses_alone_is_shown_what_no_digest_froze(now: datetime) -> None:
    pipeline.run(lambda: now)  # nobody is due: the edition is built by the tick, and stays open
    editions.refresh(now)
    ada = reader(now + 20 * DAY, missed_since=now - HOUR)
    PaperFactory.create_batch(3, first_seen_at=now + 20 * DAY - HOUR)

    pipeline.run(lambda: now + 20 * DAY)

    assert sent_to(ada, "missed") == [f"On {subject}" for subject in SUBJECTS[:5]]


@pytest.mark.usefixtures("papers")
def test_a_weekly_digest_says_that_it_is_one(now: datetime, clock: Clock) -> None:
    ada = reader(now, frequency="weekly", weekday=4, language="de", mail_format="text")

    pipeline.run(clock)

    frozen = Digest.objects.get(subscriber=ada).frozen
    kept = {key: frozen[key] for key in ("kind", "frequency", "language", "format")}
    expected = {"kind": "weekly", "frequency": "weekly", "language": "de", "format": "text"}
    assert kept == expected


def test_a_weekly_digest_is_numbered_as_it_is_shown(now: datetime, clock: Clock) -> None:
    ages = {"bridges": 2, "markets": 4, "proteins": 0, "lenses": 4, "traffic": 1, "oceans": 0}
    for rank, (subject, days) in enumerate(ages.items()):
        first_seen_at = now - HOUR - days * DAY
        PaperFactory.create(
            title=f"On {subject}", abstract="", trending=100.0 - rank, first_seen_at=first_seen_at
        )
    ada = reader(now, frequency="weekly", weekday=4, paper_count=6)

    pipeline.run(clock)

    order = ["bridges", "proteins", "oceans", "traffic", "markets", "lenses"]
    assert sent_to(ada) == [f"On {subject}" for subject in order]
    digest = Digest.objects.select_related("subscriber", "edition").get()
    shown = re.findall(r'class="rank"[^>]*>(\d+)<', mail_of(digest).html)
    assert shown == ["1", "2", "3", "4", "5", "6"]


@pytest.mark.parametrize("readers", [2, 30])
@pytest.mark.usefixtures("papers")
def test_queries_do_not_grow_with_readers_of_every_interest(
    now: datetime, readers: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    liked = older("Acoustic models for speech recognition", now)
    for _ in range(readers):
        one = reader(now, missed_since=now - 3 * DAY)
        interests.like(one, liked)
        interests.like_unknown(one, "2001.00001", "Acoustic models")
        interests.choose_keywords(one, ["speech"], ["wind"])
        interests.follow_author(one, Author.objects.earliest("pk"))
    pipeline.open_chunk(now)

    with django_assert_max_num_queries(28):
        pipeline.select_chunk(Digest.objects.all(), now)

    assert Digest.objects.filter(state="ready").count() == readers


@pytest.mark.usefixtures("papers")
def test_the_same_interests_give_the_same_mail_whoever_else_is_served(
    now: datetime, clock: Clock
) -> None:
    liked = [older(f"Acoustic models of {subject}", now) for subject in SUBJECTS]
    readers = [reader(now, paper_count=8) for _ in range(3)]
    for one in readers:
        for paper in liked:
            interests.like(one, paper)
        interests.choose_keywords(one, ["traffic"], [])
    other = reader(now)
    interests.like(other, liked[0])

    pipeline.run(clock)

    rows = [
        list(
            DigestPaper.objects.filter(subscriber=one)
            .order_by("position")
            .values_list("paper", "section", "reasons")
        )
        for one in readers
    ]
    assert rows[0] == rows[1] == rows[2]
    assert MailboxMessage.objects.count() == 4

"""Votes that look as if they belonged together: what is odd, and where editors see it."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from papers import editions
from papers.models import Edition, Paper
from papers.placing import Placement, place
from subscriptions import voting
from subscriptions.anomalies import Anomaly, Given, Week, anomalies, odd
from subscriptions.digests import kept_pools
from subscriptions.models import Subscriber
from tests.admin_site import cost, sign_in
from tests.factories import PaperFactory, SubscriberFactory

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTHING_ODD = "<li>Nothing.</li>"


def vote(number: int, **facts: Any) -> Given:
    """One of many that have nothing in common: other hours, other days, other domains."""
    usual: dict[str, Any] = {
        "at": NOON - number * 3 * HOUR,
        "new_reader": False,
        "confirmed_at": NOON - (10 + number) * DAY,
        "domain": f"university{number}.example",
    }
    return Given(**(usual | facts))


STRANGERS = [vote(number) for number in range(100, 140)]  # who voted for other papers


def told(votes: list[Given], others: list[Given] = STRANGERS) -> list[str]:
    return [str(one) for one in odd(votes, Week([*votes, *others]))]


# --- what is odd -------------------------------------------------------------------------------


def test_nothing_is_odd_about_votes_of_strangers() -> None:
    assert told([vote(number) for number in range(40)]) == []


def test_nothing_is_odd_about_a_rush_of_settled_readers() -> None:
    assert told([vote(number, at=NOON) for number in range(40)]) == []


def test_nothing_is_told_from_four_votes() -> None:
    assert told([vote(n, domain="lab.example", confirmed_at=NOON) for n in range(4)]) == []
    assert told([]) == []


def test_ten_new_readers_within_six_hours_are_odd() -> None:
    votes = [vote(n, at=NOON - n * 40 * MINUTE, new_reader=True) for n in range(10)]

    assert told(votes) == [
        (
            "10 of the 10 votes given here in 7 days are of new readers and came within six hours, "
            "since 20 Nov, 06:00 UTC."
        )
    ]
    assert told(votes[:9]) == []
    assert told([*votes[:9], vote(9, at=NOON - 7 * HOUR, new_reader=True)]) == []


def test_new_readers_among_many_settled_ones_are_nothing_odd() -> None:
    votes = [vote(n, at=NOON, new_reader=True) for n in range(10)]

    assert told(votes + [vote(n) for n in range(10, 19)])
    assert told(votes + [vote(n) for n in range(10, 20)]) == []


def test_readers_who_confirmed_at_the_same_time_are_odd_also_when_they_waited_for_weeks() -> None:
    then = NOON - 60 * DAY
    votes = [vote(n, confirmed_at=then + n * 15 * MINUTE) for n in range(5)]

    assert told([*votes, vote(5), vote(6)]) == [
        (
            "5 of the 7 votes given here in 7 days are of readers who confirmed within one hour, "
            "since 20 Nov, 00:00 UTC."
        )
    ]
    assert told([*votes, *(vote(n) for n in range(5, 10))]) == []  # half of them
    assert told([vote(n, confirmed_at=then + n * HOUR) for n in range(6)]) == []


def test_readers_of_one_mail_domain_are_odd_and_the_domain_is_not_named() -> None:
    votes = [vote(n, domain="lab.example") for n in range(5)]

    assert told([*votes, vote(5)]) == [
        (
            "5 of the 6 votes given here in 7 days are of readers whose addresses share "
            "a mail domain, since 20 Nov, 00:00 UTC."
        )
    ]


@pytest.mark.parametrize("domain", ["gmail.com", "outlook.com", "163.com", "web.de"])
def test_who_shares_a_big_provider_shares_nothing(domain: str) -> None:
    assert told([vote(number, domain=domain) for number in range(40)]) == []


def test_who_is_not_known_to_have_confirmed_has_not_confirmed_with_others() -> None:
    assert told([vote(number, confirmed_at=None) for number in range(8)]) == []


def test_the_order_of_votes_does_not_matter() -> None:
    votes = [vote(n, at=NOON, new_reader=True, domain="lab.example") for n in range(12)]
    shuffled = Random(1).sample(votes, len(votes))  # noqa: S311  # any order will do

    found = list(odd(votes, Week([*votes, *STRANGERS])))

    assert list(odd(shuffled, Week([*STRANGERS, *shuffled]))) == found
    assert [type(one) for one in found] == [Anomaly, Anomaly]


# --- what stands out ---------------------------------------------------------------------------


def test_where_all_readers_are_of_one_organisation_none_of_it_is_odd() -> None:
    everybody = [vote(number, domain="lab.example") for number in range(40)]

    assert told(everybody[:5], everybody[5:]) == []


def test_a_domain_that_half_of_all_votes_come_from_is_never_odd() -> None:
    votes = [vote(number, domain="lab.example") for number in range(10)]
    others = [vote(number) for number in range(10, 21)]

    assert told(votes, others[:10]) == []
    assert told(votes, others)


def test_a_group_from_elsewhere_is_odd_where_all_others_share_a_domain() -> None:
    house = [vote(number, domain="lab.example") for number in range(40)]
    group = [vote(number, domain="mill.example") for number in range(6)]

    assert len(told([*group, *house[:3]], house[3:])) == 1
    assert told(house[:6], [*house[6:], *group]) == []


@pytest.mark.parametrize("hours", [1, 10])
@pytest.mark.parametrize("ago", [0, 60])
def test_who_all_confirmed_at_a_launch_are_not_odd(hours: int, ago: int) -> None:
    random = Random(1)  # noqa: S311  # any moments will do
    launch = NOON - ago * DAY
    votes = [vote(n, confirmed_at=launch + random.random() * hours * HOUR) for n in range(50)]
    papers = [votes[first : first + 5] for first in range(0, 50, 5)]

    assert [told(paper, [one for one in votes if one not in paper]) for paper in papers] == [
        []
    ] * 10


def test_a_group_that_confirmed_together_is_odd_also_after_another_launch() -> None:
    launched = [vote(number, confirmed_at=NOON - 60 * DAY) for number in range(40)]
    group = [vote(number, confirmed_at=NOON - 20 * DAY) for number in range(6)]

    assert len(told([*group, *launched[:3]], launched[3:])) == 1


# --- of papers ---------------------------------------------------------------------------------


def vote_for(paper: Paper, count: int, now: datetime, since: timedelta, domain: str = "") -> None:
    """By readers who confirmed days apart from each other, so long before and more."""
    for number in range(count):
        reader = SubscriberFactory.create(confirmed_at=now - since - number * 2 * HOUR)
        named = domain or f"university{reader.pk}.example"
        Subscriber.objects.filter(pk=reader.pk).update(email=f"reader{reader.pk}@{named}")
        voting.vote(reader, paper, now)


@pytest.mark.django_db
def test_papers_are_looked_at_apart_and_only_the_votes_of_seven_days(now: datetime) -> None:
    odd_one, sound, old = PaperFactory.create_batch(3)
    vote_for(odd_one, 12, now, since=DAY)
    vote_for(sound, 12, now, since=30 * DAY)
    vote_for(old, 12, now - 8 * DAY, since=DAY)
    papers = [odd_one.pk, sound.pk, old.pk]

    assert list(anomalies(papers, now)) == [odd_one.pk]
    assert list(anomalies(papers, now - 8 * DAY)) == [old.pk]
    assert anomalies([sound.pk], now) == anomalies([], now) == {}


@pytest.mark.django_db
def test_papers_are_compared_with_all_votes_of_the_week_in_two_queries(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    papers = PaperFactory.create_batch(4)
    for paper in papers[:3]:
        vote_for(paper, 6, now, since=30 * DAY, domain="lab.example")
    vote_for(papers[3], 6, now, since=30 * DAY, domain="mill.example")
    vote_for(papers[0], 9, now - 8 * DAY, since=30 * DAY, domain="mill.example")

    with django_assert_num_queries(2):
        found = anomalies([paper.pk for paper in papers], now)

    assert list(found) == [papers[3].pk]


@pytest.mark.django_db
def test_votes_taken_back_are_odd_no_longer(now: datetime) -> None:
    paper = PaperFactory.create()
    vote_for(paper, 10, now, since=DAY)

    voting.take_back_all(Subscriber.objects.all()[0], now)

    assert anomalies([paper.pk], now) == {}


# --- where editors see it ----------------------------------------------------------------------


@pytest.fixture
def editor(client: Client, db: None) -> Client:
    """With the rights of the group: none over subscribers and votes."""
    sign_in(client, Permission.objects.none())
    User.objects.get().groups.add(Group.objects.get(name="Editors"))
    return client


def edition_with_odd_votes(count: int = 1) -> Edition:
    now = datetime.now(UTC)
    elsewhere = PaperFactory.create(status=Paper.Status.HIDDEN, hidden_reason="Withdrawn")
    vote_for(elsewhere, 7 * count, now, since=30 * DAY)
    for number in range(count):
        words = " ".join(f"Subject{number}x{word}" for word in range(30))
        paper = PaperFactory.create(
            title=f"Bought {number}", abstract=words, first_seen_at=now - HOUR
        )
        vote_for(paper, 6, now, since=30 * DAY, domain=f"lab{number}.example")
    return editions.build(now)


def page(client: Client, edition: Edition, name: str) -> str:
    return client.get(f"/admin/papers/edition/{edition.pk}/{name}/").text


def paper_page(client: Client) -> str:
    return client.get(f"/admin/papers/paper/{Paper.objects.visible().get().pk}/change/").text


def test_before_sending_names_the_paper_what_is_odd_and_what_may_be_done(editor: Client) -> None:
    text = page(editor, edition_with_odd_votes(), "before")

    assert (
        "6 of the 6 votes given here in 7 days are of readers whose addresses share a mail domain"
        in text
    )
    assert "If they look bought, drop or hide the paper; else leave it." in text
    assert "Bought 0</a>" in text


def test_the_desk_and_the_paper_s_page_tell_the_same(editor: Client) -> None:
    edition = edition_with_odd_votes()

    for text in (page(editor, edition, "papers"), paper_page(editor)):
        assert "6 of the 6 votes given here in 7 days are of readers whose addresses share" in text


def test_no_page_tells_who_voted(editor: Client) -> None:
    edition = edition_with_odd_votes()

    for text in (
        *(page(editor, edition, name) for name in ("papers", "before")),
        paper_page(editor),
    ):
        assert "lab0.example" not in text
        assert not any(reader.email in text for reader in Subscriber.objects.all())


def test_nothing_is_told_of_votes_in_which_nothing_is_odd(editor: Client) -> None:
    now = datetime.now(UTC)
    paper = PaperFactory.create(first_seen_at=now - HOUR)
    vote_for(paper, 12, now, since=30 * DAY)
    edition = editions.build(now)
    SubscriberFactory.create(topics=["cs.CV"])

    assert NOTHING_ODD in page(editor, edition, "before")
    assert "Look at its votes" not in page(editor, edition, "papers")
    assert "votes given here in 7 days" not in paper_page(editor)


def test_a_dropped_paper_is_warned_of_no_longer(editor: Client) -> None:
    edition = edition_with_odd_votes()

    place(edition, [Paper.objects.visible().get().pk], Placement.DROPPED)

    assert "share a mail domain" not in page(editor, edition, "before")


def test_of_many_papers_the_first_five_are_told_and_the_others_counted(editor: Client) -> None:
    text = page(editor, edition_with_odd_votes(7), "before")

    assert text.count("share a mail domain") == 5
    assert "More papers with votes to look at: 2." in text


def test_a_frozen_edition_tells_of_the_votes_until_then(editor: Client) -> None:
    edition = edition_with_odd_votes()
    now = datetime.now(UTC)
    editions.freeze(edition, now)
    for reader in Subscriber.objects.filter(email__endswith="@lab0.example"):
        voting.take_back_all(reader, now)
    vote_for(Paper.objects.visible().get(), 6, now + MINUTE, since=30 * DAY, domain="lab.example")

    assert "Look at its votes" not in page(editor, edition, "papers")
    assert "share a mail domain" not in page(editor, edition, "before")


def test_a_new_paper_has_no_votes_to_look_at(editor: Client) -> None:
    assert editor.get("/admin/papers/paper/add/").status_code == 200


def test_a_look_costs_the_same_for_few_and_many_votes(editor: Client) -> None:
    costs = []
    for count in (1, 6):
        edition = edition_with_odd_votes(count)
        kept_pools.forget()
        url = f"/admin/papers/edition/{edition.pk}"
        costs.append([cost(editor, f"{url}/{name}/") for name in ("papers", "before")])

    assert costs[0] == costs[1]

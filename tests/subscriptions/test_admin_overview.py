"""The first page of the admin site: whether today's edition goes out, and what to do if not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from papers.models import Candidate, Edition, ScheduledIngest, Submission
from subscriptions import switch
from subscriptions.admin.overview.facts import Facts, Trouble, Waiting
from subscriptions.admin.overview.line import Level, Verdict
from subscriptions.admin.overview.verdict import ago, verdict
from subscriptions.models import (
    Breaker,
    Digest,
    Notice,
    ProviderEvent,
    Sending,
    Subscriber,
    Tick,
)
from tests.admin_site import cost, sign_in
from tests.factories import (
    DigestFactory,
    EditionFactory,
    NoticeFactory,
    PaperFactory,
)

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ALL_WELL = Facts(
    now=NOW,
    edition=Edition(pk=1, date=NOW.date(), frozen_at=NOW),
    papers=72,
    digests={"sent": 800},
    last_sent=NOW - timedelta(seconds=4),
    subscribers={"active": 1000},
    last_tick=NOW - MINUTE,
)


def told(**changed: Any) -> Verdict:
    return verdict(replace(ALL_WELL, **changed))


def problems(found: Verdict) -> list[str]:
    return [line.says for line in found.problems]


# --- the sentence --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "level", "sentence"),
    [
        (
            {"digests": {"sent": 812, "ready": 188}},
            Level.GOING,
            "Today's edition is going out: 812 of 1,000 sent, the last one 4 s ago.",
        ),
        (
            {"digests": {}, "due_now": 5, "last_sent": None},
            Level.GOING,
            "Today's edition is going out: 0 of 5 sent.",
        ),
        ({}, Level.FINE, "Today's edition has gone out: 800 of 800 due so far."),
        (
            {"digests": {"sent": 3, "skipped": 1}, "to_come": Waiting(20, NOW + HOUR)},
            Level.FINE,
            "Today's edition has gone out: 3 of 4 due so far. 20 more come later today.",
        ),
        (
            {"digests": {}, "to_come": Waiting(1000, NOW + HOUR)},
            Level.FINE,
            "Today's edition goes out later: the first of 1,000 at 10:00 UTC.",
        ),
        ({"digests": {}}, Level.QUIET, "Nobody is due for a digest today."),
        (
            {"digests": {}, "subscribers": {"active": 0}},
            Level.QUIET,
            "Nobody subscribes yet.",
        ),
    ],
)
def test_the_headline_says_how_far_it_has_come(
    changed: dict[str, Any], level: Level, sentence: str
) -> None:
    found = told(**changed)

    assert (found.headline.level, found.headline.says) == (level, sentence)
    assert found.problems == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"last_tick": None}, "No tick yet: nothing happens by itself."),
        ({"last_tick": NOW - 7 * MINUTE}, "No tick for 7 minutes."),
        ({"edition": None}, "There is no edition yet."),
        (
            {"edition": Edition(pk=1, date=NOW.date() - timedelta(days=1))},
            "There is no edition of today; the last one is of 19 November.",
        ),
        ({"papers": 0}, "Today's edition has no papers."),
        (
            {
                "digests": {"ready": 30},
                "waiting": Waiting(30, NOW - 2 * HOUR),
                "last_sent": NOW - 3 * HOUR,
            },
            "No digest has left for an hour: 30 wait, the first for 2 hours.",
        ),
        (
            {
                "breaker": Breaker(opened_at=NOW - HOUR, reason="401"),
                "waiting": Waiting(30, NOW - 5 * HOUR),
                "last_sent": NOW - 5 * HOUR,
            },
            "Nothing is sent, for the provider refuses us: 401 (since 08:00 UTC on 20 November).",
        ),
        (
            {
                "edition": Edition(
                    pk=1, date=NOW.date(), held=True, held_by="the brake", hold_reason="6 of 100"
                )
            },
            "Today's edition is held: 6 of 100.",
        ),
    ],
)
def test_what_stops_the_mail_is_the_headline_and_says_what_to_do(
    changed: dict[str, Any], sentence: str
) -> None:
    headline = told(**changed).headline

    assert (headline.level, headline.says) == (Level.STOPPED, sentence)
    assert headline.todo


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"pause": Sending(paused_by="sam", reason="a wrong paper", paused_at=NOW - HOUR)},
            "Nothing is sent: paused by sam since 08:00 UTC on 20 November, because a wrong paper.",
        ),
        (
            {"edition": Edition(pk=1, date=NOW.date(), held=True, hold_reason="Wrong!")},
            "Today's edition is held: Wrong!",
        ),
    ],
)
def test_what_people_stopped_is_the_headline_too_but_is_not_broken(
    changed: dict[str, Any], sentence: str
) -> None:
    found = told(**changed, waiting=Waiting(30, NOW - 5 * HOUR), last_sent=NOW - 5 * HOUR)

    assert Level.STOPPED not in {line.level for line in (found.headline, *found.problems)}
    assert (found.headline.level, found.headline.says) == (Level.PAUSED, sentence)
    assert found.headline.todo


def test_a_long_queue_that_moves_is_no_fault() -> None:
    queue = {"ready": 90_000}

    found = told(digests=queue, waiting=Waiting(90_000, NOW - 3 * HOUR))

    assert found.headline.level == Level.GOING
    assert found.problems == []


def test_before_the_hour_of_editions_yesterdays_is_the_right_one(settings: Settings) -> None:
    settings.EDITION_HOUR = 10
    yesterday = Edition(pk=1, date=NOW.date() - timedelta(days=1))

    assert told(edition=yesterday).headline.level == Level.FINE


def test_the_worst_comes_first_and_nothing_is_left_out() -> None:
    failing = ScheduledIngest(pk=1, source="arxiv-feed", failures=4, last_success_at=NOW - HOUR)

    found = told(
        last_tick=None,
        digests={"sent": 100, "complained": 1, "failed": 2, "deferred": 1, "unknown": 3},
        trouble=(
            Trouble("failed", "SMTPDataError: 554", 2),
            Trouble("deferred", "SMTPDataError: 451", 1),
        ),
        events=Waiting(7, NOW - HOUR),
        notices=Waiting(1, NOW - HOUR),
        ingests=(failing,),
    )

    assert found.headline.says == "No tick yet: nothing happens by itself."
    assert problems(found) == [
        "3 digests may or may not have arrived.",
        "2 digests failed: SMTPDataError: 554.",
        "1 digest deferred: SMTPDataError: 451.",
        "1 digest reported as spam, of 101 sent.",
        "7 events of the provider not made use of.",
        "A person has waited 1 hour for a mail, such as the one to confirm.",
        "arxiv-feed has failed 4 times in a row; last success: 1 hour ago.",
    ]


def test_what_is_broken_comes_before_what_a_person_paused() -> None:
    found = told(pause=Sending(reason="a test", paused_at=NOW), last_tick=None)

    assert [found.headline.level, *(line.level for line in found.problems)] == [
        Level.STOPPED,
        Level.PAUSED,
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"digests": {"sent": 999, "complained": 1}},
        {"events": Waiting(7, NOW - MINUTE)},
        {"notices": Waiting(1, NOW - MINUTE)},
        {"ingests": (ScheduledIngest(source="arxiv-feed", failures=1),)},
        {"ingests": (ScheduledIngest(source="arxiv-api", failures=9, enabled=False),)},
    ],
)
def test_what_happens_every_day_is_no_problem(changed: dict[str, Any]) -> None:
    assert told(**changed).problems == []


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (MINUTE, "1 minute"),
        (2 * HOUR, "2 hours"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_times_are_told_in_their_largest_unit(since: timedelta, words: str) -> None:
    assert ago(NOW - since, NOW) == words


# --- the page ------------------------------------------------------------------------------------


def staff(client: Client, *rights: str) -> Client:
    sign_in(client, Permission.objects.filter(codename__in=rights))
    return client


@pytest.mark.django_db
def test_an_empty_installation_says_what_starts_it(admin_client: Client) -> None:
    text = admin_client.get("/admin/").text

    assert "No tick yet" in text
    assert "Start the scheduler" in text
    assert "The first tick builds it" in text


@pytest.mark.django_db
def test_the_page_counts_what_is_there(admin_client: Client) -> None:
    now = timezone.now()
    edition = EditionFactory.create(built_at=now)
    Candidate.objects.create(edition=edition, paper=PaperFactory.create(), rank=1, score=1)
    DigestFactory.create(edition=edition, state="sent", sent_at=now)
    DigestFactory.create(edition=edition, state="skipped", reason="paused")
    Subscriber.objects.update(next_send_at=now + timedelta(days=2))
    NoticeFactory.create(state="ready")
    Submission.objects.create(arxiv_id="2611.00001")
    Tick.record(now)

    text = admin_client.get("/admin/").text

    assert "Today&#x27;s edition has gone out: 1 of 2 due so far." in text
    assert f"?edition__id__exact={edition.pk}&amp;state__exact=skipped" in text
    assert "?state__exact=active" in text
    assert "nothing told yet" in text


@pytest.mark.django_db
def test_delivered_is_told_once_the_provider_tells_of_it(admin_client: Client) -> None:
    for state in ("delivered", "delivered", "bounced", "sent"):
        DigestFactory.create(state=state)

    assert "50.0% of those sent" in admin_client.get("/admin/").text


@pytest.mark.django_db
def test_a_pause_and_a_hold_lead_to_where_they_end(admin_client: Client) -> None:
    edition = EditionFactory.create(held=True, hold_reason="a wrong paper")
    Tick.record(timezone.now())

    held = admin_client.get("/admin/").text
    switch.pause("the provider is down", "sam", timezone.now())
    paused = admin_client.get("/admin/").text

    assert "Today&#x27;s edition is held: a wrong paper." in held
    assert f'href="/admin/papers/edition/{edition.pk}/change/">Release the edition' in held
    assert "Pause all sending" in held
    assert "because the provider is down." in paused
    assert 'href="/admin/subscriptions/sending/">Resume sending' in paused
    assert "Today&#x27;s edition is held: a wrong paper." in paused


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rights", "seen", "unseen"),
    [
        ([], [], ["Subscribers", "Its digests", "Nobody subscribes", "No tick yet"]),
        (["view_subscriber"], ['subscriber/">Subscribers'], ["Its digests", "No tick yet"]),
        (["view_digest"], ["No tick yet", "Its digests"], ["Signed up today", "Last tick"]),
        (
            ["view_edition", "view_sending"],
            ["No tick yet", "Last tick"],
            ["Signed up today", "Its digests", "Waiting notices"],
        ),
    ],
)
def test_everybody_sees_the_figures_of_the_lists_they_may_see(
    client: Client, rights: list[str], seen: list[str], unseen: list[str]
) -> None:
    text = staff(client, *rights).get("/admin/").text

    assert [words for words in seen if words not in text] == []
    assert [words for words in unseen if words in text] == []


@pytest.mark.django_db
def test_the_lists_are_grouped_as_people_think(admin_client: Client) -> None:
    text = admin_client.get("/admin/").text

    groups = [f">{name}</h2>" for name in ("Papers", "Readers", "Machinery", "Staff")]
    places = [text.rindex(group) for group in groups]
    assert places == sorted(places)
    assert ">Audit log</a>" in text
    for raw in ("Log entries", "Totp", "TOTP devices", "Axes"):
        assert raw not in text


@pytest.mark.django_db
def test_who_has_no_right_is_told_whom_to_ask(client: Client) -> None:
    assert "ask who runs this site" in staff(client).get("/admin/").text


@pytest.mark.django_db
def test_the_mailbox_is_linked_only_while_trying_out(
    admin_client: Client, settings: Settings
) -> None:
    trying_out = admin_client.get("/admin/").text
    settings.TRYING_OUT = False

    assert "/dev/mailbox/" in trying_out
    assert "/dev/mailbox/" not in admin_client.get("/admin/").text


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/admin/", "/admin/login/"])
def test_the_site_goes_by_its_name(client: Client, admin_user: User, url: str) -> None:
    if url == "/admin/":
        client.force_login(admin_user)

    assert "Morning Papers" in client.get(url).text


def many_of_everything(count: int) -> None:
    edition = EditionFactory.create()
    for number in range(count):
        DigestFactory.create(edition=edition, state="failed", reason=f"{number}")
        NoticeFactory.create(state="ready")
        Submission.objects.create(arxiv_id=f"2611.{number:05}")
        ProviderEvent.objects.create(
            provider="Test", event_id=f"{number}", kind="delivered", happened_at=timezone.now()
        )


@pytest.mark.django_db
def test_it_costs_the_same_for_few_and_many(admin_client: Client) -> None:
    costs = []
    for count in (5, 30):
        for model in (Digest, Notice, Subscriber, Submission, ProviderEvent):
            model.objects.all().delete()
        many_of_everything(count)
        costs.append(cost(admin_client, "/admin/"))

    assert costs[0] == costs[1] <= 28

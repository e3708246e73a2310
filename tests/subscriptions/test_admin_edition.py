"""An edition's pages with its digests: what would be sent, what became of it, what a hold keeps."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import Settings

from papers import editions
from papers.models import Edition, Paper
from papers.placing import Placement, place
from subscriptions.digests import kept_pools
from subscriptions.models import Digest, Subscriber
from tests.admin_site import cost, sign_in
from tests.factories import DigestFactory, EditionFactory, PaperFactory, SubscriberFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
ABSTRACT = " ".join(f"Word{number}" for number in range(40))


@pytest.fixture
def staff_client(client: Client) -> Client:
    sign_in(client, Permission.objects.filter(content_type__app_label="papers"))
    return client


def edition_with(*titles: str, **facts: str) -> Edition:
    for title in titles:
        PaperFactory.create(title=title, first_seen_at=datetime.now(UTC) - timedelta(hours=1))
    edition = editions.build(datetime.now(UTC))
    Edition.objects.filter(pk=edition.pk).update(**facts)
    return edition


def before(client: Client, edition: Edition) -> str:
    return client.get(f"/admin/papers/edition/{edition.pk}/before/").text


# --- before sending ----------------------------------------------------------------------------


def test_a_sound_edition_has_nothing_to_look_at(staff_client: Client) -> None:
    edition = edition_with("One thing", "Quite another matter", "A third affair")
    SubscriberFactory.create(topics=["cs.CV"])

    assert "<li>Nothing.</li>" in before(staff_client, edition)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"abstract": ""}, "Without abstract or summary, so without teaser: 1."),
        ({"status": "hidden"}, "Hidden or withdrawn since it was built: 1."),
        ({"withdrawn": "an error"}, "Withdrawn by their authors, but shown: 1."),
    ],
)
def test_papers_to_look_at_are_named(
    staff_client: Client, change: dict[str, str], told: str
) -> None:
    edition = edition_with("The Culprit", "Another")
    Paper.objects.filter(title="The Culprit").update(**change)

    text = before(staff_client, edition)

    assert told in text
    assert "The Culprit" in text


def test_dropped_papers_are_no_longer_warned_of(staff_client: Client) -> None:
    edition = edition_with("The Culprit", "Another")
    culprit = Paper.objects.get(title="The Culprit")
    Paper.objects.filter(pk=culprit.pk).update(abstract="")

    place(edition, [culprit.pk], Placement.DROPPED)

    assert "The Culprit" not in before(staff_client, edition)


def test_papers_that_say_nearly_the_same_are_told(staff_client: Client) -> None:
    edition = edition_with("A Long and Telling Title of Something", "Another")
    PaperFactory.create(title="A Long and Telling Title of Something (extended version)")
    edition = editions.build(datetime.now(UTC) + timedelta(seconds=1))

    assert "Nearly the same as" in before(staff_client, edition)


def test_topics_with_readers_and_without_papers_come_first(staff_client: Client) -> None:
    edition = edition_with("Of Vision", subject="x" * 60)
    SubscriberFactory.create(topics=["math.LO"])

    warnings = staff_client.get(f"/admin/papers/edition/{edition.pk}/before/").context["warnings"]

    assert "no paper: math.LO (1)" in warnings[0].told
    assert any("60 letters" in warned.told for warned in warnings)


def test_the_subject_of_the_day_before_is_told(staff_client: Client) -> None:
    EditionFactory.create(date=date(2020, 1, 1), subject="Spring of Science")
    edition = edition_with("Alpha", subject="Spring of Science")

    assert "that of the edition before" in before(staff_client, edition)


def test_it_tells_who_is_due_when_and_what_they_would_get(
    staff_client: Client, settings: Settings
) -> None:
    settings.EDITION_HOUR = 0
    edition = edition_with(*(f"Paper of {n} things" for n in "abcdef"))
    end = datetime.combine(edition.date, datetime.max.time(), tzinfo=UTC)
    SubscriberFactory.create(next_send_at=end - timedelta(minutes=1), topics=["cs.CV"])
    SubscriberFactory.create(
        next_send_at=end, topics=["math.LO"], quiet_days=Subscriber.QuietDays.NONE
    )
    SubscriberFactory.create(next_send_at=end + timedelta(hours=1))
    SubscriberFactory.create(next_send_at=end, state=Subscriber.State.PAUSED)

    page = staff_client.get(f"/admin/papers/edition/{edition.pk}/before/").context

    assert page["hours"] == [(end.replace(minute=0, second=0, microsecond=0), 2)]
    assert page["rehearsal"].readers == 2
    assert page["rehearsal"].kinds == {"daily": 1}
    assert page["rehearsal"].skipped == {"quiet day": 1}
    assert page["rehearsal"].empty == {"math.LO": 1}
    assert page["rehearsal"].largest > 0
    assert not Digest.objects.exists()


def test_of_the_next_edition_it_tells_whose_digest_after_its_begin_is_a_copy_of_it(
    staff_client: Client, settings: Settings
) -> None:
    settings.EDITION_HOUR = 0
    now = datetime.now(UTC)
    tomorrow = (now + timedelta(days=1)).date()
    edition = EditionFactory.create(date=tomorrow)
    begin = datetime.combine(tomorrow, datetime.min.time(), tzinfo=UTC)
    later_today, day = begin - timedelta(seconds=1), timedelta(days=1)
    other_weekday = (tomorrow.weekday() + 1) % 7
    SubscriberFactory.create(next_send_at=begin + 6 * HOUR, send_hour=6)
    SubscriberFactory.create(next_send_at=later_today, send_hour=7)  # and again tomorrow
    SubscriberFactory.create(next_send_at=None, send_hour=7)
    SubscriberFactory.create(next_send_at=begin + day)
    weekly = {"frequency": "weekly", "send_hour": 8, "next_send_at": later_today}
    SubscriberFactory.create(**weekly, weekday=tomorrow.weekday())
    SubscriberFactory.create(**weekly, weekday=other_weekday)

    page = staff_client.get(f"/admin/papers/edition/{edition.pk}/before/").context

    assert page["hours"] == [(begin + 6 * HOUR, 1), (begin + 7 * HOUR, 2), (begin + 8 * HOUR, 1)]
    assert page["rehearsal"].readers == 4


def test_a_look_before_sending_costs_the_same_for_few_and_many(staff_client: Client) -> None:
    edition = edition_with("Alpha", "Beta")
    url = f"/admin/papers/edition/{edition.pk}/before/"
    costs = []
    for count in (1, 2, 20):
        for number in range(count):
            SubscriberFactory.create(topics=["cs.CV", f"cs.{number}"])
        kept_pools.forget()
        costs.append(cost(staff_client, url))

    assert costs[1] == costs[2]


# --- what became of it -------------------------------------------------------------------------


def test_its_equation_leads_to_the_digests_of_each_state(admin_client: Client) -> None:
    edition = edition_with("Alpha")
    for state in ("sent", "delivered", "skipped"):
        DigestFactory.create(edition=edition, state=state, reason="quiet day")

    text = admin_client.get(f"/admin/papers/edition/{edition.pk}/change/").text

    assert '= sent</th><td><a href="/admin/subscriptions/digest/?edition__id__exact=' in text
    assert "+ skipped: quiet day" in text
    sent = admin_client.get(
        "/admin/subscriptions/digest/",
        {"edition__id__exact": str(edition.pk), "state__in": "sent,delivered,bounced,complained"},
    )
    assert sent.context["cl"].result_count == 2


def test_a_correction_is_offered_once_the_edition_is_frozen(admin_client: Client) -> None:
    edition = edition_with("Alpha")
    url = f"/admin/papers/edition/{edition.pk}/change/"
    link = f"/admin/papers/correction/add/?edition={edition.pk}"

    assert link not in admin_client.get(url).text
    editions.freeze(edition, datetime.now(UTC))
    assert link in admin_client.get(url).text


def test_corrections_are_listed_with_how_many_they_reached(admin_client: Client) -> None:
    edition = edition_with("Alpha")
    edition.corrections.create(number=1, subject="A name", text="…", made_at=datetime.now(UTC))

    text = admin_client.get(f"/admin/papers/edition/{edition.pk}/change/").text

    assert "1. A name" in text
    assert "mailed to 0 readers" in text


def test_before_releasing_it_tells_what_waits_and_what_expired(staff_client: Client) -> None:
    edition = edition_with("Alpha")
    editions.hold(edition, "why", "ada", datetime.now(UTC))
    for state, reason in (("ready", ""), ("pending", ""), ("skipped", "expired")):
        DigestFactory.create(edition=edition, state=state, reason=reason)

    text = staff_client.get(f"/admin/papers/edition/{edition.pk}/release/").text

    assert "Digests that wait: 2." in text
    assert "Digests that expired, and stay skipped: 1." in text


def test_the_list_costs_the_same_for_few_and_many_digests(staff_client: Client) -> None:
    edition = edition_with("Alpha")
    costs = []
    for count in (2, 20):
        for _ in range(count):
            DigestFactory.create(edition=edition, state="sent")
        costs.append(cost(staff_client, "/admin/papers/edition/"))

    assert costs[0] == costs[1]
    assert "22 sent" in staff_client.get("/admin/papers/edition/").text


def test_the_list_warns_of_papers_hidden_since(staff_client: Client) -> None:
    edition_with("Alpha")
    Paper.objects.update(status="hidden")

    assert "1 hidden since" in staff_client.get("/admin/papers/edition/").text

"""Editions: what is in them, in which order, and from when on they stay."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from papers import editions, placing
from papers.models import Candidate, Edition, Paper
from tests.factories import PaperFactory

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


def ranked_titles(edition: Edition) -> list[str]:
    return [candidate.paper.title for candidate in edition.candidates.order_by("rank")]


def test_ranks_what_came_in_within_the_window_by_trending() -> None:
    PaperFactory.create(title="quiet", first_seen_at=NOW - HOUR)
    PaperFactory.create(title="loud", first_seen_at=NOW - 2 * HOUR, trending=5.0)
    PaperFactory.create(title="too old", first_seen_at=NOW - timedelta(days=8), trending=9.0)

    edition = editions.refresh(NOW)

    assert ranked_titles(edition) == ["loud", "quiet"]
    assert (edition.covers_from, edition.covers_to) == (NOW - timedelta(days=7), NOW)


def test_the_best_of_a_quiet_topic_stand_beside_those_of_a_loud_one(settings: Settings) -> None:
    settings.EDITION_SIZE = 2
    for trending in range(8):
        loud = f"loud {trending}"
        PaperFactory.create(title=loud, first_seen_at=NOW - HOUR, trending=100.0 + trending)
        quiet = f"quiet {trending}"
        PaperFactory.create(
            title=quiet, topic="math.LO", first_seen_at=NOW - HOUR, trending=1.0 + trending
        )

    edition = editions.refresh(NOW)

    loudest = [f"loud {trending}" for trending in (7, 6, 5, 4, 3)]
    quietest = [f"quiet {trending}" for trending in (7, 6, 5, 4, 3)]
    assert ranked_titles(edition) == loudest + quietest


def test_a_topic_brings_no_paper_from_outside_the_window() -> None:
    old = NOW - timedelta(days=8)
    PaperFactory.create(title="old", topic="math.LO", first_seen_at=old, trending=9.0)
    PaperFactory.create(title="new", first_seen_at=NOW - HOUR)

    assert ranked_titles(editions.refresh(NOW)) == ["new"]


def test_papers_without_a_topic_compete_for_the_general_places_alone(settings: Settings) -> None:
    settings.EDITION_SIZE = 1
    PaperFactory.create(title="first", first_seen_at=NOW - HOUR, trending=9.0)
    PaperFactory.create(title="second", first_seen_at=NOW - HOUR, trending=8.0)
    Paper.objects.update(primary_topic=None)

    assert ranked_titles(editions.refresh(NOW)) == ["first"]


def test_the_window_is_half_open() -> None:
    PaperFactory.create(title="first instant", first_seen_at=NOW - timedelta(days=7))
    PaperFactory.create(title="end", first_seen_at=NOW)

    assert ranked_titles(editions.refresh(NOW)) == ["first instant"]


def test_hidden_papers_are_left_out() -> None:
    PaperFactory.create(status=Paper.Status.HIDDEN, first_seen_at=NOW - HOUR)

    assert ranked_titles(editions.refresh(NOW)) == []


def test_a_featured_paper_of_any_age_is_pinned() -> None:
    PaperFactory.create(first_seen_at=NOW - HOUR, trending=9.0)
    old = PaperFactory.create(first_seen_at=NOW - timedelta(days=90), featured=True)

    edition = editions.refresh(NOW)

    assert edition.candidates.get(paper=old).placement == Candidate.Placement.PINNED


def test_featuring_a_paper_of_the_open_edition_pins_it() -> None:
    paper = PaperFactory.create(first_seen_at=NOW - HOUR)
    edition = editions.refresh(NOW)
    paper.featured = True
    paper.save()

    editions.refresh(NOW + HOUR)

    assert edition.candidates.get().placement == Candidate.Placement.PINNED


def test_rebuilding_takes_in_what_is_new_and_keeps_the_editors_placements() -> None:
    dropped = PaperFactory.create(first_seen_at=NOW - HOUR)
    edition = editions.refresh(NOW)
    edition.candidates.update(placement=Candidate.Placement.DROPPED)
    new = PaperFactory.create(first_seen_at=NOW)

    editions.refresh(NOW + HOUR)

    placements = dict(edition.candidates.values_list("paper", "placement"))
    assert placements == {dropped.pk: "dropped", new.pk: "ranked"}


def test_nothing_new_means_nothing_rebuilt() -> None:
    PaperFactory.create(first_seen_at=NOW - HOUR)
    Paper.objects.update(updated_at=NOW - HOUR)
    before = editions.refresh(NOW).built_at

    assert editions.refresh(NOW + HOUR).built_at == before


def test_a_frozen_edition_stays_as_it_is() -> None:
    paper = PaperFactory.create(title="As frozen", first_seen_at=NOW - HOUR)
    edition = editions.frozen_edition(NOW)
    Paper.objects.filter(pk=paper.pk).update(title="Changed later")
    PaperFactory.create(first_seen_at=NOW)

    again = editions.frozen_edition(NOW + HOUR)

    assert again.pk == edition.pk
    assert again.frozen_at == NOW
    cards = editions.edition_cards(again, NOW + HOUR)
    assert [card.title for card in cards.values()] == ["As frozen"]


def test_before_the_edition_hour_the_last_edition_is_still_current(
    settings: Settings,
) -> None:
    settings.EDITION_HOUR = 5
    yesterday = editions.refresh(NOW - timedelta(days=1))
    early = NOW.replace(hour=4)

    assert editions.refresh(early) == yesterday
    assert editions.refresh(early + HOUR).date == NOW.date()


def test_a_first_start_before_the_edition_hour_builds_one_at_once(
    settings: Settings,
) -> None:
    settings.EDITION_HOUR = 23

    assert editions.refresh(NOW).date == NOW.date()


# --- the next one ------------------------------------------------------------------------------


def test_once_the_days_edition_is_frozen_the_next_one_can_be_arranged() -> None:
    paper = PaperFactory.create(first_seen_at=NOW - HOUR)
    editions.tend(NOW)
    editions.frozen_edition(NOW)
    assert editions.next_edition(NOW) is None

    for _ in range(2):
        editions.tend(NOW + HOUR)

    coming = editions.next_edition(NOW + HOUR)
    assert coming is not None
    assert coming.date == NOW.date() + timedelta(days=1)
    assert list(coming.papers.all()) == [paper]
    assert Edition.objects.count() == 2


def test_the_next_edition_is_nobodys_before_its_day() -> None:
    PaperFactory.create(first_seen_at=NOW - HOUR)
    today = editions.frozen_edition(NOW)
    editions.tend(NOW)

    assert editions.current_edition(NOW) == today
    assert editions.frozen_edition(NOW + HOUR) == today


def test_what_editors_arranged_the_day_before_holds_on_its_day() -> None:
    low, high = (PaperFactory.create(first_seen_at=NOW - HOUR, trending=n) for n in (1, 9))
    editions.frozen_edition(NOW)
    editions.tend(NOW)
    coming = editions.next_edition(NOW)
    assert coming is not None
    placing.place(coming, [low.pk], Candidate.Placement.PINNED)
    late = PaperFactory.create(first_seen_at=NOW + HOUR, trending=20)
    tomorrow = NOW + timedelta(days=1)

    edition = editions.frozen_edition(tomorrow)

    assert edition.pk == coming.pk
    ranked = edition.candidates.order_by("rank").values_list("paper", flat=True)
    assert list(ranked) == [low.pk, late.pk, high.pk]
    assert edition.covers_to == tomorrow


def test_the_next_edition_waits_for_its_hour(settings: Settings) -> None:
    settings.EDITION_HOUR = 5
    PaperFactory.create(first_seen_at=NOW - HOUR)
    yesterday = editions.frozen_edition(NOW - timedelta(days=1))
    editions.tend(NOW - timedelta(days=1))
    early = NOW.replace(hour=4)

    assert editions.current_edition(early) == yesterday
    editions.tend(early)
    assert editions.refresh(early) == yesterday
    assert editions.refresh(early + HOUR).date == NOW.date()

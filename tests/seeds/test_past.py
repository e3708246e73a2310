"""Editions of the days before, so that the archive and readers' previews have something to show."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from pytest_django import Settings

from papers.cards import Card
from papers.models import Candidate, Edition
from seeds.load import load_papers
from seeds.past import build_past_editions
from tests.factories import EditionFactory, PaperFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def days() -> list[date]:
    return list(Edition.objects.order_by("date").values_list("date", flat=True))


def past() -> list[tuple[object, ...]]:
    """All that is kept of the editions before the day."""
    before = Edition.objects.filter(date__lt=NOW.date()).order_by("pk")
    candidates = Candidate.objects.filter(edition__in=before).order_by("pk")
    return [*before.values_list(), *candidates.values_list()]


def test_each_of_the_fourteen_days_before_has_one_with_papers() -> None:
    loaded = load_papers(NOW)

    assert loaded.past == 14
    assert days() == [NOW.date() - number * DAY for number in range(14, -1, -1)]
    for edition in Edition.objects.all():
        assert edition.candidates.count() >= 20


@pytest.mark.parametrize("hour", [0, 23])
def test_nothing_in_them_is_later_than_their_first_hour(hour: int, settings: Settings) -> None:
    settings.EDITION_HOUR = hour

    load_papers(NOW)

    for edition in Edition.objects.filter(date__lt=NOW.date()):
        first_hour = datetime.combine(edition.date, time(hour), tzinfo=UTC)
        assert edition.covers_to == edition.built_at == edition.frozen_at == first_hour
        assert not edition.papers.filter(first_seen_at__gte=first_hour).exists()
    assert len(days()) == 15


def test_their_cards_tell_the_votes_of_then() -> None:
    load_papers(NOW)

    for candidate in Candidate.objects.filter(edition__date__lt=NOW.date()):
        signals = candidate.paper.signals.filter(observed_at__lte=candidate.edition.built_at)
        assert Card.from_json(candidate.card).votes == sum(each.growth for each in signals)


def test_todays_stays_open_until_the_first_digest() -> None:
    assert load_papers(NOW).edition.frozen_at is None


def test_a_second_time_builds_none() -> None:
    load_papers(NOW)
    before = past()

    assert load_papers(NOW + timedelta(hours=9)).past == 0
    assert past() == before


def test_the_next_day_leaves_them_as_they_are() -> None:
    load_papers(NOW)
    before = past()

    loaded = load_papers(NOW + DAY)

    assert (loaded.past, loaded.edition.date) == (0, NOW.date() + DAY)
    assert past() == before


def test_days_on_which_nobody_loaded_it_are_filled_in() -> None:
    load_papers(NOW)

    assert load_papers(NOW + 4 * DAY).past == 3
    assert len(days()) == 19


def test_an_edition_that_was_there_stays() -> None:
    there = EditionFactory.create(date=NOW.date() - 3 * DAY)

    assert load_papers(NOW).past == 13
    assert not there.candidates.exists()


def test_days_without_papers_have_none() -> None:
    paper = PaperFactory.create(first_seen_at=NOW - 10 * DAY)

    assert build_past_editions([], NOW) == 0
    assert build_past_editions([paper.first_seen_at], NOW) == 7
    assert days() == [NOW.date() - number * DAY for number in range(9, 2, -1)]

"""The nightly order to learn from all papers."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from papers.models import RelevanceModel, ScheduledIngest
from papers.relevance.keeping import newest
from papers.schedule.reading import Ended
from papers.schedule.run import run_due
from tests.papers.daily_stub import NOW, Hands, impatient_web
from tests.papers.learned_texts import FEWEST, store, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(settings: Settings) -> Hands:
    settings.INGEST_SCHEDULED = True
    ScheduledIngest.objects.exclude(source__in=["relevance", "submissions"]).update(enabled=False)
    return Hands()


def run(clock: Hands) -> Ended:
    """How that order ended in one look, which is over for the other one, too."""
    [ended] = run_due(clock, clock() + timedelta(minutes=1), impatient_web)
    assert row("submissions").last_success_at == clock()
    return ended


def row(source: str = "relevance") -> ScheduledIngest:
    return ScheduledIngest.objects.get(source=source)


def test_it_learns_when_it_is_due_and_says_so(clock: Hands) -> None:
    store(texts())

    ended = run(clock)

    assert str(ended) == f"relevance (relevance model {newest().number}: 300 terms)"
    assert newest().fitted_at == NOW
    assert (row().failures, row().next_at) == (0, NOW.replace(day=21, hour=7, minute=0))


def test_the_nights_after_there_is_nothing_to_learn_until_a_week_is_over(clock: Hands) -> None:
    store(texts())
    run(clock)
    first = newest()

    for _ in range(6):
        clock.forward(days=1)
        assert str(run(clock)).startswith("relevance (nothing to learn: ")
        assert newest() == first

    clock.forward(days=1)
    assert "model" in str(run(clock))
    assert newest().number > first.number


def test_too_few_papers_are_no_failure(clock: Hands) -> None:
    store(texts(FEWEST - 1))

    assert str(run(clock)) == "relevance (too few papers to learn from)"
    assert (row().failures, row().last_error) == (0, "")
    assert not RelevanceModel.objects.exists()


def test_an_embedding_that_cannot_be_used_is_the_orders_error_and_it_is_tried_again(
    clock: Hands, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store(texts())
    settings.RELEVANCE_EMBEDDING = str(tmp_path / "gone")

    ended = run(clock)

    assert str(ended).startswith("relevance failed: RELEVANCE_EMBEDDING: ")
    assert row().last_error.startswith(f"RELEVANCE_EMBEDDING: {tmp_path / 'gone'} cannot be loaded")
    assert (row().failures, row().next_at) == (1, NOW + timedelta(minutes=5))
    assert "Traceback" not in caplog.text
    assert not RelevanceModel.objects.exists()

    settings.RELEVANCE_EMBEDDING = ""
    clock.forward(minutes=5)
    assert "model" in str(run(clock))
    assert (row().failures, row().last_error) == (0, "")

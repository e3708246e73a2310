"""manage.py doctor: what the personal ranking has learned, and whether it can be used."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from papers.models import RelevanceModel, ScheduledIngest
from papers.relevance.keeping import refit
from tests.doctor.asking import ask
from tests.papers.learned_texts import FEWEST, store, texts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def not_only_trying_out(settings: Settings) -> None:
    settings.TRYING_OUT = False
    settings.INGEST_SCHEDULED = True
    settings.SILENCED_SYSTEM_CHECKS = ["templates.E002"]  # tests fail at unknown variables


def learn(at: datetime) -> RelevanceModel:
    store(texts())
    fitted = refit(at)
    assert fitted
    return fitted


def finding() -> tuple[str, str, str]:
    told = ask("--offline").of("relevance")
    return told["level"], told["found"], told["fix"]


def test_what_can_be_used_is_named_with_its_age() -> None:
    fitted = learn(timezone.now() - timedelta(days=2, hours=1))

    assert finding() == ("ok", f"version {fitted.pk} of {FEWEST} papers, 2 days old", "")


def test_too_few_papers_yet_are_nothing_to_mend() -> None:
    store(texts(3))

    level, found, _ = finding()

    assert (level, found[:31]) == ("ok", "3 papers are too few to learn f")


def test_papers_enough_and_nothing_learned_is_a_warning() -> None:
    store(texts())

    assert finding() == (
        "warn",
        f"nothing was learned yet from {FEWEST} papers",
        "Run manage.py fit_relevance.",
    )


def test_one_that_cannot_be_read_is_a_warning() -> None:
    fitted = learn(timezone.now())
    RelevanceModel.objects.update(packed=bytes(fitted.packed)[:-1])

    level, found, fix = finding()

    assert level == "warn"
    assert found.startswith(f"version {fitted.pk} cannot be used: its bytes are damaged")
    assert "manage.py fit_relevance" in fix


def test_one_whose_embedding_has_gone_is_a_warning() -> None:
    fitted = learn(timezone.now())
    RelevanceModel.objects.update(embedding="/no/such/folder")

    level, found, _ = finding()

    assert level == "warn"
    assert found.startswith(f"version {fitted.pk} cannot be used: RELEVANCE_EMBEDDING: /no/such")


def test_a_wanted_embedding_that_cannot_be_used_is_a_warning_though_the_last_model_can(
    settings: Settings, tmp_path: Path
) -> None:
    learn(timezone.now())
    settings.RELEVANCE_EMBEDDING = str(tmp_path / "gone")

    level, found, fix = finding()

    assert level == "warn"
    assert found.startswith(f"RELEVANCE_EMBEDDING: {tmp_path / 'gone'} cannot be loaded")
    assert fix.startswith("Correct RELEVANCE_EMBEDDING")


def test_one_older_than_three_weeks_is_a_warning_while_it_should_be_fitted_anew(
    settings: Settings,
) -> None:
    learn(timezone.now() - timedelta(days=21, minutes=1))

    level, found, fix = finding()
    assert (level, "21 days old" in found) == ("warn", True)
    assert "scheduled ingests" in fix

    ScheduledIngest.objects.filter(source="relevance").update(enabled=False)
    assert finding()[0] == "ok"

    ScheduledIngest.objects.update(enabled=True)
    settings.INGEST_SCHEDULED = False
    assert finding()[0] == "ok"


def test_one_of_three_weeks_less_an_hour_is_not_old() -> None:
    learn(timezone.now() - timedelta(days=21) + timedelta(hours=1))

    assert finding()[0] == "ok"

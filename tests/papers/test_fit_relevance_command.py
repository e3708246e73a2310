"""manage.py fit_relevance: learns, says what it did, and does nothing where nothing is due."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from papers.models import RelevanceModel
from papers.relevance.keeping import newest
from tests.papers.learned_texts import FEWEST, store, texts

pytestmark = pytest.mark.django_db

Shown = pytest.CaptureFixture[str]


@pytest.fixture
def papers() -> None:
    store(texts())


def run_json(capsys: Shown, *arguments: str) -> Any:
    call_command("fit_relevance", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("papers")
def test_it_says_in_words_what_it_did(capsys: Shown) -> None:
    call_command("fit_relevance")

    shown = capsys.readouterr()
    assert re.fullmatch(
        rf"model {newest().number}: 300 words and phrases, learned from 500 papers "
        r"in [\d.]+ seconds\n",
        shown.out,
    )
    assert shown.err == ""


@pytest.mark.usefixtures("papers")
def test_json_tells_the_same(capsys: Shown) -> None:
    told = run_json(capsys)

    assert told.pop("seconds") >= 0
    assert told == {
        "fitted": True,
        "version": newest().number,
        "papers": FEWEST,
        "terms": 300,
        "bytes": len(RelevanceModel.objects.get().packed),
    }


@pytest.mark.usefixtures("papers")
def test_if_due_it_learns_once_and_again_after_a_week(capsys: Shown) -> None:
    assert run_json(capsys, "--if-due")["fitted"]
    first = newest()

    assert run_json(capsys, "--if-due") == {"fitted": False}
    call_command("fit_relevance", "--if-due")
    assert capsys.readouterr().out.startswith("nothing to do: ")
    assert newest() == first

    for row in RelevanceModel.objects.all():
        row.fitted_at -= timedelta(days=7)
        row.save()
    assert run_json(capsys, "--if-due")["fitted"]
    assert newest().number > first.number


@pytest.mark.usefixtures("papers")
def test_without_if_due_it_learns_each_time(capsys: Shown) -> None:
    versions = {run_json(capsys)["version"] for _ in range(2)}

    assert len(versions) == 2


@pytest.mark.usefixtures("papers")
def test_a_dry_run_says_the_same_and_keeps_nothing(capsys: Shown) -> None:
    call_command("fit_relevance", "--dry-run")

    assert capsys.readouterr().out.startswith("dry run, nothing was kept; model ")
    assert not RelevanceModel.objects.exists()


def test_too_few_papers_are_told_with_an_exit_code() -> None:
    store(texts(FEWEST - 1))

    with pytest.raises(
        CommandError, match=f"too few papers .* until there are {FEWEST}"
    ) as refusal:
        call_command("fit_relevance")

    assert refusal.value.returncode == 1
    assert not RelevanceModel.objects.exists()


@pytest.mark.usefixtures("papers")
def test_an_embedding_that_is_not_there_is_told_by_name_with_what_to_do(
    settings: Settings, tmp_path: Path
) -> None:
    settings.RELEVANCE_EMBEDDING = str(tmp_path / "gone")

    with pytest.raises(CommandError) as refusal:
        call_command("fit_relevance")

    assert f"RELEVANCE_EMBEDDING: {tmp_path / 'gone'} cannot be loaded" in str(refusal.value)
    assert "name a folder" in str(refusal.value)
    assert refusal.value.returncode == 1
    assert not RelevanceModel.objects.exists()

import json
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from papers.models import Score
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db

Shown = pytest.CaptureFixture[str]


def run_json(capsys: Shown, *arguments: str) -> Any:
    call_command("rank", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_it_says_in_words_what_it_did(capsys: Shown) -> None:
    PaperFactory.create()

    call_command("rank")

    shown = capsys.readouterr()
    assert re.fullmatch(
        r"papers: compared with earlier ones 1, changed 1, unchanged 0; "
        r"authors: changed 2; in [\d.]+ seconds\n",
        shown.out,
    )
    assert shown.err == ""


def test_a_second_run_says_that_nothing_was_to_be_done(capsys: Shown) -> None:
    PaperFactory.create()
    call_command("rank")
    before = list(Score.objects.values())
    capsys.readouterr()

    call_command("rank")

    assert capsys.readouterr().out.startswith("nothing to do: 1 papers are up to date, in ")
    assert list(Score.objects.values()) == before


def test_json_tells_the_same(capsys: Shown) -> None:
    PaperFactory.create()

    told = run_json(capsys)

    assert told.pop("seconds") >= 0
    assert told == {"changed": 1, "unchanged": 0, "compared": 1, "authors": 2}


def test_all_compares_papers_again_that_were_compared(capsys: Shown) -> None:
    PaperFactory.create()
    run_json(capsys)

    told = run_json(capsys, "--all")

    assert (told["compared"], told["changed"]) == (1, 0)


def test_all_says_so_even_where_nothing_changed(capsys: Shown) -> None:
    PaperFactory.create()
    run_json(capsys)

    call_command("rank", "--all")

    assert capsys.readouterr().out.startswith("papers: compared with earlier ones 1, changed 0")


@pytest.mark.parametrize(
    ("topics", "scored"), [("cs.CV", 1), ("cs.CV, math.LO", 2), ("cs", 2), ("cs,math", 3)]
)
def test_topics_and_whole_archives_can_be_named(topics: str, scored: int, capsys: Shown) -> None:
    for topic in ("cs.CV", "cs.LG", "math.LO"):
        PaperFactory.create(topic=topic)

    assert run_json(capsys, "--topics", topics)["changed"] == scored


def test_an_unknown_topic_is_refused_before_anything_is_done() -> None:
    PaperFactory.create()

    with pytest.raises(CommandError, match=r"--topics: 'cs\.XX' is not known; expected topics"):
        call_command("rank", "--topics", "cs.CV,cs.XX")

    assert not Score.objects.exists()


def test_an_empty_list_of_topics_is_refused() -> None:
    with pytest.raises(CommandError, match="--topics: it names no topic"):
        call_command("rank", "--topics", " , ")


def test_a_dry_run_says_the_same_and_changes_nothing(capsys: Shown) -> None:
    PaperFactory.create()

    call_command("rank", "--dry-run")

    assert capsys.readouterr().out.startswith("dry run, nothing was changed; papers: compared")
    assert not Score.objects.exists()

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from papers.models import Author, Paper

pytestmark = pytest.mark.django_db

PAGE = """\
CVNov 24, 2023Code
Painting With Fewer Brushes Than Ever BeforeAda Example, Ben Example
We paint with fewer brushes than was thought possible. It works well on every picture we tried.
CVNov 20, 2023
Seeing Further by Standing on GiantsAda Example, Ben Example
We stand on giants and see further than they did. It works well on every giant that we tried.
"""


@pytest.fixture
def page(tmp_path: Path) -> str:
    file = tmp_path / "page.txt"
    file.write_text(PAGE, encoding="utf-8")
    return str(file)


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What `--json` prints, whatever the exit code."""
    with suppress(SystemExit):
        call_command("ingest", "listing", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_a_page_is_loaded_and_told_in_words(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ingest", "listing", page)

    shown = capsys.readouterr()
    assert shown.out == "papers: read 2, created 2, updated 0, unchanged 0\n"
    assert shown.err == ""
    assert Paper.objects.count() == 2


def test_a_second_time_everything_is_unchanged(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run_json(capsys, page)

    assert run_json(capsys, page) == {
        "read": 2,
        "created": 0,
        "updated": 0,
        "unchanged": 2,
        "problems": [],
    }


def test_a_dry_run_changes_nothing_and_says_what_would_be(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("ingest", "listing", "--dry-run", page)

    assert "nothing was changed; papers: read 2, created 2" in capsys.readouterr().out
    assert not Paper.objects.exists()
    assert not Author.objects.exists()


def test_files_that_cannot_be_read_are_problems_and_the_others_load(
    page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing, folder = str(tmp_path / "missing.txt"), str(tmp_path)

    told = run_json(capsys, missing, folder, page)

    assert told["created"] == 2
    assert [(each["file"], each["line"]) for each in told["problems"]] == [
        (missing, 1),
        (folder, 1),
    ]
    assert all("cannot be read" in each["message"] for each in told["problems"])


def test_a_pipe_is_no_file_and_is_not_waited_for(
    page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)

    told = run_json(capsys, pipe, "/dev/zero", page)

    assert told["created"] == 2
    assert [each["file"] for each in told["problems"]] == [pipe, "/dev/zero"]
    assert all("it is not a regular file" in each["message"] for each in told["problems"])


def test_problems_stand_on_standard_error_and_the_exit_code_is_1(
    page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / "odd.txt"
    odd.write_text("Just a letter to a friend.\n", encoding="utf-8")

    with pytest.raises(SystemExit) as end:
        call_command("ingest", "listing", str(odd), page)

    shown = capsys.readouterr()
    assert end.value.code == 1
    assert "read 2, created 2" in shown.out
    assert shown.err.startswith(f"{odd}:1: ")


def test_dates_without_a_year_are_the_latest_up_to_as_of(page: str, tmp_path: Path) -> None:
    file = tmp_path / "undated.txt"
    file.write_text(PAGE.replace(", 2023", ""), encoding="utf-8")

    call_command("ingest", "listing", "--as-of", "2025-11-22", str(file))

    years = Paper.objects.order_by("published_on").values_list("published_on__year", flat=True)
    assert list(years) == [2024, 2025]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["listing"], "required: FILE"),
        (["listing", "x", "--as-of", "yesterday"], "'yesterday' is not a date; expected one such"),
        (["listing", "x", "--as-of", "2026-02-30"], "'2026-02-30' is not a date; expected one"),
        (["telepathy", "x"], "invalid choice: 'telepathy'"),
        ([], "required: SOURCE"),
    ],
)
def test_a_wrong_command_line_is_told_in_a_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("ingest", *arguments)


class TestTheRealPages:
    """The three saved pages that the product grew from, where they are at hand."""

    @pytest.fixture
    def pages(self) -> list[str]:
        here = Path(__file__).resolve().parents[2]
        shared = Path(os.environ.get("MORNING_PAPERS_SHARED", here.parent / "shared"))
        pages = sorted(map(str, (shared / "data" / "seeds").glob("*.txt")))
        if not pages:
            pytest.skip(f"needs the saved pages in {shared}/data/seeds")
        return pages

    def test_all_papers_are_read_and_a_second_run_changes_nothing(
        self, pages: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        told = [run_json(capsys, page, "--as-of", "2026-07-31") for page in pages]
        again = run_json(capsys, *pages, "--as-of", "2026-07-31")

        assert [each["created"] for each in told] == [20, 59, 50]
        assert [each["problems"] for each in told] == [[], [], []]
        assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 129)

    def test_the_authors_figures_are_kept(self, pages: list[str]) -> None:
        call_command("ingest", "listing", *pages, "--as-of", "2026-07-31")

        author = Author.objects.get(h_index=34)
        figures = (author.paper_count, author.citation_count, author.novelty, author.ai_score)
        assert figures == (54, 4246, 55, 64)

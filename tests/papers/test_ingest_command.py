import json
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import stamina
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from werkzeug import Response

from papers.ingest_command.options import wanted_of
from papers.management.commands.ingest import Command
from papers.models import Author, Paper, Signal
from tests.factories import PaperFactory
from tests.papers.daily_stub import DailyPapers, Hands, failing, item, shown

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


# --- files of one's own ------------------------------------------------------------------------


@pytest.fixture
def lines(tmp_path: Path) -> str:
    file = tmp_path / "papers.jsonl"
    file.write_text('{"title": "One"}\n{"title": 2}\n{"title": "Three"}\n', encoding="utf-8")
    return str(file)


def test_json_lines_are_loaded_and_a_broken_line_is_named(
    lines: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("ingest", "jsonl", lines)

    shown = capsys.readouterr()
    assert end.value.code == 1
    assert shown.out.startswith("papers: read 2, created 2")
    assert f"{lines}:2: " in shown.err


def test_bibtex_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "library.bib"
    file.write_text("@article{one, title={One Fine Paper}, author={Ada Example}, year=2024}")

    call_command("ingest", "bibtex", str(file))

    assert Paper.objects.get().title == "One Fine Paper"


def test_a_file_that_is_not_there_does_not_keep_the_others_from_loading(
    lines: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing.jsonl")

    with pytest.raises(SystemExit) as end:
        call_command("ingest", "jsonl", missing, lines)

    assert end.value.code == 1
    assert f"{missing}:1: " in capsys.readouterr().err
    assert Paper.objects.count() == 2


def test_a_dry_run_of_files_counts_a_paper_that_two_of_them_hold_once(
    lines: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command("ingest", "jsonl", "--dry-run", lines, lines)

    assert "read 4, created 2, updated 0, unchanged 2" in capsys.readouterr().out
    assert not Paper.objects.exists()


# --- sources of the network --------------------------------------------------------------------

DAYS = ["--since", "2026-11-19", "--until", "2026-11-19"]


@pytest.fixture
def daily(httpserver: HTTPServer, settings: Settings) -> Iterator[DailyPapers]:
    stub = DailyPapers(httpserver, Hands())
    settings.DAILY_PAPERS_URL = stub.url
    with stamina.set_testing(True, attempts=1):  # fails at once instead of trying again
        yield stub


def test_a_source_of_the_network_is_asked_and_its_pages_are_told(
    daily: DailyPapers, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("ingest", "daily-papers", *DAYS)

    shown = capsys.readouterr()
    assert daily.asked == ["2026-11-19"]
    assert shown.out == "papers: read 1, created 1, updated 0, unchanged 0\n"
    assert shown.err == "daily-papers: papers 1 so far\n"
    assert Signal.objects.filter(source="daily-papers", kind="votes").count() == 1


def test_as_json_nothing_else_is_printed(
    daily: DailyPapers, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("ingest", "daily-papers", "--json", *DAYS)

    shown = capsys.readouterr()
    assert json.loads(shown.out)["created"] == 1
    assert shown.err == ""


def test_a_dry_run_over_the_network_leaves_no_trace(
    daily: DailyPapers, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("ingest", "daily-papers", "--dry-run", *DAYS)

    assert "nothing was changed; papers: read 1, created 1" in capsys.readouterr().out
    for model in (Paper, Author, Signal):
        assert not model._default_manager.exists()


def test_a_source_that_fails_is_told_in_a_sentence_after_what_was_stored(
    daily: DailyPapers, capsys: pytest.CaptureFixture[str]
) -> None:
    daily.answer = lambda day: shown([item(day)]) if day < "2026-11-20" else failing(500)(day)

    with pytest.raises(SystemExit) as end:
        call_command("ingest", "daily-papers", "--since", "2026-11-19", "--until", "2026-11-20")

    told = capsys.readouterr()
    assert end.value.code == 3
    assert "read 1, created 1" in told.out
    assert "The source failed: daily-papers (" in told.err
    assert "Traceback" not in told.err
    assert Paper.objects.count() == 1


def test_a_failure_stands_in_the_json_as_well(
    daily: DailyPapers, capsys: pytest.CaptureFixture[str]
) -> None:
    daily.answer = failing(500)

    with pytest.raises(SystemExit) as end:
        call_command("ingest", "daily-papers", "--json", *DAYS)

    assert end.value.code == 3
    assert "status 500" in json.loads(capsys.readouterr().out)["error"]


def test_interrupted_it_tells_what_is_stored(
    daily: DailyPapers, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted_on_the_second_day(day: str) -> Response:
        if day == "2026-11-20":
            os.kill(os.getpid(), signal.SIGINT)
        return shown([item(day)])

    daily.answer = interrupted_on_the_second_day
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(SystemExit) as end:
            call_command("ingest", "daily-papers", "--since", "2026-11-19", "--until", "2026-11-20")
    finally:
        signal.signal(signal.SIGINT, before)

    told = capsys.readouterr()
    assert end.value.code == 130
    assert "read 1, created 1" in told.out
    assert "Interrupted; what is told above is stored" in told.err
    assert Paper.objects.count() == 1


def test_ids_are_taken_in_every_form_that_people_paste(
    httpserver: HTTPServer, settings: Settings, daily: DailyPapers
) -> None:
    httpserver.expect_request("/api/papers/2611.00001").respond_with_json(
        {"id": "2611.00001", "title": "One", "upvotes": 4}
    )

    call_command("ingest", "daily-papers", "--ids", "https://arxiv.org/abs/2611.00001v2")

    assert Paper.objects.get().arxiv_id == "2611.00001"


def test_citations_are_asked_for_the_papers_that_are_due(
    httpserver: HTTPServer, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SEMANTIC_SCHOLAR_URL = httpserver.url_for("/graph/v1")
    PaperFactory.create(arxiv_id="2611.00001")
    PaperFactory.create(arxiv_id="2611.00002")
    facts = {"externalIds": {"ArXiv": "2611.00002"}, "title": "Two", "citationCount": 5}
    httpserver.expect_request("/graph/v1/paper/ARXIV:2611.00002").respond_with_json(facts)

    call_command("ingest", "semantic-scholar", "--limit", "1")

    assert Signal.objects.get().count == 5


def test_without_papers_that_are_due_nobody_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ingest", "semantic-scholar")

    assert "no paper's citations are due" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["arxiv-api", "--topics", "cs.CV,cs.LH"], "'cs.LH' is no topic of arXiv; did you mean"),
        (["arxiv-api", "--topics", "gardening"], "'gardening' is no topic of arXiv; "),
        (["arxiv-api", "--ids", "10.1000/182"], "'10.1000/182' is not an arXiv id; expected one"),
        (["arxiv-api", "--limit", "0"], "'0' is not a number of papers; expected 1 to 1000000"),
        (["arxiv-api", "--limit", "1000001"], "'1000001' is not a number of papers"),
        (["arxiv-api", "--limit", "9" * 5000], "is not a number of papers"),
        (["arxiv-api", "--limit", "٣"], "'٣' is not a number of papers"),
        (["arxiv-api", "--limit", "many"], "'many' is not a number of papers"),
        (["arxiv-api", "--since", "soon"], "'soon' is not a date"),
        (["arxiv-api", "--until", "9999-12-31"], "expected one from 1991-01-01 to 2026-11-22"),
        (["arxiv-api", "--since", "0001-01-01"], "0001-01-01 is no day that papers are known of"),
        (["arxiv-oai", "--since", "1990-12-31"], "1990-12-31 is no day that papers are known of"),
        (["daily-papers", "--since", "2026-11-23"], "2026-11-23 is no day that papers are known"),
        (["listing", "x", "--as-of", "2030-01-01"], "2030-01-01 is no day that papers are known"),
        (["arxiv-api", "--ids", ","], "--ids names none: expected at least one"),
        (["arxiv-api", "--ids", "", " "], "--ids names none: expected at least one"),
        (["arxiv-api", "--topics", ","], "--topics names none: expected at least one"),
        (["arxiv-feed", "--topics", ""], "--topics names none: expected at least one"),
        (["semantic-scholar", "--ids", ","], "--ids names none: expected at least one"),
        (["arxiv-api", "--since", "2026-02-02", "--until", "2026-02-01"], "is after --until"),
        (["arxiv-api", "--ids", "2611.00001", "--topics", "cs"], "leave out topics and days"),
        (["arxiv-feed", "--since", "2026-02-02"], "unrecognized arguments: --since"),
        (["daily-papers", "--topics", "cs"], "unrecognized arguments: --topics"),
        (["listing", "x", "--ids", "2611.00001"], "unrecognized arguments: --ids"),
        (["jsonl"], "required: FILE"),
    ],
)
@time_machine.travel("2026-11-21T12:00Z")
def test_what_a_source_cannot_be_asked_is_told_in_a_sentence(
    arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("ingest", *arguments)


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        (["cs.CV,cs.LG", "stat"], ("cs.CV", "cs.LG", "stat")),
        (["cs.cv", "cs.CV,", "QUANT-PH"], ("cs.CV", "quant-ph")),
        (["cs.CV", ",", "stat"], ("cs.CV", "stat")),
    ],
)
def test_topics_are_separated_by_commas_or_spaces_in_any_case(
    typed: list[str], chosen: tuple[str, ...]
) -> None:
    parser = Command().create_parser("manage.py", "ingest")

    options = vars(parser.parse_args(["arxiv-api", "--topics", *typed]))

    assert wanted_of(options).topics == chosen


@time_machine.travel("2026-11-21T23:59Z")
def test_days_and_limits_are_taken_up_to_their_ends() -> None:
    parser = Command().create_parser("manage.py", "ingest")
    typed = ["--since", "1991-01-01", "--until", "2026-11-22", "--limit", "1000000"]

    wanted = wanted_of(vars(parser.parse_args(["arxiv-api", "--topics", "cs", *typed])))

    assert (wanted.since, wanted.until) == (date(1991, 1, 1), date(2026, 11, 22))
    assert wanted.limit == 1_000_000


def test_without_topics_those_of_the_settings_are_asked_for(settings: Settings) -> None:
    settings.INGEST_TOPICS = ["cs.cv", "stat"]
    parser = Command().create_parser("manage.py", "ingest")

    assert wanted_of(vars(parser.parse_args(["arxiv-api"]))).topics == ("cs.CV", "stat")
    with_ids = vars(parser.parse_args(["arxiv-api", "--ids", "2611.00001"]))
    assert wanted_of(with_ids).topics == ()


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


@pytest.mark.parametrize(
    ("source", "text", "advice"),
    [
        ("jsonl", "\n@misc{tides, title = {Tides}}\n", "BibTeX; read it by `ingest bibtex`"),
        ("bibtex", '\ufeff{"title": "Tides"}\n', "JSON Lines; read it by `ingest jsonl`"),
    ],
)
def test_a_file_of_the_other_kind_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, text: str, advice: str
) -> None:
    file = tmp_path / "papers"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(SystemExit):
        call_command("ingest", source, str(file))

    assert capsys.readouterr().err.count(advice) == 1

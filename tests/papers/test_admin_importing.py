"""Many papers imported by their ids: pasted, looked up at arXiv, shown, stored once confirmed."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from threading import enumerate as running_threads

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_httpserver import HTTPServer

from papers.importing.run import run_imports
from papers.models import ImportLine, Paper, PaperImport, ScheduledIngest
from papers.schedule.rows import is_waiting
from papers.schedule.run import run_due
from tests.admin_site import cost, sign_in
from tests.factories import PaperFactory
from tests.papers.daily_stub import NOW, Hands, impatient_web
from tests.papers.test_submissions import ENTRY, FEED, Arxiv

pytestmark = pytest.mark.django_db
IMPORTS = "/admin/papers/paperimport/"
ADD = f"{IMPORTS}add/"

Run = Callable[[], None]


@pytest.fixture
def arxiv(httpserver: HTTPServer, settings: Settings) -> Arxiv:
    stub = Arxiv(httpserver)
    settings.ARXIV_API_URL = stub.url
    settings.INGEST_SCHEDULED = False  # an editor asks by hand
    return stub


@pytest.fixture
def run() -> Run:
    clock = Hands()
    return lambda: run_imports(clock, clock() + timedelta(hours=1), impatient_web)


@pytest.fixture
def editor(client: Client) -> Client:
    sign_in(client, Permission.objects.filter(content_type__app_label="papers"))
    return client


def paste(client: Client, *lines: str) -> str:
    """The address of the page that it leads to."""
    answer = client.post(ADD, {"text": "\n".join(lines)})
    assert answer.status_code == 302, answer.text
    return str(answer["Location"])


def verdicts() -> dict[int, str]:
    return dict(ImportLine.objects.values_list("number", "verdict"))


# --- what is pasted ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "2611.00001",
        "2611.00001v3",
        "arXiv:2611.00001",
        "https://arxiv.org/abs/2611.00001",
        "http://export.arxiv.org/pdf/2611.00001v2.pdf",
        "https://doi.org/10.48550/arXiv.2611.00001",
        "  eprint = {2611.00001},",
        "* [2611.00001] On Graphs",
    ],
)
def test_an_id_is_found_in_every_usual_form(editor: Client, line: str) -> None:
    paste(editor, line)

    assert ImportLine.objects.get().arxiv_id == "2611.00001"


def test_each_line_says_what_it_is(editor: Client, arxiv: Arxiv, run: Run) -> None:
    known = PaperFactory.create(arxiv_id="2611.00002")
    arxiv.known = {"2611.00001"}

    page = paste(
        editor,
        "2611.00001",
        "2611.00002",
        "https://arxiv.org/abs/2611.00001",
        "2611.09999",
        "",
        "hello",
        "https://www.example.com/articles/7",
        "2699.00001",
    )
    run()

    assert verdicts() == {
        1: "new",
        2: "known",
        3: "repeated",
        4: "not_found",
        6: "no_id",
        7: "elsewhere",
        8: "no_id",
    }
    assert ImportLine.objects.get(number=3).told == "The same paper as in line 1."
    assert "www.example.com" in ImportLine.objects.get(number=7).told
    text = editor.get(page).text
    assert f'href="/admin/papers/paper/{known.pk}/change/"' in text
    assert "The Paper 2611.00001" in text
    assert "Import this paper" in text


def test_a_hidden_paper_says_why_it_is(editor: Client) -> None:
    PaperFactory.create(arxiv_id="2611.00002", status="hidden", hidden_reason="spam")

    paste(editor, "2611.00002")

    assert ImportLine.objects.get().told == "Hidden: spam"


def test_a_withdrawn_paper_is_told_and_not_imported(
    editor: Client, arxiv: Arxiv, run: Run, httpserver: HTTPServer
) -> None:
    withdrawn = ENTRY.format(arxiv_id="2611.00001").replace(
        "It is worth reading.", "This paper has been withdrawn by the authors."
    )
    httpserver.clear()
    httpserver.expect_request("/api/query").respond_with_data(
        FEED.format(count=1, entries=withdrawn)
    )

    page = paste(editor, "2611.00001")
    run()

    assert verdicts() == {1: "withdrawn"}
    assert "There is nothing to import" in editor.get(page).text


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"text": " "}, "Paste at least one arXiv id"),
        ({"text": "}\n\n"}, "There is no arXiv id in it"),
        ({"text": "x\n" * 10_001}, "These are 10,001 lines. Import at most 10,000"),
        ({"text": " ".join(map("2401.{:05}".format, range(10_001)))}, "These are too many ids"),
        ({"file": b"\xff\xfe2\x006\x00"}, "This is no text in UTF-8: byte 1 does not fit"),
        ({"file": b"2611.00001\0"}, "This is no text file"),
        ({"file": b"2" * (1024 * 1024 + 1)}, "This file is larger than 1 MB"),
        ({"file": b"2611.00001", "text": "2611.00001"}, "not both"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(
    editor: Client, facts: dict[str, object], words: str
) -> None:
    if isinstance(content := facts.get("file"), bytes):
        facts = facts | {"file": SimpleUploadedFile("ids.txt", content)}

    answer = editor.post(ADD, facts)

    assert words in answer.text
    assert not PaperImport.objects.exists()


def test_a_file_is_read_like_a_pasted_text(editor: Client) -> None:
    editor.post(ADD, {"file": SimpleUploadedFile("ids.txt", b"\xef\xbb\xbf2611.00001\r\nhello")})

    assert verdicts() == {1: "asked", 2: "no_id"}


def test_ten_thousand_lines_are_asked_for_a_hundred_at_a_time(
    editor: Client, arxiv: Arxiv, run: Run
) -> None:
    ids = [f"2611.{number:05d}" for number in range(250)]
    arxiv.known = set(ids)

    page = paste(editor, *ids * 40)
    run()

    assert [len(asked) for asked in arxiv.asked] == [100, 100, 50]
    assert "Import these 250 papers" in editor.get(page).text
    assert ImportLine.objects.filter(verdict="repeated").count() == 9_750


# --- imported, or not -----------------------------------------------------------------------


def test_nothing_is_a_paper_before_it_is_confirmed(editor: Client, arxiv: Arxiv, run: Run) -> None:
    arxiv.known = {"2611.00001", "2611.00002"}
    page = paste(editor, "2611.00001", "2611.00002")
    run()

    assert not Paper.objects.exists()

    editor.post(page, {"import": "yes"})
    run()

    assert set(Paper.objects.values_list("title", flat=True)) == {
        "The Paper 2611.00001",
        "The Paper 2611.00002",
    }
    assert "Imported: 2 papers." in editor.get(page).text
    assert len(arxiv.asked) == 1  # what was shown is what is stored


def test_a_second_press_imports_nothing_twice(editor: Client, arxiv: Arxiv, run: Run) -> None:
    arxiv.known = {"2611.00001"}
    page = paste(editor, "2611.00001")
    run()

    for _ in range(2):
        editor.post(page, {"import": "yes"})
        run()

    assert Paper.objects.count() == 1
    assert LogEntry.objects.filter(change_message="Confirmed").count() == 1


def test_a_paper_that_came_in_meanwhile_is_not_doubled(
    editor: Client, arxiv: Arxiv, run: Run
) -> None:
    arxiv.known = {"2611.00001"}
    page = paste(editor, "2611.00001")
    run()
    paper = PaperFactory.create(arxiv_id="2611.00001")

    editor.post(page, {"import": "yes"})
    run()

    assert ImportLine.objects.get().paper == paper
    assert Paper.objects.count() == 1


def test_a_cancelled_import_stores_nothing(editor: Client, arxiv: Arxiv, run: Run) -> None:
    arxiv.known = {"2611.00001"}
    page = paste(editor, "2611.00001")
    run()

    editor.post(page, {"cancel": "yes"})
    editor.post(page, {"import": "yes"})
    run()

    assert not Paper.objects.exists()
    assert "Nothing was imported" in editor.get(page).text


def test_who_cancels_takes_it_from_the_process_at_work(editor: Client) -> None:
    page = paste(editor, "2611.00001")
    begun = PaperImport.objects.get()
    assert begun.lease(timezone.now())

    editor.post(page, {"cancel": "yes"})

    assert not begun.note(state="ready")
    begun.refresh_from_db()
    assert begun.state == "cancelled"


def test_an_arxiv_that_is_away_is_told_and_asked_again_by_hand(
    editor: Client, arxiv: Arxiv, run: Run
) -> None:
    arxiv.known, arxiv.status = {"2611.00001"}, 503
    page = paste(editor, "2611.00001")
    run()

    text = editor.get(page).text
    assert "Stopped." in text
    assert "It is out of order (status 503). Nothing was imported." in text

    arxiv.status = 200
    editor.post(page, {"again": "yes"})
    run()

    assert "Import this paper" in editor.get(page).text


def test_an_import_whose_process_died_is_found_by_the_tick(editor: Client, arxiv: Arxiv) -> None:
    """Although nothing is asked by itself: ScheduledIngest is not."""
    arxiv.known = {"2611.00001"}
    paste(editor, "2611.00001")
    clock = Hands()
    assert PaperImport.objects.get().lease(clock())

    assert not is_waiting(clock())
    clock.forward(minutes=11)
    assert is_waiting(clock())
    run_due(clock, clock() + timedelta(minutes=1), impatient_web)

    assert verdicts() == {1: "new"}
    assert not ScheduledIngest.objects.exclude(last_success_at=None).exists()


def test_a_process_stops_when_its_time_is_up_and_the_next_goes_on(
    editor: Client, arxiv: Arxiv
) -> None:
    ids = [f"2611.{number:05d}" for number in range(150)]
    arxiv.known = set(ids)
    paste(editor, *ids)

    run_imports(
        lambda: NOW + timedelta(minutes=2 * len(arxiv.asked)),
        NOW + timedelta(minutes=1),
        impatient_web,
    )
    assert len(arxiv.asked) == 1
    assert PaperImport.objects.get().leased_until is None

    clock = Hands()
    run_imports(clock, NOW + timedelta(minutes=1), impatient_web)
    assert set(verdicts().values()) == {"new"}


@pytest.mark.django_db(transaction=True)
def test_five_links_are_looked_up_without_waiting_for_a_tick(
    editor: Client, arxiv: Arxiv, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CELERY_BROKER_URL = ""
    # the real way out refuses this machine's own addresses
    monkeypatch.setattr("papers.importing.run.run_imports.__defaults__", (impatient_web,))
    arxiv.known = {f"2611.0000{number}" for number in range(5)}

    paste(editor, *(f"https://arxiv.org/abs/{each}" for each in arxiv.known))
    for thread in running_threads():
        if thread.name == "imports":
            thread.join(20)

    assert PaperImport.objects.get().state == "ready"


# --- the page ----------------------------------------------------------------------------


def test_the_page_comes_anew_by_itself_only_while_there_is_work(
    editor: Client, arxiv: Arxiv, run: Run
) -> None:
    page = paste(editor, "2611.00001")

    assert editor.get(f"{page}?import=yes&cancel=yes")["Refresh"] == "3"
    assert PaperImport.objects.get().state == "looking"  # looking changes nothing
    run()
    assert "Refresh" not in editor.get(page)


def test_the_lines_come_as_a_harmless_file(editor: Client) -> None:
    paste(editor, "=cmd()", "2611.00001")
    begun = PaperImport.objects.get()

    text = editor.get(f"{IMPORTS}{begun.pk}/lines.csv").text

    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][:4] == ["1", "'=cmd()", "", "not an arXiv id"]
    assert rows[2][:4] == ["2", "2611.00001", "2611.00001", "to be looked up"]


def test_a_page_shows_a_hundred_lines_of_one_verdict(editor: Client) -> None:
    page = paste(editor, "hello", *(f"2611.{number:05d}" for number in range(150)))

    assert editor.get(page).text.count("<tr>") == 101
    assert editor.get(f"{page}?page=2").text.count("<tr>") == 52
    assert editor.get(f"{page}?verdict=no_id").text.count("<tr>") == 2


def test_many_lines_take_no_more_queries_than_few(editor: Client) -> None:
    for number in range(60):
        PaperFactory.create(arxiv_id=f"2611.{number:05d}")
    few = paste(editor, *(f"2611.{number:05d}" for number in range(5)))
    many = paste(editor, *(f"2611.{number:05d}" for number in range(60)))

    assert cost(editor, few) == cost(editor, many)


@pytest.mark.parametrize("page", ["", "add/", "{pk}/change/", "{pk}/lines.csv"])
def test_who_may_not_add_papers_sees_no_import(client: Client, page: str) -> None:
    begun = PaperImport.objects.create(made_at=timezone.now())
    sign_in(client, Permission.objects.filter(codename__in=["view_paper", "change_paper"]))

    assert client.get(IMPORTS + page.format(pk=begun.pk)).status_code == 403
    assert client.post(f"{IMPORTS}{begun.pk}/change/", {"cancel": "yes"}).status_code == 403


def test_old_imports_are_forgotten_and_their_papers_stay(
    editor: Client, arxiv: Arxiv, run: Run
) -> None:
    arxiv.known = {"2611.00001"}
    page = paste(editor, "2611.00001")
    run()
    editor.post(page, {"import": "yes"})
    run()

    call_command("purge")
    assert PaperImport.objects.exists()
    PaperImport.objects.update(made_at=timezone.now() - timedelta(days=31))
    call_command("purge")

    assert not ImportLine.objects.exists()
    assert Paper.objects.count() == 1

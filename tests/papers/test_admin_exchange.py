"""Papers and topics as files: exported harmless, compared before anything is changed."""

import csv
import io
import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from papers import search
from papers.models import Candidate, Paper, Topic
from tests.admin_site import act, sign_in
from tests.factories import EditionFactory, PaperFactory, TopicFactory

pytestmark = pytest.mark.django_db
PAPERS = "/admin/papers/paper/"
TOPICS = "/admin/papers/topic/"
CSV, TSV, JSON = "0", "1", "2"


@pytest.fixture
def editor(client: Client) -> Client:
    sign_in(client, Permission.objects.filter(content_type__app_label="papers"))
    return client


def compare(client: Client, text: str | bytes, page: str = PAPERS, kind: str = CSV) -> str:
    """What the page says of a file."""
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("rows.csv", content)
    return client.post(f"{page}import/", {"import_file": file, "format": kind}).text


def bring(client: Client, text: str, page: str = PAPERS) -> str:
    """Compared, then confirmed by the button of that page."""
    file = SimpleUploadedFile("rows.csv", text.encode())
    answer = client.post(f"{page}import/", {"import_file": file, "format": CSV})
    confirm = {field.name: field.value() for field in answer.context["confirm_form"]}
    return client.post(f"{page}process_import/", confirm, follow=True).text


# --- out -----------------------------------------------------------------------------------


def test_the_papers_that_the_list_shows_are_exported(editor: Client) -> None:
    PaperFactory.create(arxiv_id="2610.00001", title="On graphs", also_in=["cs.LG"])
    PaperFactory.create(status="hidden")

    answer = editor.post(f"{PAPERS}export/?status__exact=visible", {"format": CSV})

    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["arxiv_id"], row["title"]) == ("2610.00001", "On graphs")
    assert (row["primary_topic"], row["topics"]) == ("cs.CV", "cs.CV cs.LG")
    assert answer["Content-Disposition"].startswith('attachment; filename="Paper-')


def test_chosen_papers_are_exported_by_the_list(editor: Client) -> None:
    paper = PaperFactory.create(title="On graphs")
    PaperFactory.create(title="On proteins")

    text = act(editor, PAPERS, "export_chosen", paper)

    assert "On graphs" in text
    assert "On proteins" not in text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_cell_is_a_formula_and_an_exported_file_changes_nothing(
    editor: Client, sign: str
) -> None:
    PaperFactory.create(title=f"{sign}1+1")

    text = editor.post(f"{PAPERS}export/", {"format": CSV}).text

    assert f",'{sign}1+1," in text
    assert "Nothing to change" in compare(editor, text)


def test_json_has_the_texts_as_they_are(editor: Client) -> None:
    PaperFactory.create(title="=1+1")

    [row] = json.loads(editor.post(f"{PAPERS}export/", {"format": JSON}).text)

    assert row["title"] == "=1+1"


def test_an_export_takes_no_more_queries_for_many(editor: Client) -> None:
    costs = []
    for number in (3, 30):
        for _ in range(number):
            PaperFactory.create(also_in=["cs.LG"])
        with CaptureQueriesContext(connection) as seen:
            editor.post(f"{PAPERS}export/", {"format": CSV})
        costs.append(len(seen))

    assert costs[0] == costs[1]


# --- in ------------------------------------------------------------------------------------


def test_a_page_shows_what_would_change_and_changes_nothing(editor: Client) -> None:
    PaperFactory.create(arxiv_id="2610.00001", title="On grafs")
    PaperFactory.create(arxiv_id="2610.00002", title="On proteins")

    text = compare(editor, "arxiv_id,title\n2610.00001,On <graphs>\n2610.00002,On proteins\n")

    assert "<del>On grafs</del>" in text
    assert "<ins>On &lt;graphs&gt;</ins>" in text
    assert "Change 1 paper" in text
    assert Paper.objects.filter(title="On grafs").exists()


def test_what_a_file_changes_is_believed_logged_and_found(editor: Client) -> None:
    paper = PaperFactory.create(arxiv_id="2610.00001", title="On grafs", summary="Kept.")
    TopicFactory.create(code="cs.LG")

    text = bring(editor, "arxiv_id,title,topics\n2610.00001,On graphs,cs.CV cs.LG\n")

    paper.refresh_from_db()
    assert "1 updated" in text
    assert (paper.title, paper.summary) == ("On graphs", "Kept.")
    assert {topic.code for topic in paper.topics.all()} == {"cs.CV", "cs.LG"}
    assert {name: claim[0] for name, claim in paper.told_by.items()} == {
        "title": "editor",
        "topics": "editor",
    }
    assert LogEntry.objects.get().get_change_message() == "Changed by an imported file"
    assert Paper.objects.filter(search.found_by(search.parse("graphs"))).get() == paper


def test_the_same_file_twice_changes_nothing_more(editor: Client) -> None:
    PaperFactory.create(arxiv_id="2610.00001", title="On grafs")
    file = "arxiv_id,title\n2610.00001,On graphs\n"
    bring(editor, file)

    assert "Nothing to change" in compare(editor, file)


def test_a_paper_no_longer_featured_is_unpinned(editor: Client) -> None:
    paper = PaperFactory.create(arxiv_id="2610.00001", featured=True)
    pinned = Candidate.objects.create(
        edition=EditionFactory.create(), paper=paper, rank=1, score=1, placement="pinned"
    )

    bring(editor, "arxiv_id,featured\n2610.00001,0\n")

    pinned.refresh_from_db()
    assert pinned.placement == "ranked"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("arxiv_id,title\n2610.99999,New\n", "Row 1: ['There is no paper with this arXiv id here"),
        ("arxiv_id,titel\n2610.00001,New\n", "There is no column &#x27;titel&#x27;"),
        ("title\nNew\n", "arxiv_id"),
        ("arxiv_id,published_on\n2610.00001,soon\n", "Row 1, published_on: "),
        ("arxiv_id,topics\n2610.00001,cs.XX\n", "Row 1: &#x27;cs.XX&#x27; is no topic"),
        ("arxiv_id,primary_topic\n2610.00001,x\n", "Row 1, primary_topic: &#x27;x&#x27; is no"),
        ("arxiv_id,status\n2610.00001,hidden\n", "Row 1, hidden_reason: Say why"),
        ("arxiv_id,status\n2610.00001,gone\n", "Row 1, status: "),
        (b"arxiv_id,title\n2610.00001,\xe9\n", "This is no text in UTF-8: byte 27 does not fit"),
        (b"x" * (1024 * 1024 + 1), "This file is larger than 1 MB"),
        ("arxiv_id\n" + "2610.00001\n" * 1001, "These are 1,001 rows. Import at most 1,000"),
        ("arxiv_id,title,title\n2610.00001,A,B\n", "Two columns are called &#x27;title&#x27;"),
        ("arxiv_id,featured\n2610.00001,yes\n", "Row 1, featured: &#x27;yes&#x27; is neither"),
    ],
)
def test_what_is_wrong_is_said_with_row_and_column(
    editor: Client, file: str | bytes, words: str
) -> None:
    PaperFactory.create(arxiv_id="2610.00001", title="On graphs")

    text = compare(editor, file)

    assert words.replace("['", "") in text
    assert "Change 1 paper" not in text
    assert Paper.objects.get().title == "On graphs"


def test_a_file_that_is_not_as_it_was_compared_is_refused(editor: Client) -> None:
    facts = {"import_file_name": "e30:x:y", "original_file_name": "x", "format": CSV}

    assert editor.post(f"{PAPERS}process_import/", facts).status_code == 400


@pytest.mark.parametrize(
    "forged",
    [
        *({"format": number} for number in ("9", "-1", "x", JSON, "")),
        {"import_file_name": ""},
    ],
)
def test_a_form_that_is_not_as_it_was_shown_is_refused(
    editor: Client, forged: dict[str, str]
) -> None:
    PaperFactory.create(arxiv_id="2610.00001", title="On graphs")
    file = SimpleUploadedFile("rows.csv", b"arxiv_id,title\n2610.00001,Other\n")
    shown = editor.post(f"{PAPERS}import/", {"import_file": file, "format": CSV})
    facts = {field.name: field.value() for field in shown.context["confirm_form"]}

    assert editor.post(f"{PAPERS}process_import/", facts | forged).status_code == 400
    assert Paper.objects.get().title == "On graphs"


@pytest.mark.parametrize(
    "text", ["[[1, 2]]", "[1]", '"x"', "[" * 10_000, r'[{"arxiv_id": "1", "topics": "\ud800"}]']
)
def test_json_that_holds_no_readable_rows_is_told(editor: Client, text: str) -> None:
    assert "cannot be read in the chosen format" in compare(editor, text, kind=JSON)


def test_names_of_topics_are_changed_by_a_file_and_none_is_added(editor: Client) -> None:
    TopicFactory.create(code="cs.CV", name="Vision")

    bring(editor, "code,name\ncs.CV,Seeing\n", TOPICS)

    assert Topic.objects.get(code="cs.CV").name == "Seeing"
    assert "no topic with this code" in compare(editor, "code,name\ncs.XX,New\n", TOPICS)


@pytest.mark.parametrize("page", [PAPERS, TOPICS])
def test_who_may_only_look_may_export_and_not_import(client: Client, page: str) -> None:
    sign_in(client, Permission.objects.filter(codename__in=["view_paper", "view_topic"]))

    assert client.get(f"{page}export/").status_code == 200
    assert client.get(f"{page}import/").status_code == 403
    assert client.post(f"{page}process_import/").status_code == 403

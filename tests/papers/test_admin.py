"""What editors do with papers in the admin site: find, hide, feature, write."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from papers import search
from papers.models import Candidate, Paper, Signal
from tests.admin_site import act, form_of, sign_in
from tests.factories import AuthorFactory, EditionFactory, PaperFactory

pytestmark = pytest.mark.django_db
PAPERS = "/admin/papers/paper/"
Placement = Candidate.Placement


@pytest.fixture
def editor_client(client: Client) -> Client:
    """Somebody with every right over papers, and no other."""
    sign_in(client, Permission.objects.filter(content_type__app_label="papers"))
    return client


# --- finding ---------------------------------------------------------------------------


def test_papers_are_listed_with_their_standing(editor_client: Client) -> None:
    paper = PaperFactory.create(title="On graphs", trending=5, has_code=True)
    edition = EditionFactory.create()
    Candidate.objects.create(edition=edition, paper=paper, rank=1, score=5)

    text = editor_client.get(PAPERS).text

    assert "On graphs" in text
    assert 'field-in_edition">yes<' in text


def test_an_empty_list_says_what_to_do_and_a_narrow_one_how_to_widen_it(
    editor_client: Client,
) -> None:
    assert "Import some by arXiv ids" in editor_client.get(PAPERS).text
    assert "Show all" in editor_client.get(PAPERS, {"q": "nothing like it"}).text


def test_a_dropped_paper_is_not_in_todays_edition(editor_client: Client) -> None:
    Candidate.objects.create(
        edition=EditionFactory.create(),
        paper=PaperFactory.create(),
        rank=1,
        score=5,
        placement=Placement.DROPPED,
    )

    assert 'field-in_edition">–<' in editor_client.get(PAPERS).text


@pytest.mark.parametrize("words", ["graphs", "2611.99999", "noether"])
def test_papers_are_found_by_title_id_and_author(editor_client: Client, words: str) -> None:
    PaperFactory.create(title="On graphs", arxiv_id="2611.99999", authors=["Emmy Noether"])
    PaperFactory.create(title="On proteins")
    search.index_all()

    text = editor_client.get(PAPERS, {"q": words}).text

    assert "On graphs" in text
    assert "On proteins" not in text


@pytest.mark.parametrize(
    "query",
    [
        "status__exact=hidden",
        "featured__exact=1",
        "has_code__exact=1",
        "topic=group:Mathematics",
        "topic=math.CO",
    ],
)
def test_papers_are_filtered(editor_client: Client, query: str) -> None:
    PaperFactory.create(
        title="On graphs", topic="math.CO", status="hidden", featured=True, has_code=True
    )
    PaperFactory.create(title="On proteins", topic="q-bio.BM")

    text = editor_client.get(f"{PAPERS}?{query}").text

    assert "On graphs" in text
    assert "On proteins" not in text


def test_the_most_trending_papers_can_come_first(editor_client: Client) -> None:
    PaperFactory.create(title="Unnoticed")
    PaperFactory.create(title="Noticed", trending=200)

    text = editor_client.get(f"{PAPERS}?o=-5").text

    assert text.index("Noticed</a>") < text.index("Unnoticed</a>")


# --- hiding and featuring --------------------------------------------------------------


def test_hiding_asks_for_a_reason_first(editor_client: Client) -> None:
    paper = PaperFactory.create(title="On graphs")

    answer = act(editor_client, PAPERS, "hide", paper)

    paper.refresh_from_db()
    assert "Hide these papers?" in answer
    assert paper.status == Paper.Status.VISIBLE


def test_hiding_without_a_reason_is_refused(editor_client: Client) -> None:
    paper = PaperFactory.create()

    answer = act(editor_client, PAPERS, "hide", paper, confirmed="yes", reason=" ")

    paper.refresh_from_db()
    assert "This field is required" in answer
    assert paper.status == Paper.Status.VISIBLE


def test_papers_are_hidden_with_a_reason_and_that_is_logged(editor_client: Client) -> None:
    hidden, other = PaperFactory.create(), PaperFactory.create()

    act(editor_client, PAPERS, "hide", hidden, confirmed="yes", reason="withdrawn")

    hidden.refresh_from_db()
    other.refresh_from_db()
    assert (hidden.status, hidden.hidden_reason) == ("hidden", "withdrawn")
    assert other.status == "visible"
    assert LogEntry.objects.get().change_message == "Hidden: withdrawn"


def test_all_papers_of_a_search_can_be_hidden_at_once(editor_client: Client) -> None:
    papers = [PaperFactory.create(title="On graphs") for _ in range(3)]
    other = PaperFactory.create(title="On proteins")
    search.index_all()

    act(
        editor_client,
        f"{PAPERS}?q=graphs",
        "hide",
        papers[0],
        select_across="1",
        confirmed="yes",
        reason="spam",
    )

    assert Paper.objects.filter(status="hidden").count() == 3
    assert Paper.objects.get(status="visible") == other


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        (
            "show_again",
            {"status": "hidden", "hidden_reason": "x"},
            {"status": "visible", "hidden_reason": ""},
        ),
        ("feature", {"featured": False}, {"featured": True}),
        ("stop_featuring", {"featured": True}, {"featured": False}),
    ],
)
def test_papers_are_shown_again_and_featured_however_often(
    editor_client: Client, action: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    paper = PaperFactory.create(**before)

    for _ in range(2):
        assert "Papers: 1." in act(editor_client, PAPERS, action, paper)

    assert Paper.objects.values(*after).get() == after


def test_a_change_by_the_list_lets_an_open_edition_be_built_anew(editor_client: Client) -> None:
    paper = PaperFactory.create()
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    Paper.objects.update(updated_at=long_ago)

    act(editor_client, PAPERS, "feature", paper)

    paper.refresh_from_db()
    assert paper.updated_at > long_ago


def test_who_may_only_look_can_hide_nothing(client: Client) -> None:
    sign_in(client, Permission.objects.filter(codename="view_paper"))
    paper = PaperFactory.create()

    act(client, PAPERS, "hide", paper, confirmed="yes", reason="no")

    paper.refresh_from_db()
    assert paper.status == Paper.Status.VISIBLE


# --- the form --------------------------------------------------------------------------


def test_the_form_shows_the_paper_as_readers_see_it_and_its_signals(editor_client: Client) -> None:
    paper = PaperFactory.create(summary="Short and good.")
    Signal.objects.create(
        paper=paper,
        source="listing",
        kind="votes",
        observed_at=datetime.now(UTC),
        count=7,
        growth=7,
    )

    text = editor_client.get(f"{PAPERS}{paper.pk}/change/").text

    assert "Short and good." in text
    assert "15 characters" in text
    assert "7 votes" in text
    assert text.index("Ada Example") < text.index("Ben Example")


def test_a_hidden_paper_needs_a_reason_in_the_form_too(editor_client: Client) -> None:
    paper = PaperFactory.create()
    url = f"{PAPERS}{paper.pk}/change/"

    answer = editor_client.post(url, {**form_of(editor_client, url), "status": "hidden"})

    assert "Say why" in answer.text
    assert Paper.objects.get().status == "visible"


def test_the_form_saves_a_title_and_the_order_of_authors(editor_client: Client) -> None:
    paper = PaperFactory.create(authors=["Ada", "Ben"])
    url = f"{PAPERS}{paper.pk}/change/"
    typed = {"title": "Better", "authorships-0-position": 2, "authorships-1-position": 1}

    editor_client.post(url, {**form_of(editor_client, url), **typed})

    paper.refresh_from_db()
    assert paper.title == "Better"
    assert [one.author.name for one in paper.authorships.all()] == ["Ben", "Ada"]


def test_an_author_is_changed_and_added_by_number_with_scripts_off(editor_client: Client) -> None:
    paper = PaperFactory.create(authors=["Ada"])
    ben, cem = AuthorFactory.create(name="Ben"), AuthorFactory.create(name="Cem")
    url = f"{PAPERS}{paper.pk}/change/"
    typed = {
        "authorships-0-author-number": ben.pk,
        "authorships-1-author-number": cem.pk,
        "authorships-1-position": 1,
    }

    editor_client.post(url, {**form_of(editor_client, url), **typed})

    assert [one.author for one in paper.authorships.all()] == [ben, cem]


def test_a_number_of_no_author_is_refused_in_words(editor_client: Client) -> None:
    paper = PaperFactory.create(authors=["Ada"])
    url = f"{PAPERS}{paper.pk}/change/"
    typed = {"authorships-0-author-number": 999999}

    answer = editor_client.post(url, {**form_of(editor_client, url), **typed})

    assert "Select a valid choice" in answer.text
    assert paper.authorships.get().author.name == "Ada"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("2401.01234v2", "2401.01234"), (" hep-ex/0307015 ", "hep-ex/0307015"), ("", None)],
)
def test_an_arxiv_id_is_kept_without_its_version(
    editor_client: Client, typed: str, kept: str | None
) -> None:
    url = f"{PAPERS}add/"

    editor_client.post(url, {**form_of(editor_client, url), "title": "New", "arxiv_id": typed})

    assert Paper.objects.get().arxiv_id == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [("foo bar", "Expected an arXiv id"), ("2611.99999v3", "already exists")],
)
def test_an_id_that_cannot_be_is_refused_in_words(
    editor_client: Client, typed: str, words: str
) -> None:
    PaperFactory.create(arxiv_id="2611.99999")
    url = f"{PAPERS}add/"
    facts = {**form_of(editor_client, url), "title": "New", "arxiv_id": typed}

    assert words in editor_client.post(url, facts).text
    assert Paper.objects.count() == 1


def test_a_typed_title_is_one_line_of_printable_text(editor_client: Client) -> None:
    url = f"{PAPERS}add/"
    typed = {"title": "New \u202eline\u2028 here", "arxiv_id": ""}

    editor_client.post(url, {**form_of(editor_client, url), **typed})

    assert Paper.objects.get().title == "New line here"


def test_papers_are_hidden_and_never_deleted(editor_client: Client) -> None:
    paper = PaperFactory.create()

    assert editor_client.post(f"{PAPERS}{paper.pk}/delete/", {"post": "yes"}).status_code == 403
    act(editor_client, PAPERS, "delete_selected", paper, post="yes")
    assert Paper.objects.exists()


def featured_and_pinned(paper: Paper, frozen: bool = False) -> Candidate:
    at = datetime.now(UTC)
    edition = EditionFactory.create(frozen_at=at if frozen else None)
    return Candidate.objects.create(
        edition=edition, paper=paper, rank=2, score=5, placement=Placement.PINNED
    )


@pytest.mark.parametrize(
    ("frozen", "placement"), [(False, Placement.RANKED), (True, Placement.PINNED)]
)
def test_a_paper_no_longer_featured_leaves_the_top_of_an_open_edition(
    editor_client: Client, frozen: bool, placement: Placement
) -> None:
    paper = PaperFactory.create(featured=True)
    candidate = featured_and_pinned(paper, frozen)

    act(editor_client, PAPERS, "stop_featuring", paper)

    candidate.refresh_from_db()
    assert candidate.placement == placement


def test_a_paper_that_was_never_featured_stays_pinned(editor_client: Client) -> None:
    paper = PaperFactory.create()
    candidate = featured_and_pinned(paper)

    act(editor_client, PAPERS, "stop_featuring", paper)

    candidate.refresh_from_db()
    assert candidate.placement == Placement.PINNED


def test_featuring_ends_in_the_form_too(editor_client: Client) -> None:
    paper = PaperFactory.create(featured=True)
    candidate = featured_and_pinned(paper)
    url = f"{PAPERS}{paper.pk}/change/"
    facts = form_of(editor_client, url)
    del facts["featured"]

    editor_client.post(url, facts)

    candidate.refresh_from_db()
    assert candidate.placement == Placement.RANKED


def test_a_paper_is_added_by_hand(editor_client: Client) -> None:
    url = f"{PAPERS}add/"
    facts = form_of(editor_client, url)

    for _ in range(2):
        editor_client.post(url, {**facts, "title": "New", "arxiv_id": "2611.00001"})

    assert Paper.objects.get().title == "New"

"""What editors do in the admin site: papers, topics, authors, and the day's edition."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.forms import MultiWidget
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from papers.models import Author, Candidate, Edition, Paper, Signal, Topic
from tests.factories import AuthorFactory, EditionFactory, PaperFactory, TopicFactory

pytestmark = pytest.mark.django_db
PAPERS = "/admin/papers/paper/"
Placement = Candidate.Placement


@pytest.fixture
def editor_client(client: Client) -> Client:
    """Somebody of the staff with every right over papers, and no other."""
    editor = User.objects.create(username="edith", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(content_type__app_label="papers"))
    client.force_login(editor)
    return client


def act(client: Client, action: str, *rows: Any, url: str = PAPERS, **also: str) -> HttpResponse:
    facts = {"action": action, "_selected_action": [row.pk for row in rows], **also}
    return client.post(url, facts, follow=True)  # type: ignore[return-value]  # a test response


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def form_of(client: Client, url: str) -> dict[str, Any]:
    """What a browser would send when nothing is typed into the form."""
    context = client.get(url).context
    facts: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if isinstance(bound.field.widget, MultiWidget):
                parts = enumerate(bound.field.widget.decompress(value) or [])
                facts |= {f"{bound.html_name}_{number}": part for number, part in parts}
            elif value is not None:
                facts[bound.html_name] = value
    return facts


# --- papers: finding ---------------------------------------------------------------------------


def test_papers_are_listed_with_their_standing(editor_client: Client) -> None:
    paper = PaperFactory.create(title="On graphs", trending=5, has_code=True)
    edition = EditionFactory.create()
    Candidate.objects.create(edition=edition, paper=paper, rank=1, score=5)

    text = editor_client.get(PAPERS).text

    assert "On graphs" in text
    assert 'field-in_edition"><img src="/static/admin/img/icon-yes.svg"' in text


def test_a_dropped_paper_is_not_in_todays_edition(editor_client: Client) -> None:
    Candidate.objects.create(
        edition=EditionFactory.create(),
        paper=PaperFactory.create(),
        rank=1,
        score=5,
        placement=Placement.DROPPED,
    )

    assert (
        'field-in_edition"><img src="/static/admin/img/icon-no.svg"'
        in editor_client.get(PAPERS).text
    )


@pytest.mark.parametrize("words", ["graphs", "2611.99999", "noether"])
def test_papers_are_found_by_title_id_and_author(editor_client: Client, words: str) -> None:
    PaperFactory.create(title="On graphs", arxiv_id="2611.99999", authors=["Emmy Noether"])
    PaperFactory.create(title="On proteins")

    text = editor_client.get(PAPERS, {"q": words}).text

    assert "On graphs" in text
    assert "On proteins" not in text


@pytest.mark.parametrize(
    "query",
    [
        "status__exact=hidden",
        "featured__exact=1",
        "has_code__exact=1",
        "primary_topic__group=Mathematics",
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


# --- papers: hiding and featuring --------------------------------------------------------------


def test_hiding_asks_for_a_reason_first(editor_client: Client) -> None:
    paper = PaperFactory.create(title="On graphs")

    answer = act(editor_client, "hide", paper)

    paper.refresh_from_db()
    assert "Hide these papers?" in answer.text
    assert paper.status == Paper.Status.VISIBLE


def test_hiding_without_a_reason_is_refused(editor_client: Client) -> None:
    paper = PaperFactory.create()

    answer = act(editor_client, "hide", paper, confirmed="yes", reason=" ")

    paper.refresh_from_db()
    assert "This field is required" in answer.text
    assert paper.status == Paper.Status.VISIBLE


def test_papers_are_hidden_with_a_reason_and_that_is_logged(editor_client: Client) -> None:
    hidden, other = PaperFactory.create(), PaperFactory.create()

    act(editor_client, "hide", hidden, confirmed="yes", reason="withdrawn")

    hidden.refresh_from_db()
    other.refresh_from_db()
    assert (hidden.status, hidden.hidden_reason) == ("hidden", "withdrawn")
    assert other.status == "visible"
    assert LogEntry.objects.get().change_message == "Hidden: withdrawn"


def test_all_papers_of_a_search_can_be_hidden_at_once(editor_client: Client) -> None:
    papers = [PaperFactory.create(title="On graphs") for _ in range(3)]
    other = PaperFactory.create(title="On proteins")

    act(
        editor_client,
        "hide",
        papers[0],
        url=f"{PAPERS}?q=graphs",
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
        assert "Papers: 1." in act(editor_client, action, paper).text

    assert Paper.objects.values(*after).get() == after


def test_a_change_by_the_list_lets_an_open_edition_be_built_anew(editor_client: Client) -> None:
    paper = PaperFactory.create()
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    Paper.objects.update(updated_at=long_ago)

    act(editor_client, "feature", paper)

    paper.refresh_from_db()
    assert paper.updated_at > long_ago


def test_who_may_only_look_can_hide_nothing(client: Client) -> None:
    reader = User.objects.create(username="rita", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_paper"))
    client.force_login(reader)
    paper = PaperFactory.create()

    act(client, "hide", paper, confirmed="yes", reason="no")

    paper.refresh_from_db()
    assert paper.status == Paper.Status.VISIBLE


# --- papers: the form --------------------------------------------------------------------------


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


def test_a_paper_is_added_by_hand(editor_client: Client) -> None:
    url = f"{PAPERS}add/"
    facts = form_of(editor_client, url)

    for _ in range(2):
        editor_client.post(url, {**facts, "title": "New", "arxiv_id": "2611.00001"})

    assert Paper.objects.get().title == "New"


# --- topics and authors ------------------------------------------------------------------------


def test_names_of_topics_are_edited_in_their_list(editor_client: Client) -> None:
    topic = TopicFactory.create(code="cs.CV", name="Old")
    facts = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": topic.pk,
        "form-0-name": "Computer vision",
        "_save": "Save",
    }

    editor_client.post("/admin/papers/topic/", facts)

    topic.refresh_from_db()
    assert topic.name == "Computer vision"


def test_authors_are_listed_with_metrics_and_found_without_accents(editor_client: Client) -> None:
    PaperFactory.create(authors=["Zoë Müller"])
    Author.objects.update(h_index=42)
    AuthorFactory.create(name="Somebody Else")

    text = editor_client.get("/admin/papers/author/", {"q": "muller"}).text

    assert "Zoë Müller" in text
    assert '<td class="field-h_index">42</td>' in text
    assert '<td class="field-papers_here">1</td>' in text
    assert "Somebody Else" not in text


# --- editions ----------------------------------------------------------------------------------


def edition_with(count: int, **facts: Any) -> Edition:
    edition = EditionFactory.create(**{"built_at": datetime.now(UTC), **facts})
    for rank in range(1, count + 1):
        Candidate.objects.create(
            edition=edition, paper=PaperFactory.create(), rank=rank, score=100 - rank
        )
    return edition


def change_url(edition: Edition) -> str:
    return reverse("admin:papers_edition_change", args=[edition.pk])


def test_a_paper_is_pinned_in_the_form_of_an_open_edition(editor_client: Client) -> None:
    edition = edition_with(2)
    url = change_url(edition)

    editor_client.post(url, {**form_of(editor_client, url), "candidates-1-placement": "pinned"})

    assert edition.candidates.get(rank=2).placement == Placement.PINNED


def test_a_frozen_edition_keeps_its_papers_and_its_subject(editor_client: Client) -> None:
    edition = edition_with(1, frozen_at=datetime.now(UTC), subject="As sent")
    url = change_url(edition)
    typed = {"subject": "Changed", "candidates-0-placement": "dropped"}

    editor_client.post(url, {**form_of(editor_client, url), **typed})

    edition.refresh_from_db()
    assert edition.subject == "As sent"
    assert edition.candidates.get().placement == Placement.RANKED


def test_a_frozen_edition_can_still_be_held(editor_client: Client) -> None:
    edition = edition_with(1, frozen_at=datetime.now(UTC))
    url = change_url(edition)
    typed = {"held": "on", "hold_reason": "a wrong paper"}

    editor_client.post(url, {**form_of(editor_client, url), **typed})

    edition.refresh_from_db()
    assert (edition.held, edition.hold_reason) == (True, "a wrong paper")


def test_holding_needs_a_reason(editor_client: Client) -> None:
    edition = edition_with(1)
    url = change_url(edition)

    answer = editor_client.post(url, {**form_of(editor_client, url), "held": "on"})

    edition.refresh_from_db()
    assert "Say why" in answer.text
    assert not edition.held


def test_an_edition_is_never_deleted_by_hand(editor_client: Client) -> None:
    edition = edition_with(0)

    answer = editor_client.post(
        reverse("admin:papers_edition_delete", args=[edition.pk]), {"post": "yes"}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("action", "placement"), [("pin", "pinned"), ("drop", "dropped"), ("by_rank", "ranked")]
)
def test_papers_far_down_are_placed_in_their_own_list(
    editor_client: Client, action: str, placement: str
) -> None:
    edition = edition_with(60)
    last = edition.candidates.get(rank=60)
    url = f"/admin/papers/candidate/?edition__id__exact={edition.pk}"

    for _ in range(2):
        assert "Papers: 1." in act(editor_client, action, last, url=url).text

    last.refresh_from_db()
    assert last.placement == placement


def test_papers_of_a_frozen_edition_stay_where_they_are(editor_client: Client) -> None:
    candidate = edition_with(1, frozen_at=datetime.now(UTC)).candidates.get()

    answer = act(editor_client, "drop", candidate, url="/admin/papers/candidate/")

    candidate.refresh_from_db()
    assert "their edition is frozen: 1" in answer.text
    assert candidate.placement == Placement.RANKED


# --- speed -------------------------------------------------------------------------------------


def many_papers(count: int) -> None:
    for number in range(count):
        PaperFactory.create(topic=f"cs.{number}", authors=[f"A {number}", f"B {number}"])


def many_topics(count: int) -> None:
    for number in range(count):
        TopicFactory.create(code=f"cs.{number}", group=f"Group {number}")


def many_authors(count: int) -> None:
    for number in range(count):
        AuthorFactory.create(main_topic=TopicFactory.create(code=f"cs.{number}"))


def many_editions(count: int) -> None:
    for number in range(count):
        edition = EditionFactory.create(date=datetime.now(UTC).date() - timedelta(days=number))
        Candidate.objects.create(edition=edition, paper=PaperFactory.create(), rank=1, score=1)


@pytest.mark.parametrize(
    ("page", "fill"),
    [
        ("paper", many_papers),
        ("topic", many_topics),
        ("author", many_authors),
        ("edition", many_editions),
        ("candidate", many_editions),
    ],
)
def test_a_list_costs_the_same_for_few_and_many(
    admin_client: Client, page: str, fill: Callable[[int], None]
) -> None:
    costs = []
    for count in (5, 50):
        for model in (Edition, Paper, Author, Topic):
            model.objects.all().delete()
        fill(count)
        costs.append(queries(admin_client, f"/admin/papers/{page}/"))

    assert costs[0] == costs[1]

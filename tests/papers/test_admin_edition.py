"""What editors do with topics, authors and the day's edition in the admin site."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from papers.models import Author, Candidate, Edition, Paper, Topic
from tests.admin_site import cost, form_of, sign_in
from tests.factories import AuthorFactory, EditionFactory, PaperFactory, TopicFactory

pytestmark = pytest.mark.django_db
Placement = Candidate.Placement


@pytest.fixture
def editor_client(client: Client) -> Client:
    """Somebody with every right over papers, and no other."""
    sign_in(client, Permission.objects.filter(content_type__app_label="papers"))
    return client


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


def test_topics_are_neither_added_nor_deleted_by_hand(editor_client: Client) -> None:
    topic = TopicFactory.create()

    for page in ("add", f"{topic.pk}/delete"):
        answer = editor_client.post(f"/admin/papers/topic/{page}/", {"post": "yes"})
        assert answer.status_code == 403


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


def test_the_subject_stays_once_the_edition_is_frozen(editor_client: Client) -> None:
    edition = edition_with(1, subject="As sent")
    url = change_url(edition)
    typed = {**form_of(editor_client, url), "subject": "Changed"}
    Edition.objects.update(frozen_at=datetime.now(UTC))

    editor_client.post(url, typed)

    edition.refresh_from_db()
    assert edition.subject == "As sent"
    assert 'name="_save"' not in editor_client.get(url).text


def test_an_edition_is_made_by_the_tick_alone(editor_client: Client) -> None:
    answer = editor_client.post("/admin/papers/edition/add/", {"date": "2026-11-20"})

    assert answer.status_code == 403
    assert not Edition.objects.exists()


def test_how_an_edition_stands_is_said_before_its_buttons(editor_client: Client) -> None:
    edition = edition_with(0, held=True)

    text = editor_client.get(change_url(edition)).text

    said = text.index(f"{edition.date}: open, held")
    assert said < text.index("object-tools")


def test_an_edition_is_never_deleted_by_hand(editor_client: Client) -> None:
    edition = edition_with(0)

    answer = editor_client.post(
        reverse("admin:papers_edition_delete", args=[edition.pk]), {"post": "yes"}
    )

    assert answer.status_code == 403


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
    ("model_name", "fill"),
    [
        ("paper", many_papers),
        ("topic", many_topics),
        ("author", many_authors),
        ("edition", many_editions),
    ],
)
def test_a_list_costs_the_same_for_few_and_many(
    admin_client: Client, model_name: str, fill: Callable[[int], None]
) -> None:
    costs = []
    for count in (5, 50):
        for model in (Edition, Paper, Author, Topic):
            model.objects.all().delete()
        fill(count)
        costs.append(cost(admin_client, f"/admin/papers/{model_name}/"))

    assert costs[0] == costs[1]

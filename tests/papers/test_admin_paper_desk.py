"""The desk of papers: what the list tells, what is done to many, what one paper's page shows."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from papers import search
from papers.models import Candidate, Paper, ScheduledIngest, Score, Signal
from papers.signals import Observation, observe
from tests.admin_site import act, cost, form_of, sign_in
from tests.factories import AuthorFactory, EditionFactory, PaperFactory, TopicFactory

pytestmark = pytest.mark.django_db
PAPERS = "/admin/papers/paper/"


@pytest.fixture
def editor(client: Client) -> Client:
    sign_in(client, Permission.objects.filter(content_type__app_label="papers"))
    return client


def voted(paper: Paper, *counts: tuple[int, int]) -> None:
    """(days ago, votes in all) each."""
    now = timezone.now()
    seen = [
        Observation(paper.pk, "daily-papers", Signal.Kind.VOTES, count, now - timedelta(days=days))
        for days, count in counts
    ]
    observe(seen, now=now)


# --- the list --------------------------------------------------------------------------------


def test_the_list_tells_votes_and_those_of_a_day(editor: Client) -> None:
    voted(PaperFactory.create(), (3, 40), (0, 52))

    assert "52 (+12)" in editor.get(PAPERS).text


def test_the_list_is_in_the_order_of_arrival_and_by_date_for_who_asks_for_a_date(
    editor: Client,
) -> None:
    now = timezone.now()
    for name, came, dated in (("Early", 3, "2026-11-02"), ("Late", 1, "2026-11-01")):
        seen = now - timedelta(days=came)
        PaperFactory.create(title=f"{name} bird", first_seen_at=seen, published_on=dated)

    arrived = editor.get(PAPERS).text
    dated = editor.get(PAPERS, {"published_on__year": "2026", "published_on__month": "11"}).text

    assert arrived.index("Late bird") < arrived.index("Early bird")
    assert dated.index("Early bird") < dated.index("Late bird")


def test_what_a_paper_is_not_looks_like_no_error(editor: Client) -> None:
    PaperFactory.create(featured=True, has_code=False)

    text = editor.get(PAPERS).text

    assert '<td class="field-chosen">yes</td>' in text
    assert '<td class="field-with_code">–</td>' in text
    assert "icon-no" not in text


def test_the_list_shows_titles_as_readers_see_them_and_all_topics(editor: Client) -> None:
    PaperFactory.create(title="About $10^{-3}$", topic="cs.CV", also_in=["stat.ML", "cs.LG"])

    text = editor.get(PAPERS).text

    assert "About 10⁻³" in text
    assert "cs.CV, cs.LG, stat.ML" in text


@pytest.mark.parametrize(
    "query",
    ["look=withdrawn", "look=no-summary", "look=no-abstract", "edition=in", "topic=cs.LG"],
)
def test_the_list_is_filtered(editor: Client, query: str) -> None:
    found = PaperFactory.create(title="On graphs", withdrawn="so", abstract="", topic="cs.LG")
    PaperFactory.create(title="On proteins", summary="Ours.")
    Candidate.objects.create(edition=EditionFactory.create(), paper=found, rank=1, score=1)

    text = editor.get(f"{PAPERS}?{query}").text

    assert "On graphs" in text
    assert "On proteins" not in text


def test_a_topic_is_chosen_among_those_found_already(editor: Client) -> None:
    TopicFactory.create(code="cs.LG")

    text = editor.get(f"{PAPERS}?status__exact=visible&q=graph&topic=cs.LG").text

    assert '<input type="hidden" name="status__exact" value="visible">' in text
    assert '<input type="hidden" name="q" value="graph">' in text
    assert '<option value="cs.LG" selected>' in text


def test_hidden_papers_are_found_too(editor: Client) -> None:
    PaperFactory.create(title="On graphs", status="hidden")
    search.index_all()

    assert "On graphs" in editor.get(f"{PAPERS}?q=graph").text


def test_years_lead_to_the_papers_of_each(editor: Client) -> None:
    now = timezone.now()
    PaperFactory.create(published_on=now.date())
    PaperFactory.create(published_on=now.date().replace(year=now.year - 2, day=1))

    text = editor.get(PAPERS).text

    for years in range(3):
        assert f"?published_on__year={now.year - years}" in text


# --- many at once ------------------------------------------------------------------------------


def test_topics_are_set_after_a_page_that_asks(editor: Client) -> None:
    papers = [PaperFactory.create(topic="cs.CV", also_in=["cs.RO"]) for _ in range(2)]
    main, added = TopicFactory.create(code="cs.LG"), TopicFactory.create(code="stat.ML")
    gone = TopicFactory.create(code="cs.RO")

    asked = act(editor, PAPERS, "set_topics", *papers)
    act(
        editor,
        PAPERS,
        "set_topics",
        *papers,
        confirmed="yes",
        main=str(main.pk),
        added=str(added.pk),
        removed=str(gone.pk),
    )

    assert "Set the topics of these papers" in asked
    for paper in papers:
        paper.refresh_from_db()
        assert paper.primary_topic == main
        assert {topic.code for topic in paper.topics.all()} == {"cs.CV", "cs.LG", "stat.ML"}
        assert paper.told_by["primary_topic_id"][0] == paper.told_by["topics"][0] == "editor"
    told = "Topics: main topic cs.LG; added stat.ML; removed cs.RO"
    assert LogEntry.objects.filter(change_message=told).count() == 2


def test_a_paper_keeps_its_main_topic(editor: Client) -> None:
    main = TopicFactory.create(code="cs.CV")
    paper = PaperFactory.create(primary_topic=main)

    act(
        editor,
        PAPERS,
        "set_topics",
        paper,
        confirmed="yes",
        removed=str(main.pk),
    )

    assert [topic.code for topic in paper.topics.all()] == ["cs.CV"]


def test_no_topic_chosen_is_told(editor: Client) -> None:
    text = act(editor, PAPERS, "set_topics", PaperFactory.create(), confirmed="yes")

    assert "Choose at least one topic" in text


def test_setting_topics_of_many_takes_no_more_queries(editor: Client) -> None:
    added = TopicFactory.create(code="stat.ML")
    costs = []
    for number in (2, 20):
        papers = [PaperFactory.create() for _ in range(number)]
        with CaptureQueriesContext(connection) as seen:
            act(editor, PAPERS, "set_topics", *papers, confirmed="yes", added=str(added.pk))
        costs.append(len(seen))

    assert costs[0] == costs[1]


def test_scoring_anew_restates_trending_and_asks_for_the_rest(
    editor: Client, settings: Settings
) -> None:
    settings.INGEST_SCHEDULED = True
    paper = PaperFactory.create()
    voted(paper, (1, 8))
    paper.refresh_from_db()
    right = paper.trending
    Paper.objects.update(trending=-5)
    Score.objects.create(paper=paper, text_key="known", scored_on=timezone.now().date())
    ScheduledIngest.objects.filter(source="rank").update(next_at=timezone.now())

    text = act(editor, PAPERS, "score_anew", paper)

    paper.refresh_from_db()
    assert paper.trending == right
    assert "novelty and AI score follow at the next tick" in text
    assert Score.objects.get().text_key == ""
    assert ScheduledIngest.objects.get(source="rank").next_at is None


def test_where_nothing_is_done_by_itself_scoring_says_how(
    editor: Client, settings: Settings
) -> None:
    settings.INGEST_SCHEDULED = False

    assert "by `manage.py rank`" in act(editor, PAPERS, "score_anew", PaperFactory.create())


# --- one paper -----------------------------------------------------------------------------------


def test_a_papers_page_shows_it_as_readers_will_see_it(editor: Client) -> None:
    paper = PaperFactory.create(title="About $10^{-3}$", summary="First. Second. Third.")
    voted(paper, (3, 4), (1, 9))
    Candidate.objects.create(edition=EditionFactory.create(), paper=paper, rank=3, score=1)

    text = editor.get(f"{PAPERS}{paper.pk}/change/").text

    assert "About 10⁻³" in text
    assert "14 characters of at most 320, from the first 2 sentences of the summary" in text
    assert f'href="{paper.get_absolute_url()}"' in text
    assert "(rank 3, by rank)" in text
    assert "Votes over time" in text


def test_a_papers_page_says_who_told_what(editor: Client) -> None:
    told = {"title": ["editor", 0, ""], "primary_topic_id": ["arxiv-oai", 2, ""]}
    paper = PaperFactory.create(told_by=told)

    text = editor.get(f"{PAPERS}{paper.pk}/change/").text

    assert "<strong>arxiv-oai, version 2</strong>: primary topic" in text
    assert "<strong>editor</strong>: title" in text


def test_a_papers_page_takes_no_more_queries_for_much_attention(editor: Client) -> None:
    costs = []
    for number in (2, 80):
        paper = PaperFactory.create(authors=[f"A {n}" for n in range(number // 2)])
        voted(paper, *((number - each, each) for each in range(number)))
        costs.append(cost(editor, f"{PAPERS}{paper.pk}/change/"))

    assert costs[0] == costs[1]


def test_who_opened_the_form_before_somebody_else_saved_is_told(editor: Client) -> None:
    paper = PaperFactory.create(title="On grafs")
    page = f"{PAPERS}{paper.pk}/change/"
    first, second = form_of(editor, page), form_of(editor, page)
    editor.post(page, first | {"title": "On graphs"})

    text = editor.post(page, second | {"title": "On giraffes"}).text

    paper.refresh_from_db()
    assert paper.title == "On graphs"
    assert "On giraffes" in text


def test_an_authors_page_says_who_told_its_metrics(editor: Client) -> None:
    author = AuthorFactory.create(told_by={"h_index": ["semantic-scholar", 0, ""]})

    text = editor.get(f"/admin/papers/author/{author.pk}/change/").text

    assert "<strong>semantic-scholar</strong>: h index" in text

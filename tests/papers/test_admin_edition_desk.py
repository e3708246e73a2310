"""The editor's desk: the papers of an edition in their order, freezing, holding, releasing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django import Settings

from papers import editions, search, signals
from papers.models import Edition, Paper
from papers.signals import Observation
from tests.admin_site import cost, form_of, sign_in
from tests.factories import EditionFactory, PaperFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor_client(client: Client) -> Client:
    """Somebody with every right over papers, and no other."""
    sign_in(client, Permission.objects.filter(content_type__app_label="papers"))
    return client


def edition_of(titles: str) -> Edition:
    """Today's; the first word is the paper that trends most."""
    now = datetime.now(UTC)
    for at, title in enumerate(titles.split()):
        came_in = now - timedelta(hours=1)
        PaperFactory.create(title=title, first_seen_at=came_in, trending=100.0 - at)
    return editions.build(now)


def desk(edition: Edition, page: str = "papers") -> str:
    return f"/admin/papers/edition/{edition.pk}/{page}/"


def seen(client: Client, edition: Edition, title: str) -> dict[str, Any]:
    """What the buttons of that paper send."""
    rows = client.get(desk(edition)).context["rows"]
    row = next(row for row in rows if row.card.title == title)
    return {"paper": row.candidate.paper_id, "seen": row.seen}


def press(client: Client, edition: Edition, title: str, act: str, **also: Any) -> str:
    facts = {**seen(client, edition, title), "act": act, **also}
    return client.post(desk(edition), facts, follow=True).text


def order(edition: Edition) -> list[str]:
    return [one.paper.title for one in edition.candidates.order_by("rank")]


def shown(client: Client, edition: Edition) -> list[str]:
    """The papers of its public page."""
    page = client.get(f"/d/{edition}/")
    return [entry.title for entry in page.context["entries"]]


# --- placing -----------------------------------------------------------------------------------


def test_every_button_does_what_it_says_and_readers_see_that_order(editor_client: Client) -> None:
    edition = edition_of("Alpha Beta Gamma Delta")

    assert "its rank is 3" in press(editor_client, edition, "Delta", "up")
    press(editor_client, edition, "Alpha", "down")
    press(editor_client, edition, "Gamma", "to", rank=1)
    assert order(edition) == ["Gamma", "Beta", "Alpha", "Delta"]

    press(editor_client, edition, "Beta", "pin")
    press(editor_client, edition, "Alpha", "drop")
    press(editor_client, edition, "Gamma", "back")
    assert shown(editor_client, edition) == ["Beta", "Gamma", "Delta"]
    assert order(edition) == ["Beta", "Gamma", "Delta", "Alpha"]


def test_after_a_press_the_page_comes_back_to_that_row(editor_client: Client) -> None:
    edition = edition_of(" ".join(f"Number{n}" for n in range(60)))
    facts = {**seen(editor_client, edition, "Number3"), "act": "to", "rank": 55}

    answer = editor_client.post(desk(edition), facts)

    assert answer.headers["Location"] == f"{desk(edition)}?page=2#paper-{facts['paper']}"


def test_after_a_drop_it_goes_on_with_the_paper_that_takes_its_place(
    editor_client: Client,
) -> None:
    edition = edition_of("Alpha Beta Gamma")
    facts = {**seen(editor_client, edition, "Alpha"), "act": "drop"}

    answer = editor_client.post(desk(edition), facts)

    assert answer.headers["Location"].endswith(f"#paper-{Paper.objects.get(title='Beta').pk}")


def test_a_button_pressed_twice_acts_once(editor_client: Client) -> None:
    edition = edition_of("Alpha Beta Gamma")
    facts = {**seen(editor_client, edition, "Gamma"), "act": "up"}

    editor_client.post(desk(edition), facts)
    second = editor_client.post(desk(edition), facts, follow=True)

    assert "by somebody else meanwhile" in second.text
    assert order(edition) == ["Alpha", "Gamma", "Beta"]


def test_of_two_editors_the_second_is_told_and_overwrites_nothing(editor_client: Client) -> None:
    edition = edition_of("Alpha Beta Gamma")
    facts = seen(editor_client, edition, "Beta")
    press(editor_client, edition, "Beta", "pin")

    answer = editor_client.post(desk(edition), {**facts, "act": "drop"}, follow=True)

    assert "Nothing was changed" in answer.text
    assert order(edition)[0] == "Beta"


def test_a_paper_that_a_rebuild_has_shifted_is_still_placed(editor_client: Client) -> None:
    edition = edition_of("Alpha Beta")
    facts = seen(editor_client, edition, "Beta")
    PaperFactory.create(title="New", trending=500.0)
    editions.build(datetime.now(UTC))

    editor_client.post(desk(edition), {**facts, "act": "pin"})

    assert order(edition) == ["Beta", "New", "Alpha"]


def test_who_places_papers_when_a_tick_freezes_the_edition_is_told(editor_client: Client) -> None:
    edition = edition_of("Alpha Beta")
    facts = seen(editor_client, edition, "Beta")
    editions.freeze(edition, datetime.now(UTC))

    answer = editor_client.post(desk(edition), {**facts, "act": "up"}, follow=True)

    assert "The edition was frozen meanwhile" in answer.text
    assert order(edition) == ["Alpha", "Beta"]


def test_what_cannot_go_further_is_told(editor_client: Client) -> None:
    edition = edition_of("Alpha Beta")

    assert "cannot go further" in press(editor_client, edition, "Alpha", "up")


@pytest.mark.parametrize(
    "typed",
    [{"act": "explode"}, {"act": "to", "rank": "0"}, {"act": "to", "rank": "high"}, {"paper": "0"}],
)
def test_nonsense_changes_nothing_and_says_so(editor_client: Client, typed: dict[str, str]) -> None:
    edition = edition_of("Alpha Beta")
    facts = {**seen(editor_client, edition, "Beta"), "act": "up", **typed}

    answer = editor_client.post(desk(edition), facts, follow=True)

    assert "Nothing was changed" in answer.text
    assert order(edition) == ["Alpha", "Beta"]


def test_a_paper_is_found_by_its_words_and_added(editor_client: Client) -> None:
    edition = edition_of("Alpha")
    old = PaperFactory.create(
        title="Forgotten Treasure", first_seen_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    search.index([old.pk])

    assert "Forgotten Treasure" in editor_client.get(desk(edition), {"q": "treasure"}).text
    editor_client.post(desk(edition), {"paper": old.pk, "act": "add"})

    assert order(edition) == ["Forgotten Treasure", "Alpha"]


def test_a_paper_that_is_there_is_found_with_the_way_to_its_row(editor_client: Client) -> None:
    edition = edition_of(" ".join(f"Number{n}" for n in range(60)))
    search.index(edition.candidates.values_list("paper", flat=True))
    last = edition.candidates.get(rank=60).paper

    text = editor_client.get(desk(edition), {"q": last.title}).text

    assert f'<a href="?page=2#paper-{last.pk}">is number 60 here</a>' in text
    assert f'aria-label="Add {last.title}"' not in text


def test_every_press_stands_in_the_history_of_the_edition(editor_client: Client) -> None:
    edition = edition_of("Alpha Beta")

    press(editor_client, edition, "Beta", "pin")

    entry = LogEntry.objects.latest("pk")
    assert (entry.object_id, entry.user.username) == (str(edition.pk), "sam")
    assert "“Beta” was pinned" in entry.change_message


def test_it_tells_why_a_paper_scored(editor_client: Client, settings: Settings) -> None:
    settings.TRENDING_HALF_LIFE_HOURS = 48
    now = datetime.now(UTC)
    paper = PaperFactory.create(title="Alpha", first_seen_at=now - timedelta(hours=60))
    for hours, count in ((50, 6), (2, 18)):
        at = now - timedelta(hours=hours)
        signals.observe([Observation(paper.pk, "daily_papers", "votes", count, at)], now=now)
    edition = editions.build(now)

    text = editor_client.get(desk(edition)).text

    assert "18 votes, 12 of them in the last 24 hours" in text
    assert "from daily papers count 11.7" in text
    assert "from daily papers count 2.9" in text


def test_the_desk_costs_the_same_for_few_and_many(editor_client: Client) -> None:
    edition = edition_of("Alpha Beta")
    few = cost(editor_client, desk(edition))
    edition_of(" ".join(f"Number{n}" for n in range(30)))

    assert cost(editor_client, desk(edition)) == few


# --- decisions ---------------------------------------------------------------------------------


def test_holding_asks_for_a_reason_and_tells_who_held_and_why(editor_client: Client) -> None:
    edition = edition_of("Alpha")

    assert "Say why" in editor_client.post(desk(edition, "hold"), {"reason": ""}).text
    assert not Edition.objects.get().held
    answer = editor_client.post(desk(edition, "hold"), {"reason": "a wrong paper"}, follow=True)

    assert "Held by sam" in answer.text
    assert "a wrong paper" in answer.text
    assert LogEntry.objects.latest("pk").change_message == "Held: a wrong paper"


def test_holding_twice_keeps_the_first_reason_and_tells_it(editor_client: Client) -> None:
    edition = edition_of("Alpha")
    first, second = (
        editor_client.post(desk(edition, "hold"), {"reason": reason}, follow=True).text
        for reason in ("first", "second")
    )

    assert "It is held already" not in first
    assert "It is held already: first." in second
    assert Edition.objects.get().hold_reason == "first"


def test_releasing_twice_is_told(editor_client: Client) -> None:
    edition = edition_of("Alpha")
    editions.hold(edition, "why", "ada", datetime.now(UTC))

    answers = [editor_client.post(desk(edition, "release"), follow=True).text for _ in range(2)]

    assert "Released." in answers[0]
    assert "It is not held." in answers[1]
    assert not Edition.objects.get().held


def test_freezing_is_asked_about_first_and_done_once(editor_client: Client) -> None:
    edition = edition_of("Alpha")

    assert "cannot be undone" in editor_client.get(desk(edition, "freeze")).text
    assert Edition.objects.get().frozen_at is None
    answers = [editor_client.post(desk(edition, "freeze"), follow=True).text for _ in range(2)]

    assert "Frozen." in answers[0]
    assert "It was frozen at" in answers[1]


def test_an_edition_that_is_not_built_is_not_frozen(editor_client: Client) -> None:
    edition = EditionFactory.create()

    answer = editor_client.post(desk(edition, "freeze"), follow=True)

    assert "not built yet" in answer.text
    assert Edition.objects.get().frozen_at is None


@pytest.mark.parametrize("page", ["papers", "freeze", "hold", "release"])
def test_looking_at_a_page_changes_nothing(editor_client: Client, page: str) -> None:
    edition = edition_of("Alpha Beta")
    before = Edition.objects.values().get()

    editor_client.get(desk(edition, page))

    assert Edition.objects.values().get() == before
    assert order(edition) == ["Alpha", "Beta"]


@pytest.mark.parametrize("page", ["papers", "freeze", "hold", "release"])
def test_who_may_only_look_may_not_act(client: Client, page: str) -> None:
    edition = edition_of("Alpha")
    sign_in(client, Permission.objects.filter(codename__in=["view_edition", "view_candidate"]))
    facts = {"reason": "x", "paper": Paper.objects.get().pk, "act": "drop", "seen": "ranked"}

    assert client.post(desk(edition, page), facts).status_code == 403
    edition.refresh_from_db()
    assert (edition.held, edition.frozen_at) == (False, None)
    assert edition.candidates.get().placement == "ranked"


# --- two editors with one form -----------------------------------------------------------------


def test_the_second_of_two_editors_is_told_and_overwrites_only_knowingly(
    editor_client: Client,
) -> None:
    edition = edition_of("Alpha")
    url = desk(edition, "change")
    mine, theirs = form_of(editor_client, url), form_of(editor_client, url)
    editor_client.post(url, {**theirs, "subject": "Theirs"})

    answer = editor_client.post(url, {**mine, "subject": "Mine"})

    assert "Not saved. sam" in answer.text
    assert "now it is: Theirs" in answer.text
    assert 'value="Mine"' in answer.text
    assert Edition.objects.get().subject == "Theirs"
    again = {**mine, "as_opened": answer.context["adminform"].form["as_opened"].value()}
    editor_client.post(url, {**again, "subject": "Mine"})
    assert Edition.objects.get().subject == "Mine"


def test_what_the_machinery_writes_meanwhile_is_no_conflict(editor_client: Client) -> None:
    edition = edition_of("Alpha")
    url = desk(edition, "change")
    mine = form_of(editor_client, url)
    PaperFactory.create()
    editions.build(datetime.now(UTC))

    editor_client.post(url, {**mine, "subject": "Mine"})

    assert Edition.objects.get().subject == "Mine"


@pytest.mark.parametrize("told", ["", "nonsense", "e30:1vMfoo:forged"])
def test_a_form_that_cannot_tell_how_it_was_opened_is_not_saved_at_once(
    editor_client: Client, told: str
) -> None:
    edition = edition_of("Alpha")
    url = desk(edition, "change")
    facts = {**form_of(editor_client, url), "subject": "Mine", "as_opened": told}

    answer = editor_client.post(url, facts)

    assert "Not saved." in answer.text
    assert Edition.objects.get().subject == ""


def test_a_conflict_is_no_change_in_the_history(editor_client: Client) -> None:
    edition = edition_of("Alpha")
    url = desk(edition, "change")

    editor_client.post(url, {**form_of(editor_client, url), "subject": "Mine"})

    assert LogEntry.objects.latest("pk").get_change_message() == "Changed Subject."

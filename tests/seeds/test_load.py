from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from django.core.management import CommandError, call_command

from papers.ingest import ingest
from papers.models import Author, Authorship, Edition, Paper, Signal, Topic
from papers.sources import Fetched
from papers.taxonomy import all_topics
from seeds.facts import seed_papers
from seeds.load import SOURCE, load_papers
from seeds.recency import ages
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)
WEEK = timedelta(days=7)


def everything() -> list[tuple[object, ...]]:
    return [
        row
        for model in (Topic, Paper, Author, Authorship, Signal)
        for row in model._default_manager.order_by("pk").values_list()
    ]


def test_all_papers_come_with_a_known_topic_and_a_summary() -> None:
    loaded = load_papers(NOW)

    papers = Paper.objects.all()
    assert (loaded.papers, loaded.created, papers.count()) == (129, 129, 129)
    assert Topic.objects.count() == len(all_topics())
    assert not papers.filter(primary_topic=None).exists()
    assert not papers.filter(summary="").exists()
    assert not papers.exclude(abstract="").exists()


def test_todays_edition_is_full() -> None:
    loaded = load_papers(NOW)

    assert loaded.edition.date == NOW.date()
    assert loaded.edition.candidates.count() >= 70
    assert loaded.edition.candidates.get(rank=1).paper.trending > 0


@pytest.mark.parametrize("hour", [0, 23])
def test_seventy_papers_are_within_the_last_week_at_every_hour(hour: int) -> None:
    now = NOW.replace(hour=hour, minute=hour, second=hour)

    load_papers(now)

    recent = Paper.objects.filter(first_seen_at__gt=now - WEEK, first_seen_at__lt=now)
    assert recent.count() >= 70
    assert not Paper.objects.filter(first_seen_at__gte=now).exists()


def test_the_order_of_the_file_is_the_order_of_recency() -> None:
    load_papers(NOW)

    titles = list(Paper.objects.order_by("-first_seen_at").values_list("title", flat=True))
    assert titles == [seed.paper.title for seed in seed_papers()]


def test_older_papers_came_three_to_six_a_day() -> None:
    days = [age.days for age in islice(ages(), 70, 129)]

    assert {days.count(day) for day in set(days[:-6])} <= {3, 4, 5, 6}


def test_no_vote_was_cast_before_its_paper_came_in() -> None:
    load_papers(NOW)

    for signal in Signal.objects.select_related("paper"):
        assert signal.paper.first_seen_at <= signal.observed_at <= NOW


def test_a_second_time_on_the_same_day_changes_nothing() -> None:
    load_papers(NOW)
    before = everything()

    loaded = load_papers(NOW.replace(hour=23))

    assert (loaded.papers, loaded.created) == (129, 0)
    assert everything() == before


def test_on_a_later_day_everything_is_as_if_loaded_on_that_day() -> None:
    load_papers(NOW)
    load_papers(TOMORROW)
    facts = ("title", "first_seen_at", "published_on", "trending")
    moved = list(Paper.objects.order_by("title").values_list(*facts))

    Paper.objects.all().delete()
    load_papers(TOMORROW)

    assert list(Paper.objects.order_by("title").values_list(*facts)) == moved


def test_what_an_editor_changed_stays() -> None:
    load_papers(NOW)
    first, second = Paper.objects.all()[:2]
    first.title, first.featured = "A Title of Our Own", True
    second.summary, second.status = "Our own words.", Paper.Status.HIDDEN
    first.save()
    second.save()

    loaded = load_papers(TOMORROW)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (loaded.papers, loaded.created) == (129, 0)
    assert (first.title, first.featured) == ("A Title of Our Own", True)
    assert (second.summary, second.status) == ("Our own words.", "hidden")
    assert first.first_seen_at.date() == NOW.date()


def test_papers_from_elsewhere_stay_as_they_are() -> None:
    other = PaperFactory.create()
    shared = seed_papers()[0].paper
    ingest(Fetched((shared,)), source="listing", now=NOW - WEEK)
    before = list(Paper.objects.order_by("pk").values())

    loaded = load_papers(NOW)
    load_papers(TOMORROW)

    assert (loaded.papers, loaded.created) == (128, 128)
    assert list(Paper.objects.order_by("pk").values()[:2]) == before
    assert not Signal.objects.filter(paper=other).exists()


def test_votes_from_elsewhere_stay() -> None:
    load_papers(NOW)
    paper = Paper.objects.all()[0]
    Signal.objects.create(paper=paper, source="here", kind="votes", count=3, observed_at=NOW)

    load_papers(TOMORROW)

    assert Signal.objects.exclude(source=SOURCE).count() == 1


def test_the_authors_metrics_are_known_and_an_editors_stay() -> None:
    load_papers(NOW)
    author = Author.objects.get(h_index=34)
    author.h_index = 35
    author.save()

    load_papers(TOMORROW)

    author.refresh_from_db()
    assert (author.h_index, author.citation_count) == (35, 4246)


class TestCommand:
    def test_it_says_what_is_there(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("seed", "--subscribers", "3")

        lines = capsys.readouterr().out.splitlines()
        edition = Edition.objects.latest("date")
        assert lines[:2] == ["topics: 155", "papers: 129, of them new 129"]
        count = edition.candidates.count()
        assert lines[2] == f"edition {edition}: {count} papers; editions before it, new 14"
        assert lines[3:] == ["subscribers: 3, of them new 3"]

    @pytest.mark.parametrize("number", ["-1", "many", "1.5", "1000000", "²"])
    def test_a_wrong_number_is_told_in_a_sentence(self, number: str) -> None:
        with pytest.raises(CommandError, match="is not a whole number from 0 to 999999"):
            call_command("seed", f"--subscribers={number}")

    def test_due_alone_is_told_in_a_sentence(self) -> None:
        with pytest.raises(CommandError, match="add --subscribers N"):
            call_command("seed", "--due")


def test_a_dry_run_loads_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed", "--dry-run", "--subscribers", "3")

    assert capsys.readouterr().out.startswith("dry run, nothing was changed\n")
    assert not Paper.objects.exists()

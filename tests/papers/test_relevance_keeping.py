"""Kept models: the newest that can be read is used, and older ones explain older digests."""

import gc
import time
import weakref
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from papers.models import Paper, RelevanceModel
from papers.models.relevance import RECIPE
from papers.relevance import keeping
from papers.relevance.fitting import fit
from papers.relevance.keeping import NONE, Version, is_due, newest, refit, version
from papers.relevance.model import NO_MODEL
from papers.relevance.packing import pack
from papers.relevance.vectors import vectors
from subscriptions.ranking import Keyword, PoolPaper, Reader, choose
from tests.papers.learned_texts import FEWEST, store, texts

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
Keep = Callable[..., RelevanceModel]


@pytest.fixture(autouse=True)
def just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that has loaded nothing yet."""
    monkeypatch.setattr(keeping, "_loaded", {})


@pytest.fixture(scope="module")
def packed() -> bytes:
    model = fit(texts())
    assert model
    return pack(model)


@pytest.fixture
def keep(packed: bytes) -> Keep:
    """A row as `refit` leaves it, but for what is said otherwise."""
    usual = {"fitted_at": NOW, "papers": FEWEST, "terms": 300, "packed": packed}
    return lambda **facts: RelevanceModel.objects.create(**{**usual, **facts})


def newest_of(_: RelevanceModel) -> Version:
    return newest()


@pytest.fixture
def papers() -> list[Paper]:
    return store(texts())


# --- fitting anew ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("papers")
def test_what_was_learned_is_kept_and_used() -> None:
    fitted = refit(NOW)

    assert fitted
    assert (fitted.fitted_at, fitted.papers, fitted.terms) == (NOW, FEWEST, 300)
    assert newest().number == fitted.pk
    model = newest().load()
    assert (model.version, len(model.terms), model.has_meaning) == (fitted.pk, 300, True)


def test_hidden_papers_teach_nothing(papers: list[Paper]) -> None:
    Paper.objects.filter(pk=papers[0].pk).update(status=Paper.Status.HIDDEN)

    assert refit(NOW) is None
    assert newest() == NONE


def test_title_abstract_and_summary_are_read() -> None:
    made = store(texts())
    for field in ("title", "abstract", "summary"):
        Paper.objects.filter(pk__in=[paper.pk for paper in made[:3]]).update(
            **{field: f"in{field}"}
        )

    fitted = refit(NOW)

    assert fitted
    assert {"intitle", "inabstract", "insummary"} <= set(newest().load().terms)


def test_nothing_was_learned_yet() -> None:
    assert newest() == NONE
    assert newest().load() is NO_MODEL
    assert version(0) == NONE


@pytest.mark.usefixtures("papers")
def test_who_has_loaded_the_one_before_uses_the_new_one_without_a_restart() -> None:
    first = refit(NOW)
    assert first
    assert newest().load().version == first.pk

    second = refit(NOW + timedelta(days=7))
    assert second
    assert second.pk > first.pk
    assert newest().load().version == second.pk
    before = version(first.pk)
    assert before
    assert before.load().version == first.pk


@pytest.mark.usefixtures("papers")
def test_an_error_in_the_midst_of_fitting_leaves_all_as_it_was(
    keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, last = keep(fitted_at=NOW - timedelta(days=101)), keep()

    def no_room(*_: object) -> bytes:
        raise OSError("no room")

    monkeypatch.setattr("papers.relevance.packing.pack", no_room)
    with pytest.raises(OSError, match="no room"):
        refit(NOW)

    assert newest().number == last.pk
    assert version(old.pk)
    assert newest().load().version == last.pk


def test_older_than_a_hundred_days_are_deleted_by_the_next_one(
    keep: Keep, papers: list[Paper]
) -> None:
    old = keep(fitted_at=NOW - timedelta(days=100, seconds=1))
    young = keep(fitted_at=NOW - timedelta(days=100))

    fitted = refit(NOW)

    assert fitted
    assert version(old.pk) is None
    assert version(young.pk)
    assert newest().number == fitted.pk


def test_the_newest_is_kept_however_old_while_there_is_nothing_to_learn(keep: Keep) -> None:
    last = keep(fitted_at=NOW - timedelta(days=400))

    assert refit(NOW) is None

    assert newest().number == last.pk


# --- using ----------------------------------------------------------------------------------------


def test_a_model_is_read_from_the_database_once(
    keep: Keep, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keep()
    last = newest()

    with django_assert_num_queries(1):
        assert last.load() is last.load()


def test_to_ask_which_is_the_newest_does_not_read_it(keep: Keep) -> None:
    keep()

    with CaptureQueriesContext(connection) as asked:
        newest()
        is_due(NOW)

    assert not [query for query in asked if "packed" in query["sql"]]


def test_one_that_is_no_longer_used_leaves_the_memory(keep: Keep) -> None:
    first = newest_of(keep(fitted_at=NOW))
    model = weakref.ref(first.load())
    vectors(tuple(texts(20)), first.load())

    for day in (1, 2):
        newest_of(keep(fitted_at=NOW + timedelta(days=day))).load()
    gc.collect()

    assert model() is None


def test_the_newest_stays_in_memory_while_older_digests_are_explained(
    keep: Keep, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    older = [newest_of(keep(fitted_at=NOW + timedelta(days=day))) for day in (0, 1)]
    used = newest_of(keep(fitted_at=NOW + timedelta(days=2)))
    for one in older:
        one.load()
        used.load()

    with django_assert_num_queries(0):
        used.load()


def test_which_one_was_used_is_told_though_it_is_damaged(keep: Keep) -> None:
    good, bad = newest_of(keep()), newest_of(keep(fitted_at=NOW + timedelta(days=1), packed=b"x"))
    good.load()
    bad.load()

    assert (good.used, bad.used) == (good.number, 0)


def test_one_that_could_not_be_used_is_tried_again_some_minutes_later(
    keep: Keep, packed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = newest_of(keep(packed=b"x"))
    assert bad.load() is NO_MODEL
    RelevanceModel.objects.update(packed=packed)
    assert bad.load() is NO_MODEL

    later = time.monotonic() + keeping.TRIED_AGAIN
    monkeypatch.setattr(keeping, "monotonic", lambda: later)

    assert bad.load().version == bad.number


@pytest.mark.usefixtures("papers")
def test_the_one_that_was_used_until_now_stays_however_old(keep: Keep) -> None:
    older = keep(fitted_at=NOW - timedelta(days=300))
    used = keep(fitted_at=NOW - timedelta(days=200))

    refit(NOW)

    assert version(used.pk)
    assert version(older.pk) is None


def test_an_older_one_can_be_had_until_it_is_purged(keep: Keep) -> None:
    old, last = keep(), keep(fitted_at=NOW + timedelta(days=7))

    before = version(old.pk)
    assert before
    assert before.load().version == old.pk
    assert newest().load().version == last.pk

    number = old.pk
    old.delete()
    assert version(number) is None


def test_one_that_is_purged_while_it_is_loaded_is_like_none(keep: Keep) -> None:
    keep()
    last = newest()

    RelevanceModel.objects.all().delete()
    assert last.load() is NO_MODEL


def test_one_of_another_recipe_is_not_used(keep: Keep) -> None:
    mine = keep()
    other = keep(recipe=RECIPE + 1)

    assert newest().number == mine.pk
    assert version(other.pk) is None

    mine.delete()
    assert newest() == NONE
    assert is_due(NOW)


POOL = tuple(
    PoolPaper(at, frozenset({"cs.CV"}), "cs.CV", "Vision", pinned=False, growth=0, title=title)
    for at, title in enumerate(["Galaxies", "Whales at sea", "Spectra of galaxies", "Speech"])
)
READER = Reader({}, 3, keywords=(Keyword("whales", "whale"),))


def test_a_damaged_one_is_told_in_the_log_and_the_ranking_goes_on(
    keep: Keep, packed: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    keep(packed=packed[:-100])
    last_known = newest()

    assert last_known.load() is NO_MODEL
    assert "relevance model cannot be used" in caplog.text
    chosen = choose(POOL, READER, last_known)
    assert len(chosen) == 3
    assert chosen == choose(POOL, READER)


# --- when it is due -------------------------------------------------------------------------------


def test_it_is_due_where_there_is_none_and_a_week_after_the_last(keep: Keep) -> None:
    assert is_due(NOW)

    keep()
    assert not is_due(NOW + timedelta(days=6))
    assert is_due(NOW + timedelta(days=7, minutes=-1))  # the night's order is never to the minute


def test_it_is_due_once_there_are_a_quarter_more_papers(keep: Keep) -> None:
    keep(papers=8)
    store(texts(9))
    hidden = store(texts(5))
    Paper.objects.filter(pk__in=[paper.pk for paper in hidden]).update(status=Paper.Status.HIDDEN)
    assert not is_due(NOW)

    store(texts(1))
    assert is_due(NOW)


def test_it_is_due_when_another_embedding_is_wanted(keep: Keep, settings: Settings) -> None:
    keep(embedding="a-folder")
    assert is_due(NOW)

    settings.RELEVANCE_EMBEDDING = "a-folder"
    assert not is_due(NOW)

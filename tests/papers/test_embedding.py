"""Meaning from a model that was learned elsewhere: a real one, of four words."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from model2vec import StaticModel
from pytest_django import Settings
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from papers.models import RelevanceModel
from papers.relevance import keeping
from papers.relevance.embedding import Unusable, embedding
from papers.relevance.fitting import fit
from papers.relevance.keeping import newest, refit
from papers.relevance.model import NO_MODEL, Array, Model
from papers.relevance.vectors import vectors
from tests.papers.learned_texts import scattered, store, texts

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
WORDS = ("[UNK]", "nebula", "galaxy", "whale")
ADDED = ["nebula", "galaxy", "whale"] * 20


@pytest.fixture(autouse=True)
def just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has loaded nothing yet."""
    monkeypatch.setattr(keeping, "_loaded", {})
    embedding.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.RELEVANCE_EMBEDDING = str(tmp_path / "embedding")
    save(tmp_path / "embedding", axes=8)
    return tmp_path / "embedding"


def save(folder: Path, axes: int, words: tuple[str, ...] = WORDS) -> None:
    """An embedding in which the first two words lie together, and the third elsewhere."""
    places = np.random.default_rng(3).normal(size=(len(words), axes)).astype(np.float32)
    places[2] = places[1] + np.float32(0.05)
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(words)}, words[0]))
    tokenizer.pre_tokenizer = Whitespace()
    StaticModel(places, tokenizer).save_pretrained(folder)


def standing(model: Model, *of: str) -> Array:
    return vectors(of, model).papers.standing


def test_texts_stand_where_the_embedding_places_them(folder: Path) -> None:
    model = fit(scattered(texts(), ADDED), embedding(str(folder)))
    assert model

    near, other, apart, unknown = standing(model, "nebula", "galaxy", "whale", "unheard of")

    assert near @ other > 0.9 * (near @ near)
    assert near @ apart < 0.2 * (near @ near)
    assert not unknown.any()


def test_an_embedding_that_knows_no_word_of_the_papers_places_none(folder: Path) -> None:
    model = fit(texts(), embedding(str(folder)))
    assert model

    assert not standing(model, *texts(3), "nebula").any()


@pytest.mark.django_db
def test_the_kept_one_names_it_and_is_loaded_with_it(folder: Path) -> None:
    store(scattered(texts(), ADDED))

    fitted = refit(NOW)

    assert fitted
    assert fitted.embedding == str(folder)
    model = newest().load()
    assert (model.version, len(model.mean)) == (fitted.pk, 8)
    near, other = standing(model, "nebula", "galaxy")
    assert near @ other > 0.9 * (near @ near)


@pytest.mark.django_db
def test_it_is_used_until_another_is_fitted_whatever_the_setting_says(
    folder: Path, settings: Settings
) -> None:
    store(scattered(texts(), ADDED))
    refit(NOW)

    settings.RELEVANCE_EMBEDDING = ""

    assert len(newest().load().mean) == 8
    refit(NOW)
    assert len(newest().load().mean) == 200


@pytest.mark.django_db
def test_a_process_that_did_not_fit_it_loads_it_from_its_row(folder: Path) -> None:
    store(scattered(texts(), ADDED))
    refit(NOW)
    here = standing(newest().load(), "nebula", "whale", *texts(2))

    keeping._loaded.clear()
    embedding.cache_clear()
    there = standing(newest().load(), "nebula", "whale", *texts(2))

    np.testing.assert_array_equal(here, there)
    assert there[:2].any(axis=1).all()


@pytest.mark.django_db
def test_a_folder_that_has_gone_is_told_in_the_log_and_the_pool_alone_counts(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store(scattered(texts(), ADDED))
    refit(NOW)
    shutil.rmtree(folder)
    embedding.cache_clear()

    assert newest().load() is NO_MODEL
    assert "relevance model cannot be used" in caplog.text
    assert str(folder) in caplog.text


@pytest.mark.django_db
def test_a_folder_with_another_embedding_by_now_is_not_mixed_with_the_old_one(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store(scattered(texts(), ADDED))
    refit(NOW)
    shutil.rmtree(folder)
    save(folder, axes=5)
    embedding.cache_clear()

    assert newest().load() is NO_MODEL
    assert "has 5 axes, and the model was fitted with 8" in caplog.text

    keeping._loaded.clear()
    refit(NOW)
    assert len(newest().load().mean) == 5


@pytest.mark.django_db
def test_where_it_cannot_be_loaded_nothing_new_is_kept(folder: Path) -> None:
    store(scattered(texts(), ADDED))
    first = refit(NOW)
    (folder / "tokenizer.json").write_text("{")
    embedding.cache_clear()

    with pytest.raises(Unusable, match=r"RELEVANCE_EMBEDDING: .* cannot be loaded; name a folder"):
        refit(NOW)

    assert list(RelevanceModel.objects.all()) == [first]

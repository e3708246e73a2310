"""How papers are compared: exactly, and the same whatever the order and the chunks."""

from datetime import date, timedelta
from math import log, sqrt
from random import Random

import pytest

from papers.scores import similarity
from papers.scores.similarity import Likeness, Text, likenesses
from papers.scores.text import words

TODAY = date(2026, 11, 20)


def made_up_texts(count: int = 60) -> list[Text]:
    random = Random(5)  # noqa: S311  # the same texts every time
    vocabulary = [f"word{number}" for number in range(30)]
    return [
        Text(number, TODAY - timedelta(days=number % 20), random.choices(vocabulary, k=12))
        for number in range(count)
    ]


def all_of(texts: list[Text]) -> dict[int, Likeness]:
    since = TODAY - timedelta(days=365)
    return likenesses(texts, {text.paper for text in texts}, since)


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    shared = sum(one[word] * other[word] for word in one.keys() & other.keys())
    lengths = (sqrt(sum(value * value for value in each.values())) for each in (one, other))
    return shared / (next(lengths) * next(lengths))


def test_every_value_is_that_of_the_definition() -> None:
    texts = sorted(made_up_texts(), key=lambda text: (text.day, text.paper))
    papers_with = {word: sum(word in t.words for t in texts) for t in texts for word in t.words}
    vectors = [
        {
            word: (1 + log(text.words.count(word)))
            * (1 + log((1 + len(texts)) / (1 + papers_with[word])))
            for word in text.words
        }
        for text in texts
    ]

    found = all_of(texts)

    for at, text in enumerate(texts):
        similar = sorted((cosine(vectors[at], each) for each in vectors[:at]), reverse=True)
        expected = 1 - sum(similar[:10]) / 10 if at >= 10 else None
        assert found[text.paper].dissimilarity == pytest.approx(expected, abs=1e-4)


def test_the_order_of_the_texts_does_not_matter() -> None:
    texts = made_up_texts()

    assert all_of(texts[::-1]) == all_of(texts)


def test_the_size_of_chunks_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = made_up_texts()
    at_once = all_of(texts)
    monkeypatch.setattr(similarity, "CELLS", 200)

    assert all_of(texts) == at_once


def test_papers_not_asked_for_serve_as_earlier_ones() -> None:
    texts = made_up_texts()
    everything = all_of(texts)

    found = likenesses(texts, {3, 41}, TODAY - timedelta(days=365))

    assert found == {3: everything[3], 41: everything[41]}


def test_no_texts_give_nothing() -> None:
    assert likenesses([], {1}, TODAY) == {}


def test_texts_without_any_word_are_like_nothing() -> None:
    assert all_of([Text(1, TODAY, []), Text(2, TODAY, [])]) == {
        1: Likeness(None, ()),
        2: Likeness(None, ()),
    }


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("The Cat and the DOG", ["cat", "dog"]),
        (r"\textbf{Deep} $\alpha$-learning", ["deep", "learning"]),
        (r"the Schr\"{o}dinger equation", ["schrodinger", "equation"]),
        ("see https://example.org/code?x=1 or www.example.org", []),
        ("GPT-4, 3D and 2023", ["gpt", "3d"]),
        ("naïve Größe 深度学习", ["naïve", "grösse", "深度学习"]),
        ("$5 and 100%", []),
    ],
)
def test_words_are_what_a_text_is_about(text: str, compared: list[str]) -> None:
    assert words(text) == compared

"""What is learned from all papers: words, phrases and meanings, the same every time."""

from collections import Counter
from math import log

import numpy as np
import pytest

from papers.relevance.fitting import fit
from papers.relevance.model import Model, counted
from papers.relevance.packing import pack
from papers.relevance.vectors import vectors
from papers.scores import text as words_of
from tests.papers.learned_texts import FEWEST, WORDS, scattered, texts

TOGETHER = {"space": " ", "hyphen": "-", "latex": r" \emph{", "address": " www.a.b "}
APART = {
    "stop": ". ",
    "comma": ", ",
    "word": " of ",
    "letter": " x ",
    "number": " 7 ",
    "slash": "/",
    "bracket": " (",
    "end": ".\n",
    "line": "\n",
}
SKY, SEA = ([f"{where}{word}" for word in WORDS[:30]] for where in ("sky", "sea"))
ADDED = [
    *(f"{name}one{sign}{name}two" for name, sign in {**TOGETHER, **APART}.items() for _ in "x" * 12)
]
TWICE = ["moon dust. moon dust; dust"] * 6
SELDOM = ["seldom met"] * 9
RARE = ["twice twice twice"] * 2 + ["thrice"] * 3


def model_of(papers: list[str]) -> Model:
    model = fit(papers)
    assert model
    return model


@pytest.fixture(scope="module")
def papers() -> list[str]:
    return scattered(texts(), [*ADDED, *TWICE, *SELDOM, *RARE])


@pytest.fixture(scope="module")
def learned(papers: list[str]) -> Model:
    return model_of(papers)


def rarity_of(term: str, model: Model) -> float:
    return float(model.rarity[model.places[term]])


# --- whether there is anything to learn -----------------------------------------------------------


def test_too_few_papers_teach_nothing() -> None:
    assert fit([]) is None
    assert fit(texts(FEWEST - 1)) is None
    assert fit(texts(FEWEST)) is not None


def test_too_few_common_words_teach_nothing() -> None:
    assert fit(texts(words=WORDS[:200])) is None
    assert fit(texts(words=WORDS[:201])) is not None
    assert fit([""] * FEWEST) is None


def test_the_same_papers_teach_the_same_to_the_byte(papers: list[str], learned: Model) -> None:
    again = model_of(list(papers))

    assert pack(again) == pack(learned)
    assert pack(model_of([*papers, "one more"])) != pack(learned)


# --- words ----------------------------------------------------------------------------------------


def test_each_words_rarity_is_of_the_papers_that_have_it(papers: list[str], learned: Model) -> None:
    holders = Counter(word for paper in papers for word in set(words_of.words(paper)))
    expected = {
        word: log((1 + len(papers)) / (1 + count)) + 1
        for word, count in holders.items()
        if count >= 3
    }

    found = {term: rarity_of(term, learned) for term in learned.terms if " " not in term}
    assert found == pytest.approx(expected, rel=1e-6)


def test_a_word_of_two_papers_does_not_count_however_often_they_say_it(learned: Model) -> None:
    assert "twice" not in learned.places
    assert "thrice" in learned.places


@pytest.mark.parametrize(("holders", "counts"), [(249, True), (250, False), (500, False)])
def test_a_word_of_half_of_all_papers_does_not_count(holders: int, counts: bool) -> None:
    model = model_of(scattered(texts(), ["omnipresent"] * holders))

    assert ("omnipresent" in model.places) is counts


# --- phrases --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TOGETHER)
def test_words_that_stand_together_are_a_phrase(name: str, learned: Model) -> None:
    assert f"{name}one {name}two" in learned.places


@pytest.mark.parametrize("name", APART)
def test_no_phrase_reaches_across_a_sign_or_a_common_word(name: str, learned: Model) -> None:
    assert {f"{name}one", f"{name}two"} <= set(learned.places)
    assert f"{name}one {name}two" not in learned.places


def test_no_phrase_reaches_from_one_paper_into_the_next() -> None:
    papers = texts()
    for at in range(0, 40, 2):
        papers[at], papers[at + 1] = f"{papers[at]} endword", f"firstword {papers[at + 1]}"

    assert "endword firstword" not in model_of(papers).places


def test_words_that_stand_together_nine_times_are_no_phrase_yet(learned: Model) -> None:
    assert {"seldom", "met"} <= set(learned.places)
    assert "seldom met" not in learned.places


def test_frequent_words_that_meet_by_chance_are_no_phrase() -> None:
    added = ["frequent usual"] * 12 + ["frequent. usual"] * 230

    model = model_of(scattered(texts(), added))

    assert {"frequent", "usual"} <= set(model.places)
    assert "frequent usual" not in model.places


def test_a_phrases_rarity_is_of_the_papers_that_have_it(learned: Model) -> None:
    assert rarity_of("moon dust", learned) == pytest.approx(log(501 / 7) + 1)
    assert rarity_of("spaceone spacetwo", learned) == pytest.approx(log(501 / 13) + 1)


def test_words_and_phrases_of_a_text_are_counted_as_often_as_they_stand_there(
    learned: Model,
) -> None:
    found = counted("Moon dust of moon-dust. Dust, moon; dust unheard dust unheard", learned)

    known = dict(zip((learned.terms[at] for at in found.terms), found.counts, strict=True))
    assert known == {"moon": 3, "dust": 5, "moon dust": 2}
    assert dict(found.other) == {"unheard": 2}


# --- what texts mean ------------------------------------------------------------------------------


def test_words_of_the_same_companions_come_to_lie_near_each_other() -> None:
    told = {"nebula": SKY, "galaxy": SKY, "whale": SEA, "": SKY, " ": SEA}
    papers = [". ".join([word, *among]) for word, among in told.items() for _ in range(3)]

    rows = vectors(tuple(told)[:3], model_of([*texts(), *papers])).papers

    assert not (rows.terms[0] @ rows.terms[1].T).sum()  # no word is the same
    near, apart = rows.standing[0] @ rows.standing[1], rows.standing[0] @ rows.standing[2]
    assert near > 0.9 * np.square(rows.standing[0]).sum()
    assert abs(apart) < 0.1 * near


ODD = {
    "latex": r"$\mathcal{O}(n^{2})$ \cite{x} Schr\"{o}dinger \begin{equation}",
    "address": "see https://papers.example.org/a?b=c and www.example.org.",
    "other scripts": "深度学习 обучение машин التعلم العميق 🜁",
    "empty": "",
    "blank": " \n\t ",
    "signs": "?! … ((( \x00 12 3.5",
    "two words": "kernel trick",
    "one long word": "acgt" * 25_000,
}


def test_odd_texts_do_no_harm_to_the_others(learned: Model) -> None:
    model = model_of([*texts(), *(text for text in ODD.values() for _ in range(4))])

    assert {"schrodinger", "обучение", "kernel"} <= set(model.places)
    assert not {"mathcal", "cite", "https", "www", "example"} & set(model.places)
    assert np.isfinite(vectors(tuple(texts(50)), model).papers.standing).all()


@pytest.mark.parametrize("name", ODD)
def test_an_odd_text_has_a_place_or_none_but_never_nonsense(name: str, learned: Model) -> None:
    rows = vectors((ODD[name], *texts(3)), learned).papers

    assert np.isfinite(rows.standing).all()
    assert np.isfinite(rows.terms.data).all()
    assert not rows.standing[0].any()  # the model knows no word of it
    assert rows.standing[1:].any(axis=1).all()

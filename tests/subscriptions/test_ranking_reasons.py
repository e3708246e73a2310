"""Reasons of the ranking: each says what brought the paper up, and claims only what holds."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from papers.search.words import stems, telling
from subscriptions.ranking import Keyword, PoolPaper, Reader, Reason, Sample, choose

CV, SD = "cs.CV", "cs.SD"
PLAIN = [
    "Sorting lists in linear time",
    "Bridges that bend under wind load",
    "Market prices under uncertainty",
    "Protein folding at low temperature",
    "Traffic lights and pedestrian safety",
    "Ocean currents near polar ice",
    "Telescopes for distant galaxies",
    "Compiler proofs in type theory",
]
IMAGES = "Sharp image restoration of old film"
GENERATION = "Text generation without repetition"


def paper(number: int, title: str, topic: str = CV, **facts: Any) -> PoolPaper:
    name = f"Name of {topic}"
    return PoolPaper(number, frozenset({topic}), topic, name, False, 0, title=title, **facts)


def reader(*topics: str, wanted: int = 3, **facts: Any) -> Reader:
    return Reader({code: code for code in topics}, wanted, **facts)


def keyword(text: str) -> Keyword:
    return Keyword(text, " ".join(telling(stems(text))))


def told(pool: Sequence[PoolPaper], reader: Reader) -> dict[int, tuple[Reason, ...]]:
    return {pick.paper: pick.reasons for pick in choose(pool, reader)}


PAPERS = [paper(number, title) for number, title in enumerate([*PLAIN, IMAGES, GENERATION])]
POOL = [replace(one, primary=f"topic {one.paper % 4}") for one in PAPERS]
FAN = reader(keywords=(keyword("image generation"),))


def test_a_paper_that_only_shares_words_with_a_keyword_says_which() -> None:
    reasons = told(POOL, FAN)

    assert reasons[8] == ({"kind": "close", "keyword": "image generation", "terms": ["image"]},)
    assert reasons[9] == (
        {"kind": "close", "keyword": "image generation", "terms": ["generation"]},
    )


def test_a_paper_a_little_like_a_liked_one_names_it_and_the_word() -> None:
    liked = Sample(99, "Film archives", "Film archives and how chemists preserve their colours")

    reasons = told(POOL, reader(likes=(liked,)))

    [reason] = reasons[8]
    assert reason == {"kind": "close", "paper": 99, "title": "Film archives", "terms": ["film"]}


def test_what_words_bring_up_among_followed_topics_says_so_before_the_topic() -> None:
    reasons = told(PAPERS, replace(FAN, topics={CV: "Computer vision"}))

    assert [reason["kind"] for reason in reasons[8]] == ["close", "topic"]


def test_trending_is_said_only_where_the_paper_leads() -> None:
    reasons = told(POOL, replace(FAN, wanted=6))

    trending = [number for number, said in reasons.items() if {"kind": "trending"} in said]
    assert trending
    assert max(trending) < 6


def test_a_paper_that_variety_brings_up_is_trending_in_its_topic() -> None:
    pool = [*(paper(n, f"{PLAIN[n % 8]} {n}") for n in range(9)), paper(9, PLAIN[0], SD)]

    reasons = told(pool, reader(wanted=3))

    assert reasons[0] == ({"kind": "trending"},)
    assert reasons[9] == ({"kind": "trending", "topic": SD, "name": "Name of cs.SD"},)


def test_the_last_of_a_topic_that_comes_for_want_of_others_is_just_new() -> None:
    pool = [*(paper(n, f"{PLAIN[n]}") for n in range(8)), *(paper(n, IMAGES, SD) for n in (8, 9))]

    reasons = told(pool, reader(wanted=3, seen=frozenset({8})))

    assert reasons[9] == ({"kind": "new", "topic": SD, "name": "Name of cs.SD"},)


@pytest.mark.parametrize("topics", [(), (CV,)], ids=["no topics", "a topic"])
@pytest.mark.parametrize("words", ["zymurgy", "深度学习", "of the"])
def test_a_keyword_without_a_word_in_common_changes_nothing(
    topics: tuple[str, ...], words: str
) -> None:
    plain = reader(*topics, wanted=5)

    assert choose(POOL, replace(plain, keywords=(keyword(words),))) == choose(POOL, plain)


def test_a_keyword_without_a_word_in_common_takes_nothing_from_another() -> None:
    both = replace(FAN, keywords=(*FAN.keywords, keyword("zymurgy")))

    assert choose(POOL, both) == choose(POOL, FAN)


def test_papers_without_any_word_of_the_wishes_stay_in_the_order_of_their_topics() -> None:
    pool = [*(paper(n, title) for n, title in enumerate(PLAIN)), paper(8, IMAGES, SD)]

    picks = [pick.paper for pick in choose(pool, replace(FAN, wanted=5))]

    assert picks == [8, 0, 1, 2, 3][: len(picks)]


SPELLINGS = [
    ("backpropagation", "Back-propagation revisited"),
    ("back-propagation", "Backpropagation revisited"),
    ("back propagation", "Back-propagation revisited"),
    ("fine-tuning", "Finetuning of small models"),
    ("finetuning", "Fine\N{NON-BREAKING HYPHEN}tuning of small models"),
    ("diffusion", "A diffusion-based planner"),
    ("diffusion-based", "Diffusion based planners"),
    ("GPT4", "What GPT-4 remembers"),
    ("galaxies", r"The \emph{galaxy} zoo"),
    ("schrodinger", r"A Schr\"odinger bridge"),
]


@pytest.mark.parametrize(("words", "text"), SPELLINGS)
@pytest.mark.parametrize("place", ["title", "abstract", "summary"])
def test_a_muted_keyword_holds_wherever_and_however_it_is_spelt(
    words: str, text: str, place: str
) -> None:
    pool = [*POOL, replace(paper(10, "Untold"), **dict[str, Any]({place: text}))]

    assert 10 in told(pool, reader(wanted=25))
    assert 10 not in told(pool, reader(wanted=25, muted_keywords=(keyword(words),)))


@pytest.mark.parametrize(("words", "text"), SPELLINGS)
def test_a_followed_keyword_is_found_however_it_is_spelt(words: str, text: str) -> None:
    pool = [*POOL, paper(10, "Untold", SD, summary=text)]

    reasons = told(pool, reader(CV, keywords=(keyword(words),)))

    assert reasons[10] == ({"kind": "keyword", "keyword": words},)


@pytest.mark.parametrize(
    ("words", "text"),
    [("propagation back", "Back-propagation"), ("base", "Database-driven"), ("art", "Smart-art's")],
)
def test_parts_of_words_are_no_keyword(words: str, text: str) -> None:
    pool = [*POOL, paper(10, text)]

    found = 10 not in told(pool, reader(wanted=25, muted_keywords=(keyword(words),)))

    assert found == (words == "art")  # which stands there, apart

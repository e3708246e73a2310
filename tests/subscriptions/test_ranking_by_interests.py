"""The personal ranking: what a reader follows, likes and mutes decides what they get, and why."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from papers.scores.text import words
from papers.search.words import stems, telling
from subscriptions.ranking import (
    Choice,
    Keyword,
    PoolPaper,
    Reader,
    Sample,
    choose,
    choose_all,
)
from tests.subscriptions.truth import untrue

CV, SD = "cs.CV", "cs.SD"
VOICES = "Speech recognition of whispered voices by acoustic models"
STARS = "Telescope images of distant galaxies and their spectra"
PROOFS = "Formal verification of compiler proofs in dependent type theory"
FILLER = [
    "Sorting lists in linear time",
    "Bridges that bend under wind load",
    "Market prices under uncertainty",
    "Protein folding at low temperature",
    "Traffic lights and pedestrian safety",
    "Ocean currents near polar ice",
]


def paper(number: int, title: str = "", topic: str = CV, **facts: Any) -> PoolPaper:
    title = title or f"{FILLER[number % len(FILLER)]} {'i' * number}"
    return PoolPaper(number, frozenset({topic}), topic, topic, False, 0, title=title, **facts)


def reader(*topics: str, wanted: int = 4, **facts: Any) -> Reader:
    return Reader({code: code for code in topics}, wanted, **facts)


def like(text: str, number: int | None = None, **facts: Any) -> Sample:
    return Sample(number, text, text, **facts)


def keyword(text: str) -> Keyword:
    return Keyword(text, " ".join(telling(stems(text))))


def numbers(pool: list[PoolPaper], reader: Reader) -> list[int]:
    return [pick.paper for pick in choose(pool, reader)]


def reasons(pool: list[PoolPaper], reader: Reader, number: int) -> list[Any]:
    return next(list(pick.reasons) for pick in choose(pool, reader) if pick.paper == number)


POOL = [*(paper(n) for n in range(6)), paper(6, VOICES), paper(7, STARS), paper(8, PROOFS)]


def test_more_like_this_brings_similar_papers_to_the_front() -> None:
    speech = like("Acoustic models for recognition of speech", 99)

    assert 6 not in numbers(POOL, reader(CV))
    assert numbers(POOL, reader(CV, likes=(speech,)))[0] == 6


def test_less_like_this_sends_similar_papers_back() -> None:
    front = [paper(6, VOICES), *(paper(n) for n in range(6)), paper(7, STARS), paper(8, PROOFS)]
    speech = like("Acoustic models for recognition of speech", 99)

    assert numbers(front, reader(CV))[0] == 6
    assert 6 not in numbers(front, reader(CV, dislikes=(speech,)))


def test_less_like_this_is_heeded_elsewhere_too() -> None:
    pool = [*(paper(n) for n in range(6)), paper(6, VOICES, SD), paper(7, STARS, SD)]
    speech = like("Acoustic models for recognition of speech", 99)

    assert numbers(pool, reader(CV))[-1] == 6
    assert numbers(pool, reader(CV, dislikes=(speech,)))[-1] == 7


def test_a_keyword_brings_its_papers_from_outside_the_topics_and_says_so() -> None:
    pool = [*POOL, paper(9, "Galaxy clusters and dark matter", SD)]
    fan = reader(CV, keywords=(keyword("galaxies"),))

    assert {7, 9} <= set(numbers(pool, fan))
    assert reasons(pool, fan, 9) == [{"kind": "keyword", "keyword": "galaxies"}]
    assert reasons(pool, fan, 7)[0] == {"kind": "keyword", "keyword": "galaxies"}


def test_a_keyword_of_two_words_needs_them_side_by_side() -> None:
    fan = reader(CV, keywords=(keyword("models by voices"),))

    assert all(reason["kind"] != "keyword" for pick in choose(POOL, fan) for reason in pick.reasons)


def test_an_abstract_counts_as_the_title_does() -> None:
    pool = [*POOL, paper(9, "Untold", SD, abstract="We study quantum chess.")]

    assert 9 in numbers(pool, reader(CV, keywords=(keyword("quantum chess"),)))


def test_a_followed_authors_paper_comes_first_and_says_so() -> None:
    pool = [*POOL, paper(9, "Untold", SD, authors=frozenset({5, 7}))]
    fan = reader(CV, authors={7: "Ada Example"})

    assert numbers(pool, fan)[0] == 9
    assert reasons(pool, fan, 9) == [{"kind": "author", "author": 7, "name": "Ada Example"}]


def test_a_paper_like_a_liked_one_comes_from_outside_the_topics_and_names_it_and_the_words() -> (
    None
):
    pool = [*(paper(n) for n in range(6)), paper(6, VOICES, SD)]
    speech = like("Acoustic models for recognition of speech", 99)

    [reason] = reasons(pool, reader(CV, likes=(speech,)), 6)

    assert (reason["kind"], reason["paper"], reason["title"]) == ("liked", 99, speech.title)
    assert 2 <= len(reason["terms"]) <= 3
    assert set(reason["terms"]) <= set(words(VOICES)) & set(words(speech.text))


def test_one_shared_word_is_not_likeness() -> None:
    pool = [*(paper(n) for n in range(6)), paper(6, "Speech", SD)]

    fan = reader(CV, likes=(like("Speech", 99),))

    assert all(reason["kind"] != "liked" for pick in choose(pool, fan) for reason in pick.reasons)


def test_one_more_like_takes_nothing_from_what_the_others_are_like() -> None:
    spoken = paper(6, "Diffusion: whispered acoustic phonemes", "cs.SD")
    pool = [*(paper(n) for n in range(6)), spoken]
    long, short = like("Acoustic phonemes of whispered voices", 98), like("Diffusion", 99)

    for likes in ((long,), (long, short), (short, long)):
        [reason, *_] = reasons(pool, reader(CV, likes=likes), 6)
        assert (reason["kind"], reason["paper"]) == ("liked", 98)


def test_one_more_dislike_brings_nothing_back() -> None:
    spoken = paper(6, "Diffusion: whispered acoustic phonemes", "cs.SD")
    pool = [*(paper(n) for n in range(6)), spoken]
    long, short = like("Acoustic phonemes of whispered voices", 98), like("Diffusion", 99)

    assert 6 in numbers(pool, reader(CV))
    assert 6 not in numbers(pool, reader(CV, dislikes=(long,)))
    assert 6 not in numbers(pool, reader(CV, dislikes=(long, short)))


def test_the_most_telling_two_reasons_are_told() -> None:
    pool = [*POOL, replace(paper(9, VOICES, authors=frozenset({7})), growth=50)]
    fan = reader(
        CV,
        authors={7: "Ada Example"},
        keywords=(keyword("whispered"),),
        likes=(like("Acoustic models for recognition of speech"),),
    )

    assert [reason["kind"] for reason in reasons(pool, fan, 9)] == ["author", "keyword"]


def test_a_paper_that_the_reader_has_told_us_of_is_not_sent() -> None:
    known = reader(CV, likes=(like(VOICES, 6),), dislikes=(like(STARS, 7),))

    assert not {6, 7} & set(numbers(POOL, replace(known, wanted=25)))


def test_a_digest_that_was_worth_reading_counts_a_little_and_is_no_reason() -> None:
    hint = like("Acoustic models for recognition of speech", 99, weight=0.1, told=False)

    fan = reader(CV, likes=(hint,))

    assert numbers(POOL, fan)[0] == 6
    assert all(reason["kind"] == "topic" for pick in choose(POOL, fan) for reason in pick.reasons)


def test_readers_of_one_chunk_get_what_each_would_get_alone() -> None:
    readers = [
        reader(CV),
        reader(CV, likes=(like(STARS),)),
        reader(likes=(like(PROOFS), like(VOICES))),
        reader(CV, SD, keywords=(keyword("wind"),), dislikes=(like(STARS),)),
    ]

    assert choose_all(POOL, readers) == [choose_all(POOL, [one])[0] for one in readers]


@pytest.mark.parametrize(
    "likes",
    [
        [like("", 1)],
        [like("Zażółć gęślą jaźń"), like("سلام دنیا"), like("深度学习 的 方法")],
        [like("Two words")],
        [like(f"Paper {n} of very many about {FILLER[n % 6]}", 100 + n) for n in range(5000)],
    ],
    ids=["without words", "other languages", "two words", "five thousand"],
)
@pytest.mark.parametrize("size", [0, 1, 3, 9])
def test_any_likes_and_any_pool_give_a_digest_or_a_reason(likes: list[Sample], size: int) -> None:
    [choice] = choose_all(POOL[:size], [reader(CV, likes=tuple(likes))])

    assert bool(choice.picks) != bool(choice.skipped)


def test_a_hundred_contradicting_interests_are_no_trouble() -> None:
    both = tuple(like(text, 100 + n) for n, text in enumerate(FILLER * 17))
    torn = reader(
        CV,
        likes=both,
        dislikes=both,
        keywords=(keyword("wind"),),
        muted_keywords=(keyword("wind"),),
        muted_topics=frozenset({SD}),
    )

    assert len(choose(POOL, torn)) == 4
    assert 1 not in numbers(POOL, torn)  # bridges under wind load


def test_all_muted_is_an_explained_empty_digest() -> None:
    assert choose_all(POOL, [reader(CV, muted_topics=frozenset({CV}))]) == [Choice(skipped="empty")]


WORDS = some.sampled_from("deep graph speech star proof model image noise wind".split())  # noqa: SIM905  # else 9 lines
TEXTS = some.lists(WORDS, max_size=6).map(" ".join)
CODES = some.sampled_from(["cs.CV", "cs.LG", "cs.SD"])
POOLS = some.lists(
    some.builds(
        PoolPaper,
        paper=some.integers(0, 50),
        topics=some.frozensets(CODES),
        primary=CODES,
        primary_name=some.just("A topic"),
        pinned=some.booleans(),
        growth=some.integers(0, 20),
        day=some.sampled_from(["2026-11-18", "2026-11-19"]),
        authors=some.frozensets(some.integers(1, 6), max_size=3),
        title=TEXTS,
        abstract=TEXTS,
        summary=TEXTS,
    ),
    max_size=20,
    unique_by=lambda paper: paper.paper,
)
SAMPLES = some.builds(
    Sample, paper=some.integers(0, 50), title=TEXTS, text=TEXTS, told=some.booleans()
)
PHRASES = some.lists(WORDS, min_size=1, max_size=2).map(" ".join)
KEYWORDS = some.lists(PHRASES.map(keyword), max_size=3).map(tuple)
READERS = some.builds(
    Reader,
    topics=some.dictionaries(CODES, some.just("A topic")),
    wanted=some.integers(3, 8),
    seen=some.frozensets(some.integers(0, 50)),
    muted_topics=some.frozensets(CODES),
    keywords=KEYWORDS,
    muted_keywords=KEYWORDS,
    authors=some.dictionaries(some.integers(1, 6), some.just("Ada Example"), max_size=2),
    muted_authors=some.frozensets(some.integers(1, 6), max_size=2),
    likes=some.lists(SAMPLES, max_size=4).map(tuple),
    dislikes=some.lists(SAMPLES, max_size=4).map(tuple),
    weekly=some.booleans(),
    silent_when_quiet=some.booleans(),
)


@given(pool=POOLS, reader=READERS)
def test_nothing_muted_or_known_ever_appears(pool: list[PoolPaper], reader: Reader) -> None:
    by_number = {paper.paper: paper for paper in pool}

    for pick in choose(pool, reader):
        shown = by_number[pick.paper]
        assert shown.paper not in reader.seen
        assert shown.primary not in reader.muted_topics
        assert not shown.authors & reader.muted_authors
        read = [f" {' '.join(stems(text))} " for text in shown.text.split("\n")]
        muted = [f" {word.key} " for word in reader.muted_keywords]
        assert not any(key in text for key in muted for text in read)


@given(pool=POOLS, reader=READERS)
def test_every_reason_is_true(pool: list[PoolPaper], reader: Reader) -> None:
    assert untrue(choose(pool, reader), pool, reader) == []


@given(pool=POOLS, readers=some.lists(READERS, max_size=3))
def test_the_same_values_give_the_same_answer(pool: list[PoolPaper], readers: list[Reader]) -> None:
    choices = choose_all(pool, readers)

    assert choose_all(tuple(pool), tuple(readers)) == choices
    assert [choose_all(pool, [one])[0] for one in readers] == choices

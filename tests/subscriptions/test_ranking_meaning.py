"""What texts mean, by a model of all papers: it orders beside the words, and is never a reason."""

from dataclasses import replace

import pytest

from papers.relevance.model import Model
from subscriptions.ranking import PoolPaper, Reader, choose, choose_all
from tests.subscriptions.made_up import Kept, keyword
from tests.subscriptions.models_by_hand import (
    LEARNED,
    POOL,
    SPEECH,
    STARS,
    VOICES,
    hand_made,
    like,
    order,
    paper,
    reader,
    weighed,
)
from tests.subscriptions.truth import untrue


def test_what_means_the_same_comes_first_without_a_word_in_common() -> None:
    fan = reader(SPEECH)

    assert order(POOL, fan)[0] == VOICES
    assert weighed(POOL, fan, Kept(_without_meaning()))[0].paper != VOICES


def test_less_like_this_sends_back_what_means_the_same() -> None:
    front = [POOL[VOICES], *POOL[:VOICES], POOL[STARS]]

    assert order(front, reader())[0] == VOICES
    assert order(front, reader(dislikes=(like(SPEECH),)))[-1] == VOICES


def test_a_keyword_means_something_too() -> None:
    assert order(POOL, reader(keywords=(keyword("galaxy"),)))[0] == STARS


def test_meaning_alone_is_no_reason() -> None:
    picks = choose(POOL, reader(SPEECH), LEARNED)

    kinds = {reason["kind"] for reason in picks[0].reasons}
    assert picks[0].paper == VOICES
    assert not kinds & {"liked", "close"}
    assert untrue(picks, POOL, reader(SPEECH)) == []


@pytest.mark.parametrize("words", ["深度学习 的 方法", "", "Two words", "the of and", "12 34"])
def test_what_the_model_does_not_know_leaves_the_order_of_trending(words: str) -> None:
    assert order(POOL, reader(words)) == list(range(8))
    assert order(POOL, reader(SPEECH, words)) == order(POOL, reader(SPEECH))


def test_what_the_model_does_not_know_counts_by_its_words() -> None:
    pool = [*POOL, paper(8, "Zymurgy of hops")]

    [first, *_] = weighed(pool, reader("Zymurgy and hops"))

    assert first.paper == 8
    assert first.parts["words"] > 0
    assert first.parts["meaning"] == 0


def test_papers_that_the_model_cannot_place_are_no_trouble() -> None:
    pool = [*POOL, paper(8, ""), paper(9, "深度学习")]

    assert order(pool, reader(SPEECH))[0] == VOICES
    assert sorted(order(pool, reader(SPEECH))) == list(range(10))
    assert sorted(order(pool[8:], reader(SPEECH))) == [8, 9]


def test_the_parts_add_up_to_the_score_meaning_among_them() -> None:
    fan = reader(SPEECH, "Zymurgy", dislikes=(like("Lemma"),), keywords=(keyword("auction"),))

    told = weighed(POOL, fan)

    assert all(round(sum(it.parts.values()), 6) == it.score for it in told)
    assert all(
        it.parts.keys() == {"words", "meaning", "trending", "author", "keyword"} for it in told
    )
    assert any(it.parts["meaning"] > 0 for it in told)
    assert [it.score for it in told] == sorted((it.score for it in told), reverse=True)


def test_alone_in_a_chunk_and_again_is_the_same_answer() -> None:
    readers = [
        reader(SPEECH),
        reader("Galaxy, spectra", dislikes=(like(SPEECH),)),
        reader(),
        reader("深度学习", keywords=(keyword("price"),)),
        Reader({"cs.CV": "Vision"}, 3, likes=(like("A theorem"),)),
    ]

    together = choose_all(POOL, readers, LEARNED)

    assert choose_all(POOL, readers, LEARNED) == together
    assert choose_all(POOL, readers, Kept(hand_made())) == together
    assert [choose_all(POOL, [one], LEARNED)[0] for one in readers] == together
    assert choose_all(POOL, readers[::-1], LEARNED) == together[::-1]


def test_a_phrase_is_told_once_and_not_with_its_words_again() -> None:
    pool = [*POOL, paper(8, "An acoustic model of the tuba, acoustic")]

    [pick] = [
        pick
        for pick in choose(pool, reader("Acoustic model, tuba and acoustic"), LEARNED)
        if pick.paper == 8
    ]

    [reason, *_] = pick.reasons
    assert (reason["kind"], sorted(reason["terms"])) == ("liked", ["acoustic model", "tuba"])


@pytest.mark.parametrize("parted", ["model of acoustic", "acoustic, model", "acoustic 3 model"])
def test_words_that_do_not_stand_together_make_no_phrase(parted: str) -> None:
    pool = [*POOL, paper(8, f"The {parted} of the tuba")]

    told = choose(pool, reader("Acoustic model, tuba"), LEARNED)

    assert all(
        "acoustic model" not in reason.get("terms", ()) for it in told for reason in it.reasons
    )


def test_a_title_s_end_and_the_abstract_s_beginning_make_no_phrase() -> None:
    pool = [*POOL, paper(8, "The tuba is acoustic", abstract="Model making.")]
    fan = reader("Acoustic model, tuba")

    told = choose(pool, fan, LEARNED)

    [reason] = [reason for it in told if it.paper == 8 for reason in it.reasons]
    assert "acoustic model" not in reason["terms"]
    assert untrue(told, pool, fan) == []


def test_papers_that_nobody_noticed_stand_alike_in_trending() -> None:
    pool = [replace(one, noticed=one.paper < 3) for one in POOL]

    by_number = {it.paper: it.parts["trending"] for it in weighed(pool, reader(SPEECH))}

    assert by_number[0] > by_number[1] > by_number[2] > by_number[3]
    assert len({by_number[number] for number in range(3, 8)}) == 1
    assert {it.parts["trending"] for it in weighed(_unnoticed(), reader(SPEECH))} == {0}


def _unnoticed() -> list[PoolPaper]:
    return [replace(one, noticed=False) for one in POOL]


def _without_meaning() -> Model:
    known = hand_made()
    return Model(known.terms, known.rarity, known.meaning, known.mean[:0], known.variance[:0])

"""Why these papers: the very choice, each part of each score, and what kept the next ones out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from subscriptions.left_out import barred, why_not
from subscriptions.ranking import (
    NEXT,
    Keyword,
    Obstacle,
    PoolPaper,
    Reader,
    Sample,
    Weighed,
    choose_all,
    explain,
)

CV, LG, SD = "cs.CV", "cs.LG", "cs.SD"
WORDS = ["speech", "galaxies", "compilers", "proteins", "oceans", "bridges"]


def paper(number: int, topic: str = CV, title: str = "", **facts: Any) -> PoolPaper:
    title = title or f"On {WORDS[number % len(WORDS)]} and {WORDS[number // 3 % len(WORDS)]}"
    return PoolPaper(
        number,
        frozenset({topic}),
        topic,
        topic,
        facts.pop("pinned", False),
        0,
        title=title,
        **facts,
    )


def twins(one: int, other: int, **facts: Any) -> list[PoolPaper]:
    return [
        paper(at, twins=frozenset({like}), kin=frozenset({like}), **facts)
        for at, like in ((one, other), (other, one))
    ]


def reader(*topics: str, wanted: int = 4, **facts: Any) -> Reader:
    return Reader({code: code for code in topics}, wanted, **facts)


def like(text: str, number: int | None = None, **facts: Any) -> Sample:
    return Sample(number, text, text, **facts)


def obstacles(weighed: tuple[Weighed, ...]) -> dict[int, Obstacle]:
    return {one.paper: one.obstacle for one in weighed if one.obstacle}


def kinds(pool: list[PoolPaper], one: Reader) -> dict[int, str]:
    return {number: it.kind for number, it in obstacles(explain(pool, one).left_out).items()}


# --- the same choice -----------------------------------------------------------------------------

NUMBERS = some.frozensets(some.integers(0, 29), max_size=8)
TOPICS = some.frozensets(some.sampled_from([CV, LG, SD]), max_size=2)
READERS = some.builds(
    Reader,
    topics=TOPICS.map(lambda codes: {code: code for code in sorted(codes)}),
    wanted=some.integers(1, 12),
    seen=NUMBERS,
    muted_topics=some.frozensets(some.just(LG), max_size=1),
    keywords=some.sampled_from([(), (Keyword("oceans", "ocean"),)]),
    authors=some.sampled_from([{}, {3: "Ada"}]),
    muted_authors=some.frozensets(some.just(5), max_size=1),
    likes=some.lists(some.sampled_from(WORDS).map(like), max_size=2).map(tuple),
    dislikes=some.lists(some.sampled_from(WORDS).map(like), max_size=1).map(tuple),
    weekly=some.booleans(),
    silent_when_quiet=some.booleans(),
)


def mixed_pool(size: int) -> list[PoolPaper]:
    return [
        paper(
            number,
            [CV, LG, CV, SD][number % 4],
            pinned=number == 0,
            day=f"day {number % 3}",
            authors=frozenset({number % 7}),
            kin=frozenset({number ^ 1} if number % 10 < 2 else ()),
            twins=frozenset({number ^ 1} if number % 10 < 2 else ()),
        )
        for number in range(size)
    ]


@given(READERS, some.integers(0, 30))
def test_is_of_the_very_choice_and_accounts_for_every_candidate(one: Reader, size: int) -> None:
    pool = mixed_pool(size)

    told = explain(pool, one, following=size)

    [choice] = choose_all(pool, [one])
    assert told.choice == choice
    assert [it.paper for it in told.chosen] == [pick.paper for pick in choice.picks]
    assert [it.reasons for it in told.chosen] == [pick.reasons for pick in choice.picks]
    assert told.candidates == size
    assert told.fitting + told.elsewhere + sum(told.barred.values()) == size
    assert all(it.obstacle for it in told.left_out)


@given(READERS, some.integers(0, 30))
def test_the_parts_add_up_to_the_score_and_the_score_to_the_place(one: Reader, size: int) -> None:
    told = explain(mixed_pool(size), one, following=size)

    every = [*told.chosen, *told.left_out]
    assert all(round(sum(it.parts.values()), 6) == it.score for it in every)
    mine = sorted((it for it in every if it.section == "for_you"), key=lambda it: it.place)
    assert [it.place for it in mine] == list(range(1, len(mine) + 1))
    if told.by_score:
        order = [(not it.pinned, -it.score, it.rank) for it in mine]
        assert order == sorted(order)
    else:
        assert [it.rank for it in mine] == sorted(it.rank for it in mine)


@given(READERS)
def test_each_obstacle_is_true(one: Reader) -> None:
    pool = mixed_pool(30)
    told = explain(pool, one, following=30)
    last = max((it.place for it in told.chosen if it.section == "for_you"), default=0)
    true: dict[str, Callable[[Any], bool]] = {
        "below": lambda it: it.section == "for_you" and it.place > last,
        "topic is full": lambda it: it.section == "for_you" and it.place < last,
        "day is full": lambda it: one.weekly and it.section == "for_you" and it.place < last,
        "alike": lambda it: it.obstacle.paper in pool[it.paper].kin,
        "outside": lambda it: it.section == "elsewhere",
        "unwelcome": lambda it: it.section == "elsewhere" and bool(one.dislikes),
        "quiet day": lambda _: told.choice.skipped == "quiet day",
    }

    for it in told.left_out:
        assert it.obstacle
        assert true[it.obstacle.kind](it)
        assert why_not(it.obstacle, "Another")
    assert barred(told.barred)


# --- what keeps papers out -----------------------------------------------------------------------


def test_below_the_last_one() -> None:
    pool = [paper(number, [CV, LG][number % 2]) for number in range(8)]

    assert kinds(pool, reader()) == dict.fromkeys(range(4, 8), "below")


def test_nearly_the_same_as_one_before_it() -> None:
    pool = [*twins(0, 1), *(paper(number, LG) for number in range(2, 6))]

    assert obstacles(explain(pool, reader()).left_out)[1] == Obstacle("alike", 0)


def test_a_topic_has_its_share_only_while_others_come_after() -> None:
    pool = [*(paper(number) for number in range(5)), paper(5, LG), paper(6)]

    assert kinds(pool, reader()) == {3: "topic is full", 4: "topic is full", 6: "below"}
    assert kinds(pool[:5], reader()) == {4: "below"}


def test_a_day_has_its_half_of_a_week() -> None:
    pool = [
        paper(number, [CV, LG][number % 2], day="mon" if number < 4 else "tue")
        for number in range(8)
    ]

    assert kinds(pool, reader(weekly=True)) == {
        2: "day is full",
        3: "day is full",
        6: "below",
        7: "below",
    }


def test_outside_the_topics_and_unwelcome_there() -> None:
    voices = "speech recognition of whispered voices"
    pool = [
        *(paper(number) for number in range(4)),
        paper(4, SD, voices),
        paper(5, SD),
        paper(6, SD),
    ]

    told = kinds(pool, reader(CV, dislikes=(like(voices),)))

    assert told[4] == "unwelcome"
    assert told[6] == "outside"


def test_a_quiet_day() -> None:
    pool = [paper(0), paper(1), paper(2, SD)]

    told = explain(pool, reader(CV, silent_when_quiet=True))

    assert told.choice.skipped == "quiet day"
    assert [it.obstacle and it.obstacle.kind for it in told.left_out] == ["quiet day"] * 2 + [
        "outside"
    ]


def test_what_is_barred_is_counted_once_under_the_first_bar() -> None:
    pool = [
        *twins(0, 1),
        *(paper(number) for number in range(2, 5)),
        paper(5, LG),
        paper(6, title="Of whispered voices"),
        paper(7, authors=frozenset({9})),
        paper(8),
        paper(9),
    ]
    one = reader(
        seen=frozenset({0, 5, 99}),
        likes=(like("bridges", 2), like("markets", 9, told=False, opened=True)),
        dislikes=(like("oceans", 3), like("galaxies", 4, told=False)),
        muted_topics=frozenset({LG}),
        muted_keywords=(Keyword("voices", "voic"),),
        muted_authors=frozenset({9}),
    )

    told = explain(pool, one)

    assert told.barred == {
        "sent": 2,
        "twin": 1,
        "told": 2,
        "opened": 1,
        "muted topic": 0,
        "muted keyword": 1,
        "muted author": 1,
    }
    assert {it.paper for it in (*told.chosen, *told.left_out)} == {4, 8}


# --- whose ---------------------------------------------------------------------------------------


def test_who_has_told_no_more_than_topics_is_served_by_trending() -> None:
    told = explain([paper(number) for number in range(9)], reader(CV))

    assert not told.by_score
    assert {it.score for it in (*told.chosen, *told.left_out)} == {0}


def test_bonuses_are_parts_of_their_own_and_pinned_ones_stand_before_any_score() -> None:
    pool = [
        paper(0, LG, pinned=True),
        *(paper(number) for number in range(1, 9)),
        paper(9, authors=frozenset({3}), title="Of whispered voices"),
    ]
    one = reader(wanted=5, authors={3: "Ada"}, keywords=(Keyword("voices", "voic"),))

    pinned, first, *_ = explain(pool, one).chosen

    assert (pinned.paper, pinned.pinned, pinned.place) == (0, True, 1)
    assert (first.paper, first.place) == (9, 2)
    assert pinned.score < first.score
    assert (first.parts["author"], first.parts["keyword"]) == (3, 2)
    assert {"words", "trending"} <= first.parts.keys()


def test_so_many_as_are_asked_for_come_next() -> None:
    pool = [
        *(paper(number) for number in range(30)),
        *(paper(number, SD) for number in range(30, 40)),
    ]

    told = explain(pool, reader(CV))
    fewer = explain(pool, reader(CV), following=1)

    assert [it.section for it in told.left_out] == ["for_you"] * NEXT + ["elsewhere"] * 3
    assert [it.section for it in fewer.left_out] == ["for_you", "elsewhere"]


def test_a_pool_of_three_and_one_of_none() -> None:
    pool = [paper(number) for number in range(3)]

    assert [it.paper for it in explain(pool, reader()).chosen] == [0, 1, 2]
    assert explain(pool, reader(seen=frozenset(range(3)))).choice.skipped == "empty"
    assert explain([], reader()).choice.skipped == "empty"


def test_thousands_of_likes_are_explained_as_well() -> None:
    likes = tuple(like(f"{WORDS[n % 6]} {WORDS[n % 5]} {n}", 1000 + n) for n in range(5000))
    one = reader(CV, likes=likes)

    told = explain(mixed_pool(30), one)

    assert told.by_score
    assert told.choice == choose_all(mixed_pool(30), [replace(one)])[0]

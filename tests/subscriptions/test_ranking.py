"""The personal ranking: fitting papers first, variety, a little from elsewhere, true reasons."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from papers.cards import GROWTH_DAYS
from subscriptions.ranking import Choice, Pick, PoolPaper, Reader, choose, choose_all, missed

CV, LG, SD = "cs.CV", "cs.LG", "cs.SD"


def pool_paper(
    number: int, primary: str = CV, *also: str, pinned: bool = False, growth: int = 0
) -> PoolPaper:
    topics = frozenset({primary, *also})
    return PoolPaper(number, topics, primary, f"Name of {primary}", pinned, growth)


def reader(*topics: str, wanted: int = 10, seen: Iterable[int] = ()) -> Reader:
    return Reader({code: f"Name of {code}" for code in topics}, wanted, frozenset(seen))


def papers(picks: Iterable[Pick], section: str = "for_you") -> list[int]:
    return [pick.paper for pick in picks if pick.section == section]


def test_takes_the_pools_order_within_the_chosen_topics() -> None:
    pool = [pool_paper(1, SD), pool_paper(2, LG), pool_paper(3, CV), pool_paper(4, LG)]

    picks = choose(pool, reader(LG, wanted=3))

    assert papers(picks) == [2, 4]


def test_a_cross_listed_paper_fits_too() -> None:
    picks = choose([pool_paper(1, CV, LG)], reader(LG))

    assert papers(picks) == [1]


def test_without_chosen_topics_everything_fits() -> None:
    picks = choose([pool_paper(1, SD), pool_paper(2, CV)], reader())

    assert papers(picks) == [1, 2]
    assert picks[0].reasons == ({"kind": "trending"},)


def test_what_was_sent_before_is_never_sent_again() -> None:
    picks = choose([pool_paper(1), pool_paper(2)], reader(CV, seen=[1]))

    assert papers(picks) == [2]


def test_gives_no_more_than_was_asked_for() -> None:
    pool = [pool_paper(n) for n in range(40)] + [pool_paper(n, SD) for n in range(40, 80)]

    assert len(choose(pool, reader(CV, wanted=7))) == 7


def test_two_papers_come_from_elsewhere_and_are_labelled() -> None:
    pool = [pool_paper(n) for n in range(20)] + [pool_paper(n, SD) for n in range(20, 30)]

    picks = choose(pool, reader(CV))

    assert papers(picks) == list(range(8))
    assert papers(picks, "elsewhere") == [20, 21]
    assert picks[-1].reasons[0] == {"kind": "elsewhere", "topic": SD, "name": "Name of cs.SD"}


def test_nothing_new_in_the_chosen_topics_gives_a_short_digest_from_elsewhere() -> None:
    [choice] = choose_all([pool_paper(n, SD) for n in range(20)], [reader(CV)])

    assert choice.kind == "short"
    assert papers(choice.picks) == []
    assert papers(choice.picks, "elsewhere") == [0, 1, 2]


def test_a_quiet_day_gives_what_fits_and_no_more_than_three_from_elsewhere() -> None:
    pool = [pool_paper(1), pool_paper(2), *(pool_paper(n, SD) for n in range(3, 20))]

    [choice] = choose_all(pool, [reader(CV)])

    assert choice.kind == "short"
    assert papers(choice.picks) == [1, 2]
    assert papers(choice.picks, "elsewhere") == [3, 4, 5]


def test_a_quiet_day_gives_nothing_to_who_wants_nothing_then() -> None:
    pool = [pool_paper(1), pool_paper(2), pool_paper(3, SD)]
    quiet = replace(reader(CV), silent_when_quiet=True)

    assert choose_all(pool, [quiet]) == [Choice(skipped="quiet day")]
    assert choose_all([*pool, pool_paper(4)], [quiet])[0].kind == "daily"


@pytest.mark.parametrize("number", [1, 2])
def test_without_topics_a_day_of_fewer_than_three_papers_is_quiet(number: int) -> None:
    pool = [pool_paper(n) for n in range(number)]

    assert choose_all(pool, [reader()])[0].kind == "short"
    assert choose_all(pool, [replace(reader(), silent_when_quiet=True)])[0].skipped == "quiet day"


def test_a_digest_is_never_longer_than_asked_for_on_a_quiet_day() -> None:
    pool = [pool_paper(1), pool_paper(2), *(pool_paper(n, SD) for n in range(3, 20))]

    assert papers(choose(pool, reader(CV, wanted=3))) == [1, 2]
    assert len(choose(pool, reader(CV, wanted=3))) == 3


def test_a_weekly_digest_takes_no_more_than_half_from_one_day_while_others_have_papers() -> None:
    pool = [
        replace(pool_paper(n, f"topic{n % 4}"), day=day)
        for n, day in enumerate(["2026-11-19"] * 20 + ["2026-11-16"] * 3 + ["2026-11-17"] * 9)
    ]

    [choice] = choose_all(pool, [replace(reader(wanted=8), weekly=True)])

    assert choice.kind == "weekly"
    days = Counter(pool[paper].day for paper in papers(choice.picks))
    assert days == {"2026-11-19": 4, "2026-11-16": 3, "2026-11-17": 1}


def test_one_day_may_fill_a_weekly_digest_when_the_others_have_nothing() -> None:
    pool = [replace(pool_paper(n), day="2026-11-19") for n in range(20)]

    assert papers(choose(pool, replace(reader(wanted=8), weekly=True))) == list(range(8))


def test_a_muted_topic_takes_out_its_own_papers_and_leaves_cross_listed_ones() -> None:
    pool = [pool_paper(1, SD, CV), pool_paper(2, CV, SD), pool_paper(3, SD), pool_paper(4, CV)]

    picks = choose(pool, replace(reader(CV), muted_topics=frozenset({SD})))

    assert papers(picks) == [2, 4]
    assert papers(picks, "elsewhere") == []


def test_what_is_missed_after_a_pause_is_the_best_five_that_fit_and_are_new() -> None:
    pool = [pool_paper(n, [CV, SD][n % 2]) for n in range(30)]

    [picks] = missed(pool, [reader(CV, seen=[0, 2])])

    assert papers(picks, "missed") == [4, 6, 8, 10, 12]


def test_of_papers_that_say_the_same_the_better_one_is_sent_and_the_other_never() -> None:
    pool = [pool_paper(number) for number in range(6)]
    pool[3] = replace(pool[3], twins=frozenset({1}), kin=frozenset({1}))
    pool[1] = replace(pool[1], twins=frozenset({3}), kin=frozenset({3}))

    assert papers(choose(pool, reader(CV))) == [0, 1, 2, 4, 5]
    assert papers(choose(pool, reader(CV, seen={1}))) == [0, 2, 4, 5]
    assert papers(choose(pool, reader(CV, seen={3}))) == [0, 2, 4, 5]


def test_another_part_of_a_paper_comes_another_day() -> None:
    pool = [pool_paper(number) for number in range(6)]
    pool[3] = replace(pool[3], kin=frozenset({1}))
    pool[1] = replace(pool[1], kin=frozenset({3}))

    assert papers(choose(pool, reader(CV))) == [0, 1, 2, 4, 5]
    assert papers(choose(pool, reader(CV, seen={1}))) == [0, 2, 3, 4, 5]


def test_what_says_the_same_as_a_fitting_paper_does_not_come_from_elsewhere() -> None:
    pool = [pool_paper(0, SD), *(pool_paper(number) for number in range(1, 6)), pool_paper(6, LG)]
    pool[0] = replace(pool[0], twins=frozenset({1}), kin=frozenset({1}))
    pool[1] = replace(pool[1], twins=frozenset({0}), kin=frozenset({0}))

    picks = choose(pool, reader(CV))

    assert papers(picks) == [1, 2, 3, 4, 5]
    assert papers(picks, "elsewhere") == [6]


def test_editors_may_pin_two_that_say_the_same() -> None:
    pool = [pool_paper(0, pinned=True), pool_paper(1, pinned=True), pool_paper(2), pool_paper(3)]
    pool[0] = replace(pool[0], twins=frozenset({1, 2}), kin=frozenset({1, 2}))
    pool[1] = replace(pool[1], twins=frozenset({0, 2}), kin=frozenset({0, 2}))
    pool[2] = replace(pool[2], twins=frozenset({0, 1}), kin=frozenset({0, 1}))

    assert papers(choose(pool, reader(CV))) == [0, 1, 3]


def test_nothing_new_at_all_gives_nothing() -> None:
    assert choose([pool_paper(1)], reader(CV, seen=[1])) == []
    assert choose([], reader()) == []


def test_no_topic_takes_more_than_its_share_while_others_have_papers() -> None:
    pool = [pool_paper(n, CV) for n in range(20)] + [pool_paper(n, LG) for n in range(20, 40)]

    picks = choose(pool, reader(CV, LG, wanted=10))

    assert papers(picks) == [0, 1, 2, 3, 4, 5, 20, 21, 22, 23]


def test_one_topic_may_fill_the_digest_when_the_others_have_nothing() -> None:
    pool = [pool_paper(n, CV) for n in range(20)]

    assert papers(choose(pool, reader(CV, LG, wanted=10))) == list(range(10))


def test_a_pinned_paper_comes_first_for_everyone_and_says_so() -> None:
    pool = [pool_paper(9, SD, pinned=True), pool_paper(1)]

    picks = choose(pool, reader(CV))

    assert papers(picks) == [9, 1]
    assert picks[0].reasons == ({"kind": "pinned"},)


def test_says_why_in_at_most_two_reasons() -> None:
    picks = choose([pool_paper(1, CV, pinned=True, growth=24)], reader(CV))

    assert picks[0].reasons == (
        {"kind": "pinned"},
        {"kind": "topic", "topic": CV, "name": "Name of cs.CV"},
    )


def test_a_notable_growth_is_a_reason() -> None:
    picks = choose([pool_paper(1, growth=24), pool_paper(2, growth=4)], reader(CV))

    assert picks[0].reasons[1] == {"kind": "votes", "growth": 24, "days": GROWTH_DAYS}
    assert len(picks[1].reasons) == 1

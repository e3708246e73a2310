"""The order of an edition's papers: what editors do to it stays, whatever comes in or goes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from papers import editions, placing
from papers.models import Edition, Paper
from papers.placing import Placement
from tests.factories import PaperFactory

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
LETTERS = "ABCDEFGH"

pytestmark = pytest.mark.django_db


def edition_of(titles: str) -> Edition:
    """The first letter is the paper that trends most."""
    for at, title in enumerate(titles):
        PaperFactory.create(title=title, first_seen_at=NOW - HOUR, trending=100.0 - at)
    return editions.build(NOW)


def order(edition: Edition) -> str:
    return "".join(row.paper.title for row in edition.candidates.order_by("rank"))


def row(title: str) -> int:
    return Paper.objects.get(title=title).pk


def rebuilt(edition: Edition) -> str:
    Paper.objects.update(updated_at=NOW + HOUR)
    editions.build(NOW + HOUR)
    return order(edition)


def test_a_moved_paper_stands_at_the_rank_it_was_given() -> None:
    edition = edition_of("ABCDE")

    placing.move(edition, row("D"), 2)

    assert order(edition) == "ADBCE"


def test_the_paper_moved_last_gets_the_rank_that_two_were_given() -> None:
    edition = edition_of("ABCDE")

    placing.move(edition, row("E"), 1)
    placing.move(edition, row("D"), 1)

    assert order(edition) == "DEABC"
    assert rebuilt(edition) == "DEABC"


def test_what_comes_in_moves_no_paper_that_an_editor_has_placed() -> None:
    edition = edition_of("ABCD")
    placing.move(edition, row("D"), 2)
    PaperFactory.create(title="N", first_seen_at=NOW, trending=200.0)

    assert rebuilt(edition) == "NDABC"


def test_pinned_papers_stand_first_in_the_order_of_pinning_until_moved() -> None:
    edition = edition_of("ABCD")

    placing.place(edition, [row("D")], Placement.PINNED)
    placing.place(edition, [row("B")], Placement.PINNED)
    assert rebuilt(edition) == "DBAC"

    placing.move(edition, row("B"), 1)
    assert rebuilt(edition) == "BDAC"


def test_a_moved_paper_goes_no_higher_than_below_the_pinned_ones() -> None:
    edition = edition_of("ABCD")
    placing.place(edition, [row("C")], Placement.PINNED)

    placing.move(edition, row("D"), 1)

    assert order(edition) == "CDAB"


def test_a_dropped_paper_stands_last_and_comes_back_to_its_own_rank() -> None:
    edition = edition_of("ABCD")
    placing.move(edition, row("C"), 1)

    placing.place(edition, [row("C")], Placement.DROPPED)
    assert order(edition) == "ABDC"

    placing.place(edition, [row("C")], Placement.RANKED)
    assert rebuilt(edition) == "ABCD"


def test_an_added_paper_of_any_age_stays_below_the_pinned_ones() -> None:
    edition = edition_of("ABC")
    placing.place(edition, [row("B")], Placement.PINNED)
    old = PaperFactory.create(title="O", first_seen_at=NOW - timedelta(days=90))

    for _ in range(2):
        placing.add(edition, old)

    assert rebuilt(edition) == "BOAC"


def test_a_paper_that_is_no_longer_featured_takes_its_rank_again() -> None:
    edition = edition_of("ABC")
    Paper.objects.filter(title="C").update(featured=True)
    assert rebuilt(edition) == "CAB"

    Paper.objects.update(featured=False)
    editions.unpin(Paper.objects.filter(title="C"))

    assert order(edition) == "ABC"


def test_a_frozen_edition_takes_no_placing() -> None:
    edition = edition_of("AB")
    editions.freeze(edition, NOW)

    with pytest.raises(placing.Frozen):
        placing.move(edition, row("B"), 1)
    with pytest.raises(placing.Frozen):
        placing.place(edition, [row("A")], Placement.DROPPED)
    with pytest.raises(placing.Frozen):
        placing.add(edition, PaperFactory.create())

    assert order(edition) == "AB"


def test_freezing_twice_freezes_once() -> None:
    edition = edition_of("AB")

    assert editions.freeze(edition, NOW)
    assert not editions.freeze(edition, NOW + HOUR)
    assert Edition.objects.get().frozen_at == NOW


def test_holding_or_releasing_twice_is_done_once_and_keeps_the_first_reason() -> None:
    edition = edition_of("A")

    assert editions.hold(edition, "a wrong paper", "ada", NOW)
    assert not editions.hold(edition, "another", "ben", NOW + HOUR)
    held = Edition.objects.get()
    assert (held.hold_reason, held.held_by, held.held_at) == ("a wrong paper", "ada", NOW)

    assert editions.release(edition)
    assert not editions.release(edition)


# --- whatever editors do ----------------------------------------------------------------------


class WhateverEditorsDo(TestCase):
    @hypothesis_settings(max_examples=40)
    @given(
        acts=st.lists(
            st.one_of(
                st.tuples(st.sampled_from(LETTERS), st.integers(1, len(LETTERS) + 2)),
                st.tuples(st.sampled_from(LETTERS), st.sampled_from(list(Placement))),
            ),
            max_size=8,
        ),
        new=st.floats(80.0, 120.0),
    )
    def test_ranks_have_no_gap_and_what_was_placed_stays(
        self, acts: list[tuple[str, int | Placement]], new: float
    ) -> None:
        edition = edition_of(LETTERS)
        for title, act in acts:
            if isinstance(act, Placement):
                placing.place(edition, [row(title)], act)
            else:
                placing.move(edition, row(title), act)
                self.assert_is_where_it_was_moved(edition, title, act)

        rows = list(edition.candidates.order_by("rank"))
        assert [one.rank for one in rows] == list(range(1, len(LETTERS) + 1))
        groups = [placing.GROUPS.index(Placement(one.placement)) for one in rows]
        assert groups == sorted(groups)
        for group in placing.GROUPS:
            free = [one for one in rows if one.placement == group and one.moved_to is None]
            assert free == sorted(free, key=lambda one: -one.score)

        before = order(edition)
        assert rebuilt(edition) == before

        PaperFactory.create(title="N", first_seen_at=NOW, trending=new)
        editions.build(NOW + 2 * HOUR)
        kept = {one.paper_id: one for one in rows if one.moved_to and one.placement != "dropped"}
        ranks = dict(edition.candidates.values_list("paper", "rank"))
        assert all(ranks[paper] == one.rank for paper, one in kept.items())

    def assert_is_where_it_was_moved(self, edition: Edition, title: str, rank: int) -> None:
        mine = edition.candidates.get(paper=row(title))
        group = edition.candidates.filter(placement=mine.placement)
        ranks = list(group.order_by("rank").values_list("rank", flat=True))
        assert mine.rank == min(max(rank, ranks[0]), ranks[-1])

"""The order of an edition's papers, and what editors do to it while the edition is open.

Pinned papers come first, dropped ones last, all others between, and their ranks run from 1 to n
without a gap. Within each of the three groups a paper that an editor moved stands at the rank that
the editor gave it (`moved_to`), as near as its group allows; the others fill the ranks that are
left, by trending. So papers that come in or go move none that an editor has placed.

Whatever an editor does writes down anew where all moved papers stand then, so that no two claim
one rank. A paper is pinned below those already pinned; dropping it, or giving it back its rank,
forgets that it was moved.
"""

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from papers.models import Candidate, Edition, Paper

Placement = Candidate.Placement
GROUPS = [Placement.PINNED, Placement.RANKED, Placement.DROPPED]
LAST = 2**31 - 1  # a rank below all others

Rows = list[Candidate]


class Frozen(Exception):  # noqa: N818  # a fact of the day, not a fault
    """The edition's content stays as it is."""


def arranged(rows: Iterable[Candidate]) -> Rows:
    """Candidates that come by trending, in the order of their ranks."""
    rows = list(rows)
    order: Rows = []
    for group in GROUPS:
        order += _group([row for row in rows if row.placement == group], len(order) + 1)
    return order


def by_trending(edition: Edition) -> QuerySet[Candidate]:
    rows = edition.candidates.defer("card")
    return rows.order_by("-score", "-paper__first_seen_at", "paper")


def move(edition: Edition, paper: int, rank: int) -> None:
    """To that rank, or the nearest one of the paper's group."""
    _change(edition, lambda rows: _move(rows, paper, rank))


def place(edition: Edition, papers: Iterable[int], placement: Placement) -> None:
    """Pin, drop or give back their rank to those of the papers that the edition has."""
    chosen = set(papers)

    def change(rows: Rows) -> None:
        for row in rows:
            if row.paper_id in chosen and row.placement == placement != Placement.RANKED:
                continue  # where it is already
            if row.paper_id in chosen:
                row.placement = placement
                row.moved_to = LAST if placement == Placement.PINNED else None

    _change(edition, change)


def add(edition: Edition, paper: Paper) -> None:
    """A paper that the edition would not have by itself, below the pinned ones; twice is once."""

    def change(rows: Rows) -> None:
        if all(row.paper_id != paper.pk for row in rows):
            row = Candidate(edition=edition, paper=paper, rank=LAST, score=paper.trending)
            row.save()
            rows.append(row)
            _move(rows, paper.pk, 1)

    _change(edition, change)


def _group(rows: Sequence[Candidate], first: int) -> Rows:
    """One group's, the first of which has that rank."""
    order = [row for row in rows if row.moved_to is None]
    moved = [(row.moved_to, row) for row in rows if row.moved_to is not None]
    at = -1
    for rank, row in sorted(moved, key=lambda one: one[0]):
        at = max(rank - first, at + 1)
        order.insert(at, row)
    return order


def _move(rows: Rows, paper: int, rank: int) -> None:
    order = arranged(rows)
    mine = next(row for row in order if row.paper_id == paper)
    group = [row for row in order if row.placement == mine.placement]
    first = order.index(group[0]) + 1
    group.remove(mine)
    group.insert(max(0, rank - first), mine)
    mine.moved_to = rank
    _write_down(group, first)


def _write_down(order: Rows, first: int = 1) -> None:
    for rank, row in enumerate(order, start=first):
        row.rank = rank
        row.moved_to = None if row.moved_to is None else rank


def _change(edition: Edition, change: Callable[[Rows], None]) -> None:
    """Under the edition's lock: neither a rebuild nor the freezing comes between.

    Raises Frozen.
    """
    with transaction.atomic():
        if Edition.objects.select_for_update().get(pk=edition.pk).frozen_at:
            raise Frozen
        rows = list(by_trending(edition))
        before = {row.pk: _facts(row) for row in rows}
        change(rows)
        _write_down(arranged(rows))
        changed = [row for row in rows if before.get(row.pk) != _facts(row)]
        Candidate.objects.bulk_update(changed, ["rank", "placement", "moved_to"], batch_size=200)


def _facts(row: Candidate) -> tuple[int, str, int | None]:
    return row.rank, row.placement, row.moved_to

"""Ten thousand different readers of one made-up day: what holds of every digest of theirs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import ceil

import pytest

from papers.relevance.fitting import fit
from subscriptions.ranking import Choice, PoolPaper, Reader, choose_all
from tests.subscriptions.made_up import OLD, Kept, papers, pool
from tests.subscriptions.made_up_readers import Readers
from tests.subscriptions.truth import may_get, untrue

READERS, CHUNK = 10_000, 250
PAPERS, OLDER = 110, 600
REASONS = set("pinned author keyword liked close topic elsewhere trending new votes".split())  # noqa: SIM905  # else 12 lines

pytestmark = pytest.mark.once


@dataclass(frozen=True, slots=True)
class Day:
    pool: tuple[PoolPaper, ...]
    digests: list[tuple[Reader, Choice]]

    def shown(self, choice: Choice, section: str = "") -> list[PoolPaper]:
        by_number = {paper.paper: paper for paper in self.pool}
        wanted = (pick for pick in choice.picks if section in {"", pick.section})
        return [by_number[pick.paper] for pick in wanted]


@pytest.fixture(scope="module")
def day() -> Day:
    today, older = pool(PAPERS), papers(OLDER, seed=1, first=OLD)
    model = fit(paper.text for paper in older)
    assert model
    assert {"diffusion model", "speech recognition"} <= set(model.terms)
    made = Readers(today, older)
    readers = iter([made.reader() for _ in range(READERS)])
    digests: list[tuple[Reader, Choice]] = []
    while chunk := list(islice(readers, CHUNK)):
        digests += zip(chunk, choose_all(today, chunk, Kept(model)), strict=True)
    return Day(today, digests)


def test_every_kind_of_digest_and_of_reason_is_among_them(day: Day) -> None:
    kinds = {choice.kind or choice.skipped for _, choice in day.digests}
    reasons = [
        reason for _, choice in day.digests for one in choice.picks for reason in one.reasons
    ]
    terms = [term for reason in reasons for term in reason.get("terms", ())]

    assert {"daily", "weekly", "short", "quiet day"} <= kinds
    assert {reason["kind"] for reason in reasons} == REASONS
    assert any("keyword" in reason for reason in reasons if reason["kind"] == "close")
    assert {"diffusion model", "speech recognition"} <= set(terms)


def test_no_reason_is_untrue(day: Day) -> None:
    wrong = [
        f"reader {at}, paper {claim}"
        for at, (reader, choice) in enumerate(day.digests)
        for claim in untrue(choice.picks, day.pool, reader)
    ]

    assert (len(wrong), wrong[:10]) == (0, [])


def test_no_digest_says_nearly_the_same_twice(day: Day) -> None:
    assert sum(bool(paper.kin) for paper in day.pool) > 10

    for _, choice in day.digests:
        shown = day.shown(choice)
        numbers = frozenset(paper.paper for paper in shown)
        assert len(numbers) == len(shown)
        assert not [paper for paper in shown if paper.kin & numbers and not paper.pinned]


def test_nothing_muted_or_seen_or_judged_is_sent(day: Day) -> None:
    for reader, choice in day.digests:
        assert all(may_get(paper, reader) for paper in day.shown(choice))


def test_no_digest_is_longer_than_wanted(day: Day) -> None:
    for reader, choice in day.digests:
        assert len(choice.picks) <= reader.wanted
        assert bool(choice.picks) != bool(choice.skipped)


def test_of_three_topics_none_takes_more_than_its_share_while_others_have_papers(day: Day) -> None:
    narrow = [(one, choice) for one, choice in day.digests if len(one.topics) == 3 and choice.picks]
    assert len(narrow) > READERS // 4

    for reader, choice in narrow:
        mine = day.shown(choice, "for_you")
        for topic, count in Counter(paper.primary for paper in mine).items():
            if count > ceil(0.6 * len(mine)):
                assert not list(_better_mixed(day, reader, choice, topic))


def _better_mixed(day: Day, reader: Reader, choice: Choice, full: str) -> Iterator[PoolPaper]:
    """Fitting papers of other topics that could have come instead, and of no day that is full."""
    shown, mine = day.shown(choice), day.shown(choice, "for_you")
    days = Counter(paper.day for paper in mine)
    told = {paper.paper for paper in shown}.union(*(paper.kin for paper in shown))
    for paper in day.pool:
        crowded = reader.weekly and days[paper.day] >= ceil(0.5 * len(mine))
        fits = paper.topics & reader.topics.keys() and paper.primary != full
        if fits and not crowded and paper.paper not in told and may_get(paper, reader):
            yield paper

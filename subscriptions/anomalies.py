"""Votes of one paper that look as if they belonged together; editors see them, and decide.

Looked at are the votes given here in the last seven days, where there are five or more. It is odd
when more than half of them are a rush of new readers, or are by readers who confirmed at the same
time, or whose addresses share a mail domain that is not a big provider's. The last two must stand
out: where all readers are of one organisation, or began on one day, every paper has them. A class
that reads together looks the same, so nothing follows by itself.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby, starmap
from operator import attrgetter, itemgetter
from typing import NamedTuple

from subscriptions.models import Vote
from subscriptions.typos import PROVIDERS

LOOKED_BACK = timedelta(days=7)
ENOUGH = 5  # votes, to tell anything from
RUSH, RUSH_WITHIN = 10, timedelta(hours=6)  # votes of new readers
CONFIRMED_WITHIN = timedelta(hours=1)
SAME_DAY = timedelta(hours=12)  # before and after: a launch takes a day, not an hour

# Strangers share these: those that people mistype, and some more.
BIG_PROVIDERS = {
    *PROVIDERS,
    *("126.com", "163.com", "foxmail.com", "sina.com", "naver.com", "hanmail.net", "daum.net"),
    *("yahoo.co.in", "yahoo.co.jp", "yahoo.com.br", "yahoo.de", "yahoo.fr", "rediffmail.com"),
    *("comcast.net", "free.fr", "gmx.at", "libero.it", "mail.ru", "orange.fr", "t-online.de"),
    *("duck.com", "hotmail.de", "mailbox.org", "posteo.de", "privaterelay.appleid.com"),
    *("tuta.com", "tutanota.com", "uol.com.br", "ya.ru"),
}


class Given(NamedTuple):
    """One vote, with what of its reader is compared."""

    at: datetime
    new_reader: bool
    confirmed_at: datetime | None
    domain: str


class Week:
    """What all the votes of that week have, whatever their papers; read when first asked for.

    It may be empty by then: votes are taken back meanwhile.
    """

    def __init__(self, votes: Iterable[Given]) -> None:
        self._votes = votes

    def of_domain(self, domain: str) -> float:
        """The share of votes whose readers' addresses have it."""
        domains, _ = self._counted
        return domains[domain] / max(domains.total(), 1)

    def confirmed(self, since: datetime, until: datetime) -> float:
        """The share of votes whose readers confirmed then."""
        domains, moments = self._counted
        then = bisect_right(moments, until) - bisect_left(moments, since)
        return then / max(domains.total(), 1)

    @cached_property
    def _counted(self) -> tuple[Counter[str], list[datetime]]:
        domains: Counter[str] = Counter()
        moments = []
        for one in self._votes:
            domains[one.domain] += 1
            if one.confirmed_at:
                moments.append(one.confirmed_at)
        return domains, sorted(moments)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What so many of a paper's votes have in common; nothing by which a reader is known."""

    what: str
    votes: int
    of: int
    since: datetime  # the first of them

    def __str__(self) -> str:
        since = f"{self.since:%d %b, %H}:00 UTC"  # the hour: see `voting`
        return (
            f"{self.votes} of the {self.of} votes given here in 7 days {self.what}, since {since}."
        )


def anomalies(papers: Iterable[int], until: datetime) -> dict[int, list[Anomaly]]:
    """Of each of those papers that has any, among the votes given until then.

    One query, and where something may be odd, one more: of all votes of that week.
    """
    votes = Vote.objects.filter(given_at__gt=until - LOOKED_BACK, given_at__lte=until)
    facts = ("given_at", "new_reader", "subscriber__confirmed_at", "subscriber__email")
    week = Week(starmap(_given, votes.order_by().values_list(*facts).iterator()))
    rows = votes.filter(paper__in=papers).order_by("paper").values_list("paper", *facts)
    found = {
        paper: list(odd([_given(*row) for _, *row in given], week))
        for paper, given in groupby(rows, key=itemgetter(0))
    }
    return {paper: told for paper, told in found.items() if told}


def odd(votes: Sequence[Given], week: Week) -> Iterator[Anomaly]:
    """What is odd about the votes of one paper, whatever their order."""
    if len(votes) < ENOUGH:
        return
    rush = _densest([one for one in votes if one.new_reader], "at", RUSH_WITHIN)
    if len(rush) >= RUSH and _most(rush, votes):
        yield _anomaly("are of new readers and came within six hours", rush, votes)
    confirmed = [one for one in votes if one.confirmed_at]
    together = _densest(confirmed, "confirmed_at", CONFIRMED_WITHIN)
    if _most(together, votes) and _stands_out(together, votes, _of_that_day(together, week)):
        yield _anomaly("are of readers who confirmed within one hour", together, votes)
    alike = _of_one_domain(votes)
    if _most(alike, votes) and _stands_out(alike, votes, week.of_domain(alike[0].domain)):
        yield _anomaly("are of readers whose addresses share a mail domain", alike, votes)


def _anomaly(what: str, some: Sequence[Given], votes: Sequence[Given]) -> Anomaly:
    return Anomaly(what, len(some), len(votes), min(one.at for one in some))


def _most(some: Sequence[Given], votes: Sequence[Given]) -> bool:
    return 2 * len(some) > len(votes)


def _stands_out(some: Sequence[Given], votes: Sequence[Given], share_of_all: float) -> bool:
    """More than twice as frequent as elsewhere: what half of all votes have never is."""
    return len(some) / len(votes) > 2 * share_of_all


def _of_that_day(together: Sequence[Given], week: Week) -> float:
    moments = [one.confirmed_at for one in together if one.confirmed_at]
    return week.confirmed(min(moments) - SAME_DAY, max(moments) + SAME_DAY)


def _densest(votes: Sequence[Given], name: str, within: timedelta) -> Sequence[Given]:
    """Of those whose moments of that name lie within that time, the most; of equals the first."""
    moment = attrgetter(name)
    in_order = sorted(votes, key=lambda one: (moment(one), one.at))
    best: Sequence[Given] = []
    first = 0
    for last, one in enumerate(in_order):
        while moment(one) - moment(in_order[first]) > within:
            first += 1
        if last - first + 1 > len(best):
            best = in_order[first : last + 1]
    return best


def _of_one_domain(votes: Sequence[Given]) -> Sequence[Given]:
    counts = Counter(one.domain for one in votes if one.domain not in BIG_PROVIDERS)
    [(domain, _)] = counts.most_common(1) or [("", 0)]
    return [one for one in votes if one.domain == domain]


def _given(at: datetime, new_reader: bool, confirmed_at: datetime | None, email: str) -> Given:  # noqa: FBT001  # a row's
    return Given(at, new_reader, confirmed_at, email.rpartition("@")[2].lower())

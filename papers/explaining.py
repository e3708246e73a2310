"""Why papers stand where they do: the attention that trending is made of, in words."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import FloatField
from django.db.models.functions import Coalesce

from papers.models import Signal
from papers.trending import WEIGHTS, half_lives

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Part:
    """What came of one kind from one source on one day, and the fresh votes it still counts as."""

    day: date
    source: str
    kind: str
    growth: int
    worth: float
    damped: bool

    def __str__(self) -> str:
        kind = "vote" if (self.kind, self.growth) == ("votes", 1) else self.kind
        damped = ", for many at once are of new readers" if self.damped else ""
        return (
            f"{self.growth} {kind} of {self.day:%d %b} from {self.source.replace('_', ' ')}"
            f" count {self.worth:.1f}{damped}"
        )


@dataclass(frozen=True, slots=True)
class Attention:
    """All of one paper's, the newest first."""

    parts: tuple[Part, ...] = ()
    votes: int = 0
    fresh: int = 0  # votes of the last 24 hours

    def __str__(self) -> str:
        if not self.parts:
            return "nobody has noticed it yet"
        votes = f"{self.votes} vote{'' if self.votes == 1 else 's'}"
        return f"{votes}, {self.fresh} of them in the last 24 hours"


def attention(papers: Iterable[int], now: datetime, half_life_hours: float) -> dict[int, Attention]:
    """By paper. One query; parts that count nothing are left out."""
    counted: dict[int, dict[tuple[date, str, str], list[Any]]] = defaultdict(dict)
    fresh: dict[int, int] = defaultdict(int)
    signals = Signal.objects.filter(paper__in=papers, observed_at__lte=now, growth__gt=0)
    rows = signals.order_by("-observed_at", "source", "kind")
    counting = Coalesce("damped_growth", "growth", output_field=FloatField())
    for paper, source, kind, growth, at, damped in rows.values_list(
        "paper", "source", "kind", "growth", "observed_at", counting
    ):
        part = counted[paper].setdefault((at.date(), source, kind), [0, 0.0, False])
        part[0] += growth
        part[1] += _worth(kind, damped, at, now, half_life_hours)
        part[2] |= damped < growth
        fresh[paper] += growth if kind == Signal.Kind.VOTES and at > now - DAY else 0
    return {paper: _attention(parts, fresh[paper]) for paper, parts in counted.items()}


def _worth(kind: str, growth: float, at: datetime, now: datetime, half_life_hours: float) -> float:
    age = half_lives(now, half_life_hours) - half_lives(at, half_life_hours)
    return float(WEIGHTS.get(kind, 0.0) * growth * 2**-age)


def _attention(parts: dict[tuple[date, str, str], list[Any]], fresh: int) -> Attention:
    found = tuple(Part(*key, *counted) for key, counted in parts.items())
    votes = sum(part.growth for part in found if part.kind == Signal.Kind.VOTES)
    return Attention(found, votes, fresh)

"""The figures of papers and authors as pages show them: each with what it is made of."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from papers.models import Author, Paper, Score

PARTS = {
    "attention": _("Attention"),
    "authors": _("Authors"),
    "novelty": _("Novelty"),
    "code": _("Code"),
}
FIGURES = (
    "trending_percentile",
    "h_index",
    "paper_count",
    "citation_count",
    "novelty",
    "ai_score",
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the AI score: a percentile, and its share of the whole in per cent."""

    name: str
    percentile: float
    share: int


def score_of(paper: Paper) -> Score:
    """Nothing is known in it until the paper was ranked."""
    return Score.objects.filter(paper=paper).first() or Score(paper=paper)


def is_known(scored: Score | Author) -> bool:
    """Whether any of its figures is."""
    return any(getattr(scored, name, None) is not None for name in FIGURES)


def parts_of(score: Score) -> list[Part]:
    """The parts of its AI score, the heaviest first. Those that are not known are left out."""
    known = {
        name: part for name, part in score.parts.items() if {"percentile", "weight"} <= {*part}
    }
    whole = sum(part["weight"] for part in known.values())
    if not whole:
        return []
    ordered = sorted(known.items(), key=lambda item: -item[1]["weight"])
    return [
        Part(
            str(PARTS.get(name, name.capitalize())),
            part["percentile"],
            round(100 * part["weight"] / whole),
        )
        for name, part in ordered
    ]


def similar_to(score: Score) -> list[Paper]:
    """The visible ones of the nearest papers, the nearest first."""
    papers = (
        Paper.objects.visible().only("title", "arxiv_id", "published_on").in_bulk(score.nearest)
    )
    return [papers[pk] for pk in score.nearest if pk in papers]

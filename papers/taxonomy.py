"""The arXiv taxonomy: which topics exist, and which one a page means by a short label."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TAXONOMY_FILE = Path(__file__).with_name("taxonomy.json")

# where archives share a last part (cs.SY and eess.SY), the first of these wins
PREFERRED_ARCHIVES = ("cs", "stat", "eess", "math")


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """One arXiv category, as in `cs.CV`, Computer Science, Computer Vision, its full name."""

    code: str
    group: str
    name: str
    full_name: str


@cache
def all_topics() -> tuple[TopicFacts, ...]:
    """Every category, in the order of the taxonomy file, which is read once."""
    rows = json.loads(TAXONOMY_FILE.read_text(encoding="utf-8"))
    return tuple(TopicFacts(**row) for row in rows)


def code_for_label(label: str) -> str | None:
    """The full code of a page's label in any case: "CV" or "cs.cv" is cs.CV, "QUANT-PH" quant-ph.

    Pages print only the last part of a code. Where several categories share it (SY, IT, NA, AP,
    CO, ST, GN, SP …), Computer Science is meant first, then Statistics, then Electrical
    Engineering, then Mathematics, then whichever the taxonomy lists first. None if there is none.
    """
    return _codes_by_label().get(label.strip().lower())


@cache
def _codes_by_label() -> dict[str, str]:
    codes = [topic.code for topic in all_topics()]
    labels = {code.lower(): code for code in codes}
    for code in sorted(codes, key=_preference):
        labels.setdefault(code.rpartition(".")[2].lower(), code)
    return labels


def _preference(code: str) -> int:
    archive = code.partition(".")[0]
    known = archive in PREFERRED_ARCHIVES
    return PREFERRED_ARCHIVES.index(archive) if known else len(PREFERRED_ARCHIVES)

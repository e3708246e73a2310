"""The AI score: a weighted mean of what is known of a paper."""

from collections.abc import Mapping

Parts = dict[str, dict[str, float]]  # {"novelty": {"percentile": 93.1, "weight": 30.0}, …}


def parts_of(known: Mapping[str, float | None], weights: Mapping[str, float]) -> Parts:
    """What the score is made of. Unknown parts and those without a weight are left out."""
    return {
        name: {"percentile": percentile, "weight": weight}
        for name, weight in weights.items()
        if weight > 0 and (percentile := known.get(name)) is not None
    }


def ai_score(parts: Parts) -> float | None:
    """The mean of the parts by their weights: who is unknown in one is judged by the others.

    None when nothing but the code is known, which says too little of a paper.
    """
    if not parts.keys() - {"code"}:
        return None
    total = sum(part["weight"] for part in parts.values())
    return round(sum(p["percentile"] * p["weight"] for p in parts.values()) / total, 1)

"""What the AI score is made of, and what places texts. docs/ranking.md explains each part."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from digest_project import environment

env = environment.read(Path(__file__).resolve().parent.parent.parent / ".env")

AI_SCORE_WEIGHTS = {
    "attention": env.number("AI_SCORE_ATTENTION_WEIGHT", 40, low=0, high=100),
    "authors": env.number("AI_SCORE_AUTHORS_WEIGHT", 20, low=0, high=100),
    "code": env.number("AI_SCORE_CODE_WEIGHT", 10, low=0, high=100),
    "novelty": env.number("AI_SCORE_NOVELTY_WEIGHT", 30, low=0, high=100),
}
if not any(weight for part, weight in AI_SCORE_WEIGHTS.items() if part != "code"):
    raise ImproperlyConfigured(
        "One of AI_SCORE_ATTENTION_WEIGHT, AI_SCORE_AUTHORS_WEIGHT and AI_SCORE_NOVELTY_WEIGHT "
        "must be above 0: code alone makes no score."
    )

RELEVANCE_EMBEDDING = env.text("RELEVANCE_EMBEDDING")
if len(RELEVANCE_EMBEDDING) > 200:  # noqa: PLR2004  # what is kept of it
    raise ImproperlyConfigured("RELEVANCE_EMBEDDING is longer than 200 characters.")

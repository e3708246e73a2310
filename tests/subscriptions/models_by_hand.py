"""A small model by hand, in which words of a subject lie on one axis; and papers to rank by it."""

from typing import Any

import numpy as np

from papers.relevance.model import Axes, Model
from subscriptions.ranking import PoolPaper, Reader, Sample, Weighed, explain
from tests.subscriptions.made_up import Kept

SUBJECTS = {
    "sky": ["galaxy", "telescope", "quasar", "nebula", "spectra", "orbit"],
    "voice": ["speech", "acoustic", "phoneme", "whisper", "dialogue", "transcription"],
    "proof": ["theorem", "compiler", "lemma", "verification", "semantics", "axiom"],
    "money": ["market", "price", "auction", "trader", "dividend", "currency"],
}
PHRASES = ["acoustic model", "speech recognition"]


def hand_made(version: int = 0) -> Model:
    """One axis for each subject; every number in it is exact in any machine's arithmetic."""
    words = sorted(word for of_subject in SUBJECTS.values() for word in of_subject)
    terms = (*words, *PHRASES)
    axes = np.zeros((len(terms), len(SUBJECTS)), dtype=np.float32)
    for axis, of_subject in enumerate(SUBJECTS.values()):
        for term in terms:
            axes[terms.index(term), axis] = any(part in of_subject for part in term.split())
    rare = np.array([4.0] * len(words) + [6.0] * len(PHRASES), dtype=np.float32)
    return Model(
        terms, rare, Axes(axes), np.full(len(SUBJECTS), 0.25), np.full(len(SUBJECTS), 0.25), version
    )


LEARNED = Kept(hand_made())
TITLES = [
    "Auction of currency for a trader",
    "Lemma after lemma, and an axiom",
    "Bridges under load",
    "Dividend and price in a market",
    "Compiler semantics",
    "Traffic lights",
    "Whisper, phoneme, transcription",
    "Quasar and nebula in orbit",
]
VOICES, STARS = 6, 7


def paper(number: int, title: str, **facts: Any) -> PoolPaper:
    code = "cs.CV"
    return PoolPaper(number, frozenset({code}), code, "Vision", False, 0, title=title, **facts)


def like(text: str, number: int | None = 99) -> Sample:
    return Sample(number, text, text)


def reader(*likes: str, **facts: Any) -> Reader:
    return Reader({}, 8, likes=tuple(map(like, likes)), **facts)


def order(pool: list[PoolPaper], one: Reader) -> list[int]:
    """All that this reader may get, best first."""
    return [it.paper for it in weighed(pool, one)]


def weighed(pool: list[PoolPaper], one: Reader, learned: Any = LEARNED) -> list[Weighed]:
    told = explain(pool, one, learned, following=len(pool))
    return sorted((*told.chosen, *told.left_out), key=lambda it: it.place)


POOL = [paper(number, title) for number, title in enumerate(TITLES)]
SPEECH = "Speech in dialogue, acoustic"

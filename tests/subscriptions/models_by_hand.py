"""A small model by hand: words of the same subject lie on the same axis, and nothing is fitted."""

import numpy as np

from papers.relevance.model import Axes, Model

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

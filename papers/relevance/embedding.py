"""Where texts lie by a static embedding (model2vec), instead of by axes learned here.

An extra: `RELEVANCE_EMBEDDING` names the model, a folder or one that the library can fetch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_matrix

from papers.relevance.model import Array

EXTRA = "pip install --require-hashes -r requirements-embeddings.txt"


class Unusable(Exception):  # noqa: N818  # a fact about the installation
    """There is no such embedding here; says what to do."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """Texts by their own words, whatever the model's terms are."""

    encode: Callable[[list[str]], Array]

    def of(self, _: csr_matrix, texts: Sequence[str]) -> Array:
        return np.asarray(self.encode(list(texts)), dtype=np.float64)


@lru_cache(maxsize=1)
def embedding(name: str) -> Embedding:
    """Raises Unusable where the library is not installed, or has no such model."""
    try:
        from model2vec import StaticModel  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise Unusable(
            f"RELEVANCE_EMBEDDING is {name}, and model2vec is not installed: {EXTRA}"
        ) from error
    try:
        return Embedding(StaticModel.from_pretrained(name).encode)
    except Exception as error:  # whatever reading or fetching a model may raise
        reason = " ".join(f"{error}".split())
        raise Unusable(f"RELEVANCE_EMBEDDING: {name} cannot be loaded: {reason}") from error

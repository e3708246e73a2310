"""Where texts lie by a static embedding (model2vec), instead of by axes learned here.

An extra: `RELEVANCE_EMBEDDING` names the model, a folder or one that the library can fetch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_matrix

from papers.relevance.model import Array, Model

EXTRA = "pip install --require-hashes -r requirements-embeddings.txt"


class Unusable(Exception):  # noqa: N818  # a fact about the installation
    """There is no such embedding here; says what to do."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """Texts by their own words, whatever the model's terms are."""

    encode: Callable[[list[str]], Array]
    width: int

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
        # what was fetched once stays: a model goes with the embedding that it was fitted with
        model = StaticModel.from_pretrained(name, force_download=False)
        return Embedding(model.encode, model.dim)
    except Exception as error:  # whatever reading or fetching a model may raise
        reason = " ".join(f"{error}".split())
        raise Unusable(
            f"RELEVANCE_EMBEDDING: {name} cannot be loaded; "
            f"name a folder with a model2vec model, or one that can be fetched: {reason}"
        ) from error


def placed_by(name: str, model: Model) -> Model:
    """The model with the embedding that it was fitted with. Raises Unusable, as above."""
    found = embedding(name)
    if found.width != model.mean.size:
        raise Unusable(
            f"{name} has {found.width} axes, and the model was fitted with {model.mean.size}: "
            "manage.py fit_relevance learns anew"
        )
    return replace(model, meaning=found)

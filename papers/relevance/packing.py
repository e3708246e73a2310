"""A model as bytes, and back: numpy's own format, with half the digits for the axes.

A checksum stands in front, because that format does not notice all damage by itself.
"""

from hashlib import blake2b
from io import BytesIO

import numpy as np

from papers.relevance.model import Array, Axes, Model

CHECKSUM = 16  # bytes


class Unreadable(ValueError):  # noqa: N818  # a fact about the bytes
    """These bytes are no model, or only a part of one."""


def pack(model: Model) -> bytes:
    """About 10 MB for 25,000 terms and 200 axes."""
    parts: dict[str, Array] = {
        "terms": np.frombuffer("\n".join(model.terms).encode(), dtype=np.uint8),
        "rarity": model.rarity,
        "mean": model.mean,
        "variance": model.variance,
    }
    if isinstance(model.meaning, Axes):
        parts["axes"] = model.meaning.terms.astype(np.float16)
    packed = BytesIO()
    np.savez(packed, allow_pickle=False, **parts)
    return _checksum(packed.getvalue()) + packed.getvalue()


def unpack(packed: bytes, version: int) -> Model:
    """Raises Unreadable. A model without axes of its own is still to be given its embedding."""
    if packed[:CHECKSUM] != _checksum(packed[CHECKSUM:]):
        raise Unreadable("its bytes are damaged, or are no model")
    with np.load(BytesIO(packed[CHECKSUM:]), allow_pickle=False) as parts:
        return Model(
            tuple(parts["terms"].tobytes().decode().split("\n")),
            parts["rarity"],
            Axes(parts["axes"].astype(np.float32) if "axes" in parts else np.zeros((0, 0))),
            parts["mean"],
            parts["variance"],
            version,
        )


def _checksum(of: bytes) -> bytes:
    return blake2b(of, digest_size=CHECKSUM).digest()

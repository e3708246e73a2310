"""A model as bytes, and back: numpy's own format, with half the digits for the axes."""

from io import BytesIO
from zipfile import BadZipFile

import numpy as np

from papers.relevance.model import Array, Axes, Model


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
    return packed.getvalue()


def unpack(packed: bytes, version: int) -> Model:
    """Raises Unreadable. A model without axes of its own is still to be given its embedding."""
    try:
        with np.load(BytesIO(packed), allow_pickle=False) as parts:
            model = Model(
                tuple(parts["terms"].tobytes().decode().split("\n")),
                parts["rarity"],
                Axes(parts["axes"].astype(np.float32) if "axes" in parts else np.zeros((0, 0))),
                parts["mean"],
                parts["variance"],
                version,
            )
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
        raise Unreadable(f"{error}") from error
    if not len(model.terms) == len(model.rarity) or model.mean.shape != model.variance.shape:
        raise Unreadable("its parts are not of one size")
    return model

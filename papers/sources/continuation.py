"""Where an unfinished reading goes on: a source's few facts as one line of text, and back."""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Place = TypeVar("Place", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class Done:
    """So many of the wanted ids were asked for."""

    done: int = 0


def cursor_of(place: "DataclassInstance") -> str:
    return json.dumps(asdict(place), separators=(",", ":"))


def place_at(cursor: str, start: Place) -> Place:
    """Where a reading goes on; at `start` without a cursor, or with one of an older form."""
    try:
        return type(start)(**json.loads(cursor))
    except (ValueError, TypeError):
        return start

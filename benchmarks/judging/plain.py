"""Papers and readers as lines of JSON.

papers:   id, title, abstract, and if known published_on, topics [], authors []
readers:  reader, liked [], candidates [], relevant [], and if there are disliked [], keywords [];
          or ratings {id: value} for candidates that are welcome more or less
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.judging.collection import Collection, Task
from subscriptions.interests import keyword_key
from subscriptions.ranking import Keyword


def read(papers: Path, readers: Path) -> tuple[Collection, list[Task]]:
    """Raises ValueError that names the file, the line, and what is wrong there."""
    rows = sorted(_lines(papers), key=lambda row: str(row[1].get("published_on") or ""))[::-1]
    texts, topics = list[tuple[str, str]](), list[tuple[str, ...]]()
    places: dict[str, int] = {}
    for where, row in rows:
        if (name := str(_need(row, "id", where))) in places:
            raise ValueError(f"{where}: paper {name} stands there twice.")
        places[name] = len(texts)
        texts.append((str(_need(row, "title", where)), str(row.get("abstract") or "")))
        topics.append(tuple(_list(row, "topics", where)))
    tasks = [_task(row, places, where) for where, row in _lines(readers)]
    if not (texts and tasks):
        raise ValueError(f"{readers if texts else papers}: there is nothing in it.")
    return Collection(texts, topics, None), tasks


def _task(row: Mapping[str, Any], places: Mapping[str, int], where: str) -> Task:
    ratings = row.get("ratings") or {}
    if not isinstance(ratings, dict) or not all(map(_is_number, ratings.values())):
        raise ValueError(f"{where}: ratings must be an object of numbers.")
    gains = ratings or dict.fromkeys(_list(row, "relevant", where), 1.0)
    candidates = dict.fromkeys([*_list(row, "candidates", where), *gains])
    if not candidates:
        raise ValueError(f"{where}: neither candidates nor ratings, so there is nothing to order.")
    words = [word for word in _list(row, "keywords", where) if keyword_key(word)]
    return Task(
        liked=_places(_list(row, "liked", where), places, where),
        disliked=_places(_list(row, "disliked", where), places, where),
        candidates=_places(candidates, places, where),
        gains=dict(zip(_places(gains, places, where), map(float, gains.values()), strict=True)),
        keywords=tuple(Keyword(word, keyword_key(word)) for word in words),
    )


def _places(ids: Iterable[str], places: Mapping[str, int], where: str) -> tuple[int, ...]:
    names = list(dict.fromkeys(ids))
    if unknown := [name for name in names if name not in places]:
        raise ValueError(f"{where}: no paper {unknown[0]} in the file of papers.")
    return tuple(places[name] for name in names)


def _lines(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} cannot be read: {error}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        where = f"{file}, line {number}"
        try:
            row = json.loads(line) if line.strip() else None
        except ValueError as error:
            raise ValueError(f"{where}: not JSON ({error}).") from error
        if row is not None and not isinstance(row, dict):
            raise ValueError(f"{where}: not an object.")
        if row is not None:
            yield where, row


def _need(row: Mapping[str, Any], name: str, where: str) -> Any:
    if row.get(name) in (None, ""):
        raise ValueError(f"{where}: no {name}.")
    return row[name]


def _list(row: Mapping[str, Any], name: str, where: str) -> list[str]:
    value = row.get(name) or []
    if not isinstance(value, list):
        raise ValueError(f"{where}: {name} must be a list.")  # noqa: TRY004  # of the file
    return list(map(str, value))


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)

"""citeulike-t: people's own lists of papers, half of each held out among 300 others.

The bags of words become texts in which no two words make a phrase, for their order is not known.
Others are drawn evenly ("uniform"), or as often as they were saved ("matched"). What a reader holds
out counts for nobody's saves.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.judging.collection import Collection, Task
from papers.relevance.model import Array

FEWEST_SAVES = 10
HELD_OUT = 10  # at most
OTHERS = 300
FILES = ("users.dat", "mult.dat", "vocabulary.dat")

Lists = list[Array]
Read = TypeVar("Read")


def read(folder: Path) -> tuple[Collection, Lists]:
    """Papers without saves as yet, and each reader's list; raises ValueError for another folder."""
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise ValueError(f"{folder} lacks {', '.join(missing)}: is it citeulike-t?")
    words = list(_each(folder / "vocabulary.dat", str.strip))
    texts = [("", text) for text in _each(folder / "mult.dat", lambda line: _text(line, words))]
    lists = list(_each(folder / "users.dat", lambda line: _list(line, len(texts))))
    if not any(len(saved) >= FEWEST_SAVES for saved in lists):
        raise ValueError(f"{folder / 'users.dat'}: nobody has {FEWEST_SAVES} papers or more.")
    return Collection(texts, [("all",)] * len(texts), None), lists


def tasks(
    collection: Collection, lists: Lists, readers: int, seed: int, *, matched: bool
) -> tuple[Collection, list[Task]]:
    """The collection with its saves, and a task for each of so many readers."""
    random = np.random.default_rng(seed)
    eligible = [at for at, saved in enumerate(lists) if len(saved) >= FEWEST_SAVES]
    chosen = random.permutation(eligible)[:readers]
    mixed = {int(at): random.permutation(lists[at]) for at in chosen}
    profiles = {at: saved[: len(saved) // 2] for at, saved in mixed.items()}
    kept = [profiles.get(at, saved) for at, saved in enumerate(lists)]
    saves = np.bincount(np.concatenate(kept), minlength=len(collection.texts)).astype(float)
    likely = saves / saves.sum() if matched else None
    made = []
    for at, profile in profiles.items():
        held_out = mixed[at][len(profile) :][:HELD_OUT]
        others = _others(random, set(map(int, mixed[at])), len(saves), likely)
        candidates = random.permutation([*held_out, *others])
        made.append(_task(profile, candidates, held_out))
    return Collection(collection.texts, collection.topics, saves), made


def _each(file: Path, read: Callable[[str], Read]) -> Iterator[Read]:
    """Each line, read; raises ValueError that names the file and the line."""
    try:
        lines = file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        try:
            yield read(line)
        except (ValueError, IndexError) as error:
            raise ValueError(f"{file}, line {number}: {error}") from error


def _list(line: str, papers: int) -> Array:
    saved = np.array(line.split()[1:], dtype=np.int64)
    if unknown := [paper for paper in saved if not 0 <= paper < papers]:
        raise ValueError(f"no paper {unknown[0]} in mult.dat.")
    return saved


def _task(profile: Array, candidates: Array, held_out: Array) -> Task:
    return Task(
        liked=tuple(map(int, profile)),
        candidates=tuple(map(int, candidates)),
        gains=dict.fromkeys(map(int, held_out), 1.0),
    )


def _others(
    random: np.random.Generator, mine: set[int], papers: int, likely: Array | None
) -> list[int]:
    found: dict[int, None] = {}
    likely_ones = range(papers) if likely is None else map(int, np.flatnonzero(likely))
    wanted = min(OTHERS, len(set(likely_ones) - mine))
    while len(found) < wanted:
        drawn = random.choice(papers, OTHERS, p=likely)
        found |= dict.fromkeys(int(paper) for paper in drawn if int(paper) not in mine)
    return list(found)[:wanted]


def _text(line: str, words: list[str]) -> str:
    return ", ".join(_words(line, words))


def _words(line: str, words: list[str]) -> Iterator[str]:
    for pair in line.split()[1:]:
        word, times = pair.split(":")
        yield from [words[int(word)]] * int(times)

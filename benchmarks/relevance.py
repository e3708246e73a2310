"""How well the ranking finds what readers saved: the product's own code, beside simpler methods.

    python -m benchmarks.relevance --citeulike FOLDER
    python -m benchmarks.relevance --papers papers.jsonl --readers readers.jsonl

What the figures mean, and how candidates are drawn, is told in benchmarks/README.md.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from math import isnan
from pathlib import Path
from statistics import fmean
from time import perf_counter

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
os.environ.setdefault("DEMO", "true")
django.setup()

from benchmarks.judging import citeulike, plain  # noqa: E402  # needs the set-up above
from benchmarks.judging.collection import Collection, Task, pool_of, reader_of  # noqa: E402
from benchmarks.judging.figures import Figure, figure, judged  # noqa: E402
from benchmarks.judging.learning import learning  # noqa: E402
from benchmarks.judging.methods import (  # noqa: E402
    Kept,
    Method,
    at_random,
    centroid,
    ours,
    popularity,
    support_vectors,
    usual_rows,
)
from papers.relevance.fitting import fit  # noqa: E402
from papers.relevance.model import NO_MODEL, Model  # noqa: E402
from papers.relevance.vectors import vectors  # noqa: E402
from subscriptions.ranking import choose_all  # noqa: E402

FIGURES = ("nDCG@10", "recall@10", "MRR", "ordering loss")
DAY, CHUNK = 1000, 200  # papers of a day, readers at a time
COLD = (1, 2, 5, 10)  # saves known
Table = dict[str, dict[str, Figure | float]]


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    try:
        if options.citeulike:
            result = measure_citeulike(options.citeulike, options.sample, options.seed)
        else:
            result = measure_plain(options.papers, options.readers, options.seed)
    except ValueError as error:
        sys.exit(f"{error}")
    print(json.dumps(_as_json(result), indent=1) if options.json else _as_text(result))


def measure_citeulike(folder: Path, readers: int, seed: int) -> dict[str, object]:
    """Of both ways to draw the others; cold start and learning with others drawn evenly."""
    collection, lists = citeulike.read(folder)
    model, seconds = _fitted(collection)
    evenly = citeulike.tasks(collection, lists, readers, seed, matched=False)
    matched = citeulike.tasks(collection, lists, readers, seed, matched=True)
    known, tasks = evenly
    return {
        "papers": len(collection.texts),
        "readers": len(tasks),
        "seconds to fit": seconds,
        "uniform": compare(*evenly, model, seed),
        "matched": compare(*matched, model, seed),
        "cold start": _cold_start(known, tasks, model),
        "learning": learning(tasks, ours(known, model)),
        "ms a reader of 1,000 papers": a_day(known, tasks, model, seed),
    }


def measure_plain(papers: Path, readers: Path, seed: int) -> dict[str, object]:
    collection, tasks = plain.read(papers, readers)
    model, seconds = _fitted(collection)
    compared = compare(collection, tasks, model, seed)
    return {
        "papers": len(collection.texts),
        "readers": len(tasks),
        "seconds to fit": seconds,
        "given": compared,
    }


def compare(collection: Collection, tasks: Sequence[Task], model: Model, seed: int) -> Table:
    """Each method's figures over all tasks."""
    rows = usual_rows(collection)
    methods = {
        "random": at_random(seed),
        "popularity": popularity(collection),
        "centroid": centroid(rows),
        "svm per reader": support_vectors(rows, seed),
        "ours": ours(collection, model),
    }
    if collection.saves is None:
        del methods["popularity"]
    return {name: _figures(method, tasks) for name, method in methods.items()}


def _figures(method: Method, tasks: Iterable[Task]) -> dict[str, Figure | float]:
    judgements, seconds = [], []
    for task in tasks:
        order, took = method(task)
        judgements.append(judged(order, task.gains))
        seconds.append(took)
    told: dict[str, Figure | float] = {
        name: figure([judgement[name] for judgement in judgements]) for name in FIGURES
    }
    return {**told, "ms": 1000 * fmean(seconds or [0.0])}


def a_day(collection: Collection, tasks: Sequence[Task], model: Model, seed: int) -> float:
    """One pool for all these readers, chunk by chunk, as a worker chooses their digests."""
    drawn = np.random.default_rng(seed).permutation(len(collection.texts))[:DAY]
    pool = pool_of(collection, Task((), tuple(map(int, drawn)), {}))
    readers = [reader_of(collection, task) for task in tasks]
    vectors(tuple(paper.text for paper in pool), model)
    started = perf_counter()
    for start in range(0, len(readers), CHUNK):
        choose_all(pool, readers[start : start + CHUNK], Kept(model))
    return round(1000 * (perf_counter() - started) / len(readers), 2)


def _cold_start(collection: Collection, tasks: Sequence[Task], model: Model) -> Table:
    method = ours(collection, model)
    return {
        f"{saves} known": _figures(
            method, (replace(task, liked=task.liked[:saves]) for task in tasks)
        )
        for saves in COLD
    }


def _fitted(collection: Collection) -> tuple[Model, float]:
    started = perf_counter()
    texts = (collection.text(paper) for paper in range(len(collection.texts)))
    return fit(texts) or NO_MODEL, round(perf_counter() - started, 1)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--citeulike", type=Path, metavar="FOLDER", help="with users.dat, mult.dat")
    parser.add_argument("--papers", type=Path, metavar="FILE", help="papers, a line of JSON each")
    parser.add_argument("--readers", type=Path, metavar="FILE", help="readers, a line of JSON each")
    parser.add_argument("--sample", type=int, default=1500, help="readers of citeulike (1500)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if not options.citeulike and not (options.papers and options.readers):
        parser.error("give --citeulike FOLDER, or --papers FILE and --readers FILE")
    if options.sample < 1 or options.seed < 0:
        parser.error("--sample must be 1 or more, and --seed 0 or more")
    return options


def _as_json(value: object) -> object:
    if isinstance(value, Figure):
        return _as_json(asdict(value))
    if isinstance(value, dict):
        return {name: _as_json(part) for name, part in value.items()}
    return None if isinstance(value, float) and isnan(value) else value


def _as_text(result: dict[str, object]) -> str:
    lines = []
    for name, part in result.items():
        if not isinstance(part, dict):
            lines.append(f"{name:<16}{part}")
        elif name == "learning":
            lines += ["", "learning, nDCG@10 of the next day"]
            lines += [f"  {row:<15}{_told(value)}" for row, value in part.items()]
        else:
            lines += ["", f"{name:<17}" + "".join(f"{title:<23}" for title in FIGURES) + "ms"]
            lines += [_row(row, figures) for row, figures in part.items()]
    return "\n".join(lines)


def _row(name: str, figures: dict[str, Figure | float]) -> str:
    told = "".join(f"{_told(figures[title]):<23}" for title in FIGURES)
    return f"  {name:<15}{told}{figures['ms']:.2f}"


def _told(value: Figure | float) -> str:
    if isinstance(value, Figure):
        return f"{value.mean:.3f} ({value.low:.3f}-{value.high:.3f})"
    return f"{value:.3f}"


if __name__ == "__main__":
    main()

"""How long learning from all papers takes, how much memory, and how large what is kept is.

    python -m benchmarks.fit --papers 100000

Texts are those of benchmarks.rank: words as frequent as those of a language, partly of a topic.
"""

import argparse
import json
from collections.abc import Iterator
from random import Random
from time import perf_counter

from benchmarks.rank import WORDS_OF_AN_ABSTRACT, as_table, peak_memory, text
from papers.relevance.fitting import fit
from papers.relevance.packing import pack

TOPICS = 150


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--papers", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(options.papers)
    print(json.dumps(figures) if options.json else as_table(figures))


def measure(papers: int) -> dict[str, object]:
    """Seconds, of which those to make up the texts are told apart, and megabytes at the most."""
    started = perf_counter()
    for _ in texts(papers):
        pass
    making, before = perf_counter() - started, peak_memory()
    started = perf_counter()
    model = fit(texts(papers))
    seconds = perf_counter() - started
    return {
        "papers": papers,
        "seconds": round(seconds - making, 1),
        "megabytes": peak_memory(),
        "megabytes before": before,
        "terms": len(model.terms) if model else 0,
        "megabytes kept": round(len(pack(model)) / 1e6, 1) if model else 0,
    }


def texts(papers: int) -> Iterator[str]:
    random = Random(3)  # noqa: S311  # the same papers every time
    shares = [1 / (place + 2) for place in range(TOPICS)]
    for topic in random.choices(range(TOPICS), shares, k=papers):
        yield f"{text(topic, 10, random)}\n{text(topic, WORDS_OF_AN_ABSTRACT, random)}\n"


if __name__ == "__main__":
    main()

"""`manage.py ingest jsonl` of many papers: papers a second, and the memory it takes.

    python -m benchmarks.ingest --papers 100000

The same file is read twice: the second run has nothing to write. A quarter of it is read
before, so that memory which grows with the file would show.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digest_project.settings")
os.environ.setdefault("DEMO", "true")
django.setup()

from django.db import connection  # noqa: E402  # needs the set-up above

from benchmarks.collection import write_jsonl  # noqa: E402
from benchmarks.databases import own_database  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as folder, own_database(Path(folder)) as url:
        figures = measure(options.papers, Path(folder), url)
    print(json.dumps(figures) if options.json else as_table(figures))


def measure(papers: int, folder: Path, database: str) -> dict[str, float | str]:
    """Seconds, papers a second and peak memory (MB) of each run."""
    quarter, whole = folder / "quarter.jsonl", folder / "whole.jsonl"
    write_jsonl(quarter, papers // 4)
    write_jsonl(whole, papers)
    figures: dict[str, float | str] = {"database": connection.vendor, "papers": papers}
    for name, file in {"a quarter": quarter, "all": whole, "again": whole}.items():
        started = perf_counter()
        report, memory = ingest(file, database)
        seconds = perf_counter() - started
        figures[f"{name}: created"] = report["created"]
        figures[f"{name}: unchanged"] = report["unchanged"]
        figures[f"{name}: seconds"] = round(seconds, 1)
        figures[f"{name}: papers/s"] = round(report["read"] / seconds)
        figures[f"{name}: peak MB"] = round(memory)
    return figures


def ingest(file: Path, database: str) -> tuple[dict[str, int], float]:
    """The command's report, and its peak memory in MB."""
    command = [sys.executable, "manage.py", "ingest", "jsonl", str(file), "--json"]
    process = subprocess.Popen(
        command, env=os.environ | {"DATABASE_URL": database}, stdout=subprocess.PIPE, text=True
    )
    output = process.stdout.read() if process.stdout else ""
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return json.loads(output), used.ru_maxrss / 1024


def as_table(figures: dict[str, float | str]) -> str:
    return "\n".join(f"{name:<24}{figure}" for name, figure in figures.items())


if __name__ == "__main__":
    main()

"""Gathers what the tests of the fault matrix tell; the table is the last thing of a drill."""

import os
from collections.abc import Generator
from random import Random

import pytest

from tests.faults.matrix import LONG, Drill, Matrix

MATRIX = pytest.StashKey[Matrix]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MATRIX] = Matrix()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """DRILL_ROWS names the only rows to be run."""
    rows = set(os.environ.get("DRILL_ROWS", "").split())
    others = [item for item in items if rows and not rows & _rows_of(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


def _rows_of(item: pytest.Item) -> set[str]:
    return {str(marker.args[0]) for marker in item.iter_markers("row")}


@pytest.fixture
def drill(request: pytest.FixtureRequest) -> Drill:
    """The share of this test in its row of the matrix."""
    [number] = request.node.get_closest_marker("row").args
    return Drill(request.config.stash[MATRIX].rows[number])


@pytest.fixture
def chance() -> Random:
    """Random moments and victims; of a test that failed, pytest shows how to have them again."""
    seed = os.environ.get("DRILL_SEED") or str(Random().randrange(10**6))  # noqa: S311  # no secret
    print(f"To repeat: DRILL_SEED={seed}")  # noqa: T201  # pytest keeps it until a test fails
    return Random(seed)  # noqa: S311  # as above


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    for marker in item.iter_markers("row"):
        row = item.config.stash[MATRIX].rows[marker.args[0]]
        if report.when == "call" or not report.passed:
            setattr(row, report.outcome, getattr(row, report.outcome) + 1)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if LONG:
        terminalreporter.section("fault matrix")
        for line in terminalreporter.config.stash[MATRIX].table():
            terminalreporter.write_line(line)

"""`benchmarks.relevance` in this process, and what it says."""

from typing import Any

import pytest

with pytest.MonkeyPatch.context() as patch:
    patch.setenv("DEMO", "true")  # which it would set for all tests that come after
    from benchmarks import relevance

__all__ = ["refused", "relevance", "without_times"]


def refused(arguments: list[str]) -> str:
    """The sentence that it ends with, or its exit code."""
    with pytest.raises(SystemExit) as refusal:
        relevance.main(arguments)
    return f"{refusal.value.code}"


def without_times(told: dict[str, Any]) -> dict[str, Any]:
    """Figures alone: those named for seconds are of one run."""
    return {
        name: without_times(part) if isinstance(part, dict) else part
        for name, part in told.items()
        if not name.startswith(("ms", "seconds"))
    }

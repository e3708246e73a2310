"""The weights of the AI score as settings."""

import runpy
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from digest_project import environment

MODULE = str(settings.BASE_DIR / "digest_project" / "settings" / "scores.py")


def weights_with(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Any:
    monkeypatch.setattr(environment, "read", lambda _: environment.Environment(variables))
    return runpy.run_path(MODULE)["AI_SCORE_WEIGHTS"]


def test_weights_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = weights_with(monkeypatch, AI_SCORE_CODE_WEIGHT="0", AI_SCORE_NOVELTY_WEIGHT="2.5")

    assert weights == {"attention": 40, "authors": 20, "code": 0, "novelty": 2.5}


def test_a_weight_below_0_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="AI_SCORE_AUTHORS_WEIGHT must be a number from"):
        weights_with(monkeypatch, AI_SCORE_AUTHORS_WEIGHT="-1")


def test_code_alone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = dict.fromkeys(("ATTENTION", "AUTHORS", "NOVELTY"), "0")
    variables = {f"AI_SCORE_{part}_WEIGHT": weight for part, weight in nothing.items()}

    with pytest.raises(ImproperlyConfigured, match="code alone makes no score"):
        weights_with(monkeypatch, **variables)

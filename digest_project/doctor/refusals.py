"""Every refused setting, not only the first. For a process that only looks.

What is refused is noted and counts as not set from then on, so that loading the settings once more
finds the next.
"""

import os
import re
import sys
from importlib import import_module
from secrets import token_hex

from django.core.exceptions import ImproperlyConfigured

MOST = 200  # more than there are settings
NAME = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b")

refused: dict[str, str] = {}  # by the variable: the sentence that refuses it


def gather() -> None:
    """Note them all; raises ImproperlyConfigured where the settings cannot be loaded even so."""
    for _ in range(MOST):
        try:
            import_module(os.environ["DJANGO_SETTINGS_MODULE"])
        except ImproperlyConfigured as error:
            _note(str(error))
        else:
            return


def _note(sentence: str) -> None:
    if sentence.startswith("SECRET_KEY "):
        instead = {"SECRET_KEY": token_hex()}  # it has no default; this one is never used
    else:
        instead = {name: "" for name in NAME.findall(sentence) if os.environ.get(name)}
    if not instead:
        raise ImproperlyConfigured(" ".join([*refused.values(), sentence]))
    refused[next(iter(instead))] = sentence
    os.environ.update(instead)
    settings = os.environ["DJANGO_SETTINGS_MODULE"]
    for module in [name for name in sys.modules if f"{name}.".startswith(f"{settings}.")]:
        del sys.modules[module]

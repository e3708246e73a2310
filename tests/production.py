"""An installation as it should be: the variables of production.env."""

import shlex
from pathlib import Path

VARIABLES = dict(
    assignment.split("=", 1)
    for assignment in shlex.split(
        Path(__file__).with_name("production.env").read_text(), comments=True
    )
)

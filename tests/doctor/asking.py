"""The doctor's findings, as a program reads them."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from io import StringIO

from django.conf import settings
from django.core.management import call_command

from tests import production

Findings = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    findings: Findings
    exit_code: int

    def of(self, subject: str) -> dict[str, str]:
        """The first finding of that subject that is not ok, or else the first."""
        found = [each for each in self.findings if each["subject"] == subject]
        return next((each for each in found if each["level"] != "ok"), found[0])

    def about(self, words: str) -> Findings:
        return [each for each in self.findings if words in each["found"] + each["fix"]]


def ask(*arguments: str) -> Answer:
    """Within this process."""
    printed, code = StringIO(), 0
    try:
        call_command("doctor", "--json", *arguments, stdout=printed)
    except SystemExit as end:
        code = int(str(end.code))
    return Answer(json.loads(printed.getvalue())["findings"], code)


def ask_installation(**variables: str) -> Answer:
    """As an operator does, with the variables of production and no other."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "doctor", "--json", "--offline"],
        env={"PATH": os.environ["PATH"], **production.VARIABLES, **variables},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.stderr == ""
    return Answer(json.loads(done.stdout)["findings"], done.returncode)

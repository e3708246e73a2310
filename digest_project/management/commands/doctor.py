"""manage.py doctor: what is wrong with this installation, and what to do about it."""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from digest_project.doctor.examination import examine
from digest_project.doctor.findings import Finding, Level, Question
from papers.console import Command as OurCommand
from papers.console import Exit, add_json, tell, tell_rows

COLOURS: dict[str, str] = {
    Level.OK: "green",
    Level.WARN: "yellow",
    Level.FAIL: "bold red",
    Level.SKIPPED: "dim",
}


class Command(OurCommand):
    help = (
        "Examine this installation: settings, database, broker, workers, ticks, clocks, the mail "
        "server, the headers of a digest, and SPF, DKIM and DMARC of the sender's domain. Each "
        "finding that is not ok comes with what to do. It changes nothing, and it runs where "
        "nothing else does: it names every refused setting, not only the first."
    )
    examples = {
        "doctor": "before going live, and when something is wrong",
        "doctor --offline": "without asking mail servers and DNS",
        "doctor --send-to you@example.org": "and send a sample digest there",
    }
    exit_codes = {
        Exit.DONE: "nothing failed; there may be warnings",
        Exit.TROUBLE: "something failed",
        Exit.REFUSED: "the settings cannot be read at all",
    }
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--offline", action="store_true", help="ask neither mail servers nor DNS"
        )
        parser.add_argument(
            "--send-to", metavar="ADDRESS", default="", help="send a sample digest there"
        )
        parser.add_argument(
            "--dkim-selector", metavar="NAME", default="", help="where the DKIM key stands in DNS"
        )
        parser.add_argument(
            "--dns",
            metavar="HOST:PORT",
            default="",
            help="the DNS server to ask, not this machine's",
        )
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("offline", "dns", "dkim_selector", "send_to")
        question = Question(timezone.now(), **{name: options[name] for name in names})
        findings = list(examine(question))
        self._tell(findings, as_json=options["as_json"])
        if any(finding.level == Level.FAIL for finding in findings):
            sys.exit(Exit.TROUBLE)

    def _tell(self, findings: Sequence[Finding], *, as_json: bool) -> None:
        counts = Counter(finding.level for finding in findings)
        if as_json:
            rows = [
                {"level": one.level, "subject": one.subject, "found": one.found, "fix": one.fix}
                for one in findings
            ]
            tell(self.stdout, {"counts": dict(counts), "findings": rows}, as_json=True)
            return
        lines = [(one.level, one.subject, one.found, one.fix) for one in findings]
        tell_rows(self.stdout, ("", "what", "found", "what to do"), lines, COLOURS)
        told = ", ".join(f"{counts[level]} {level}" for level in Level if counts[level])
        self.stdout.write(f"\n{told}")

"""What people see at the end."""

import json
from dataclasses import asdict

from papers.console import Output
from papers.ingest_command.storing import Outcome


def as_json(outcome: Outcome) -> str:
    """The counts and problems; `problems_left_out`, `notes`, `error` … where there are any."""
    facts = asdict(outcome)
    facts.pop("pages")
    always = {"read", "created", "updated", "unchanged", "problems"}
    return json.dumps({name: fact for name, fact in facts.items() if fact or name in always})


def tell(outcome: Outcome, output: Output, errors: Output, *, dry_run: bool) -> None:
    prefix = "dry run, nothing was changed; papers" if dry_run else "papers"
    output.write(
        f"{prefix}: read {outcome.read}, created {outcome.created}, "
        f"updated {outcome.updated}, unchanged {outcome.unchanged}"
    )
    for note in outcome.notes:
        output.write(f"note: {note}")
    for problem in outcome.problems:
        errors.write(f"{problem.file}:{problem.line}: {problem.message}")
    if outcome.problems_left_out:
        errors.write(f"… and {outcome.problems_left_out} more problems")
    if outcome.error:
        errors.write(f"The source failed: {outcome.error}")
    if outcome.interrupted:
        errors.write("Interrupted; what is told above is stored. The same command completes it.")

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from papers.admin.log import record
from papers.console import Command as OurCommand
from papers.console import Exit, add_json, tell
from subscriptions import switch
from subscriptions.models import Sending

LONGEST_REASON = 200
NAME = "manage.py pause_sending"


class Command(OurCommand):
    help = (
        "Pause all mail, digests and notices alike, or let it leave again. Within a second no mail "
        "begins to leave; what waits keeps its place, and is skipped once it is too old. "
        "Doing it twice changes nothing and says so."
    )
    examples = {
        'pause_sending --reason "wrong links in today\'s edition"': "stop all mail",
        "pause_sending --status": "is it paused, since when, by whom and why?",
        "pause_sending --resume": "let it leave again",
    }
    exit_codes = {Exit.TROUBLE: "with --status: sending is paused"}

    def add_arguments(self, parser: CommandParser) -> None:
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--reason", metavar="R", help="pause, and why: the admin shows it")
        act.add_argument("--resume", action="store_true", help="let mail leave again")
        act.add_argument("--status", action="store_true", help="change nothing, only say")
        add_json(parser)

    def handle(self, *_: Any, **options: Any) -> None:
        ended = _resume() if options["resume"] else None
        begun = options["reason"] is not None and _pause(options["reason"].strip())
        changed = begun or ended is not None
        pause = switch.paused()
        if options["as_json"]:
            tell(self.stdout, {"changed": changed, **_facts(pause)}, as_json=True)
        elif ended:
            self.stdout.write(f"Sending goes on. It was paused {_since(ended)}")
        else:
            self.stdout.write(_told(pause, changed=changed or options["status"]))
        if options["status"] and pause:
            raise SystemExit(Exit.TROUBLE)


def _pause(reason: str) -> bool:
    """Whether it made a difference."""
    if not reason or len(reason) > LONGEST_REASON:
        told = f"--reason must say why, in 1 to {LONGEST_REASON} characters."
        raise CommandError(told, returncode=Exit.USAGE)
    begun = switch.pause(reason, NAME, timezone.now())
    if begun:
        record(NAME, [Sending(reason=reason)], f"Paused all sending: {reason}")
    return begun


def _resume() -> Sending | None:
    """What it ended."""
    ended = switch.resume()
    if ended:
        record(NAME, [ended], "Resumed sending")
    return ended


def _facts(pause: Sending | None) -> dict[str, object]:
    if pause is None:
        return {"paused": False}
    since = pause.paused_at.isoformat()
    return {"paused": True, "since": since, "by": pause.paused_by, "reason": pause.reason}


def _told(pause: Sending | None, *, changed: bool) -> str:
    before = "" if changed else "Nothing was changed. "
    if pause is None:
        return before + "Sending is not paused."
    return f"{before}Sending is paused {_since(pause)}"


def _since(pause: Sending) -> str:
    return f"since {pause.paused_at:%Y-%m-%d %H:%M} UTC, by {pause.paused_by}: {pause.reason}"

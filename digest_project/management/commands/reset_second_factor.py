"""`manage.py reset_second_factor USERNAME`: for who lost the device, where nobody else can help."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from digest_project.staff import second_factor
from papers.admin.log import record
from papers.console import Command as OurCommand


class Command(OurCommand):
    """Doing it twice says that there was nothing to take away."""

    help = (
        "Take a lost device and its recovery codes away from a member of staff: their sessions "
        "end, and with the next login they set up a new one. Make sure first that it is they who "
        "ask. It is written into the audit log."
    )
    examples = {"reset_second_factor sam": "Sam's phone is lost, and so are the recovery codes"}

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="the name that they log in with")

    def handle(self, *_: Any, **options: Any) -> None:
        name = options["username"]
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name}. Names are told apart by their capitals.")
        if not second_factor.take_away(user):
            self.stdout.write(f"{name} had no second factor.")
            return
        record("manage.py reset_second_factor", [user], second_factor.TAKEN_AWAY)
        self.stdout.write(
            f"{second_factor.TAKEN_AWAY}. {name} sets up a new one at the next login."
        )

"""manage.py demo: the sample reader's morning, after `manage.py seed`."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from papers import editions
from papers.console import Command as OurCommand
from papers.console import Exit
from papers.models import Edition
from seeds import demonstration
from subscriptions import links
from subscriptions.models import Digest, MailboxMessage


class Command(OurCommand):
    help = (
        "Compute the scores, subscribe and confirm a sample reader, deliver today's digest to the "
        "local mailbox and say where to look. Needs DEMO=true. On the same day once more, it sends "
        "nothing."
    )
    examples = {"demo": "after `seed`, as make demo does"}
    exit_codes = {Exit.TROUBLE: "the digest did not arrive, or DEMO is not true"}

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration runs only with DEMO=true in the environment.")
        now = timezone.now()
        try:
            demonstration.ensure_editor()
            self.stdout.write(f"scores: {demonstration.ranked_papers(now)} papers")
            reader = demonstration.subscribed_reader(now)
            digest = demonstration.delivered_digest(reader, now)
            editions.tend(now)  # the next one, to be arranged
        except demonstration.DidNotArriveError as error:
            raise CommandError(f"The demonstration failed. {error}") from error
        self.stdout.write(_where_to_look(digest, now))


def _where_to_look(digest: Digest, now: datetime) -> str:
    mail = MailboxMessage.objects.get(message_id=digest.message_id)
    preferences = links.path(links.Purpose.PREFERENCES, digest.subscriber, now)
    site = settings.SITE_URL
    coming = Edition.objects.latest("date")
    return f"""
Today's digest for {demonstration.READER}: “{digest.subject}”, {digest.items.count()} papers.

  The digest   {site}{reverse("mailbox:message", args=[mail.pk])}
  On the web   {site}{links.digest_path(digest)}
  Preferences  {site}{preferences}
  A sample     {site}{reverse("subscriptions:sample")}
  Mailbox      {site}{reverse("mailbox:inbox")}
  Admin        {site}{reverse("admin:index")}   {demonstration.EDITOR} / {demonstration.PASSWORD}
  To arrange   {site}{reverse("admin:edition_papers", args=[coming.pk])}
"""

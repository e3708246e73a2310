"""A row of every kind that the admin site shows, so that its lists and forms are not empty."""

from datetime import datetime

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from papers.models import Correction, Paper, PaperImport, Submission
from subscriptions import switch
from subscriptions.models import Notice, ProviderEvent, Suppression
from tests.browser.readers import last_digest, who_said_much


def make_one_of_everything(now: datetime) -> None:
    reader = who_said_much(now)
    digest = last_digest(reader)
    Notice.objects.create(subscriber=reader, kind="link", asked_at=now, state="sent", sent_at=now)
    Submission.objects.create(arxiv_id="2611.09999", note="It is worth reading.")
    Suppression.objects.create(address_hash="0" * 64)
    ProviderEvent.objects.create(
        provider="Test", event_id="1", kind="delivered", happened_at=now, digest=digest
    )
    PaperImport.objects.create(made_at=now)
    Correction.objects.create(
        edition=digest.edition,
        number=1,
        subject="Wrong",
        text="It was.",
        made_at=now,
    )
    paper = Paper.objects.latest("pk")
    LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(Paper),
        object_pk=str(paper.pk),
        object_id=paper.pk,
        object_repr=str(paper),
        action=LogEntry.Action.UPDATE,
        changes={"title": ["One", "Two"]},
    )
    switch.pause("a look around", "sam", now)

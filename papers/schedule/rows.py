"""Each standing order's row exists once `migrate` has run; what people set in it stays.

Also, whether one waits. Kept apart from the orders themselves, so that starting a process does
not load every source.
"""

from datetime import datetime

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings

from papers.models import PaperImport, ScheduledIngest

# Enabled at first? arXiv's search tells what OAI-PMH tells, in more requests: it is for people.
AT_FIRST = {
    "arxiv-api": False,
    "arxiv-feed": True,
    "arxiv-oai": True,
    "daily-papers": True,
    "semantic-scholar": True,
    "submissions": True,
    "rank": True,
    "relevance": True,
}


def create_after_migrate(*, using: str, apps: Apps = apps, **_: object) -> None:
    """Called by `migrate` with the models as far as they are migrated, and by `flush` without."""
    try:
        model = apps.get_model("papers", "ScheduledIngest")
    except LookupError:  # migrated back to before there was one
        return
    model._default_manager.using(using).bulk_create(  # noqa: SLF001  # Django's own name
        [model(source=name, enabled=enabled) for name, enabled in AT_FIRST.items()],
        ignore_conflicts=True,
    )


def is_waiting(now: datetime) -> bool:
    """Whether a worker is wanted: something is due, and none is at it.

    One worker reads, so that the others send; a second one would only wait for the pace.
    """
    if PaperImport.objects.due(now).exists():
        return True
    rows = ScheduledIngest.objects
    return settings.INGEST_SCHEDULED and rows.due(now).exists() and not rows.leased(now).exists()

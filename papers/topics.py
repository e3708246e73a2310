"""The taxonomy as rows: every topic exists once `migrate` has run."""

from django.apps import apps
from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS

from papers.models import Topic
from papers.taxonomy import all_topics


def load_taxonomy(model: type[Topic] = Topic, using: str = DEFAULT_DB_ALIAS) -> None:
    """Give each topic of the taxonomy a row, in one statement.

    Group, full name and position follow the taxonomy. The plain name is given to new rows only,
    because editors may word it for their readers.
    """
    rows = [
        model(
            code=topic.code,
            name=topic.name,
            full_name=topic.full_name,
            group=topic.group,
            position=position,
        )
        for position, topic in enumerate(all_topics(), start=1)
    ]
    model._default_manager.using(using).bulk_create(  # noqa: SLF001  # Django's own name
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["full_name", "group", "position"],
    )


def load_after_migrate(*, using: str, apps: Apps = apps, **_: object) -> None:
    """Called by `migrate` with the models as far as they are migrated, and by `flush` without."""
    try:
        model = apps.get_model("papers", "Topic")
    except LookupError:  # migrated back to nothing
        return
    load_taxonomy(model, using)

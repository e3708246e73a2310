"""What each group may do. `migrate` keeps these three; others are an operator's own.

A right is written without its model's name: "view" of papers.paper is papers.view_paper.
"""

from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.db import router

KEEP = "view add change"  # nothing is deleted that readers may have been sent

GROUPS: dict[str, dict[str, str]] = {
    # papers and the day's edition; digests to read, but nobody who reads them
    "Editors": {
        "papers.paper": KEEP,
        "papers.author": KEEP,
        "papers.topic": "view change",
        "papers.submission": "view change",
        "papers.edition": f"{KEEP} hold correct",
        "papers.candidate": "view change",
        "papers.correction": "view add",
        "papers.signal": "view",
        "papers.scheduledingest": "view",
        "subscriptions.digest": "view",
        "subscriptions.dayfigures": "view",
    },
    # people and their mail, addresses in full
    "Support": {
        "subscriptions.subscriber": "view change view_address",
        "subscriptions.interest": "view add change delete",
        "subscriptions.digest": "view replay",
        "subscriptions.notice": "view",
        "subscriptions.providerevent": "view",
        "subscriptions.suppression": "view add delete",
        "subscriptions.vote": "view",
        "papers.edition": "view",
        "papers.paper": "view",
    },
    # the machinery; all to read, no address in full
    "Operators": {
        "papers.paper": "view",
        "papers.author": "view",
        "papers.topic": "view",
        "papers.submission": "view",
        "papers.edition": "view hold",
        "papers.candidate": "view",
        "papers.correction": "view",
        "papers.signal": "view",
        "papers.scheduledingest": "view change",
        "subscriptions.subscriber": "view",
        "subscriptions.interest": "view",
        "subscriptions.digest": "view replay settle",
        "subscriptions.notice": "view",
        "subscriptions.providerevent": "view change",
        "subscriptions.suppression": "view add delete",
        "subscriptions.sending": "view add change delete",
        "subscriptions.dayfigures": "view",
        "subscriptions.vote": "view",
        "auditlog.logentry": "view",
    },
}


def rights_of(group: str) -> set[str]:
    """As Django names them: papers.view_paper."""
    return {
        f"{app}.{verb if '_' in verb else f'{verb}_{model}'}"
        for label, verbs in GROUPS[group].items()
        for app, model in [label.split(".")]
        for verb in verbs.split()
    }


def keep_after_migrate(*, using: str, apps: Apps = apps, **_: Any) -> None:
    """Called by `migrate` with the models as far as they are migrated, and by `flush` without."""
    try:
        group_model = apps.get_model("auth", "Group")
        permission_model = apps.get_model("auth", "Permission")
    except LookupError:  # migrated back to before there were any
        return
    if not router.allow_migrate_model(using, group_model):
        return
    permissions = permission_model._default_manager.using(using)  # noqa: SLF001  # Django's own name
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in permissions.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    for name in GROUPS:
        group, _created = group_model._default_manager.using(using).get_or_create(name=name)  # noqa: SLF001  # as above
        group.permissions.set(known[right] for right in rights_of(name) & known.keys())

"""`{% contents app_list as groups %}`: the lists of the admin site, grouped as people think."""

from collections import defaultdict
from typing import Any

from django import template
from django.utils.text import capfirst

register = template.Library()

PAPERS, READERS, MACHINERY, STAFF = "Papers", "Readers", "Machinery", "Staff"
# In the order of use. What is not named here comes last in its app's group.
PLACES = {
    "papers.edition": PAPERS,
    "papers.paper": PAPERS,
    "papers.submission": PAPERS,
    "papers.author": PAPERS,
    "papers.topic": PAPERS,
    "subscriptions.subscriber": READERS,
    "subscriptions.digest": READERS,
    "subscriptions.notice": READERS,
    "subscriptions.vote": READERS,
    "subscriptions.suppression": READERS,
    "subscriptions.dayfigures": READERS,
    "subscriptions.sending": MACHINERY,
    "subscriptions.providerevent": MACHINERY,
    "papers.scheduledingest": MACHINERY,
}
GROUPS = {"papers": PAPERS, "subscriptions": READERS}
NAMES = {
    "auditlog.logentry": "Audit log",
    "axes.accessattempt": "Failed sign-ins",
    "axes.accessfailurelog": "Failed sign-ins, each",
    "axes.accesslog": "Sign-ins",
    "otp_static.staticdevice": "Recovery codes",
    "otp_totp.totpdevice": "Second factors",
}


@register.simple_tag
def contents(app_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of what Django offers to somebody: groups with their lists, none of them empty."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for label, model in sorted(_labelled(app_list), key=lambda each: _order(each[0])):
        app = label.partition(".")[0]
        group = PLACES.get(label) or GROUPS.get(app, STAFF)
        groups[group].append({**model, "name": NAMES.get(label, capfirst(model["name"]))})
    names = (PAPERS, READERS, MACHINERY, STAFF)
    return [{"name": name, "lists": groups[name]} for name in names if groups[name]]


def _labelled(app_list: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{app['app_label']}.{model['object_name'].lower()}", model)
        for app in app_list
        for model in app["models"]
    ]


def _order(label: str) -> int:
    places = list(PLACES)
    return places.index(label) if label in places else len(places)

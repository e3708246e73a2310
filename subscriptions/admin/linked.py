"""Entries of a timeline, each with the page of its row."""

from collections.abc import Iterable

from django.contrib import admin
from django.urls import reverse

from subscriptions.timeline import Entry


def linked(entries: Iterable[Entry]) -> list[tuple[Entry, str]]:
    """The address is "" where there is no such page."""
    return [(entry, _address(entry)) for entry in entries]


def _address(entry: Entry) -> str:
    row = entry.row
    if row is None or not admin.site.is_registered(type(row)):
        return ""
    meta = row._meta  # noqa: SLF001  # Django's own name
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])

"""Two people with the same form open: the second is told, and overwrites only knowingly.

The form carries a signed print of every field, and of each inline's rows, as they were when it was
opened. Fields that the form does not show have none, so what the machinery writes there is no
conflict.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

Prints = dict[str, str]


class AsOpened(forms.CharField):
    """Nobody types it, so it never counts as a change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class OpenedForm(forms.ModelForm):
    """Refused once when its row has changed since it was opened; keeps what was typed."""

    as_opened = AsOpened(required=False, label="")
    rows: Mapping[str, list[Any]] = {}  # of the inlines, by their name

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["as_opened"] = signing.dumps(
            {"at": timezone.now().isoformat(), "prints": self._prints()}, compress=True
        )

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        told = self.data.get(self.add_prefix("as_opened"), "")
        try:
            opened = signing.loads(told)
        except signing.BadSignature:
            self._refuse("It cannot be told what this form was like when it was opened.")
        else:
            self._compare(opened["prints"], datetime.fromisoformat(opened["at"]))
        return facts

    def _compare(self, before: Prints, opened_at: datetime) -> None:
        now = self._prints()
        changed = [name for name, was in before.items() if now.get(name, was) != was]
        if not changed:
            return
        told = f"{_who(self.instance, opened_at)} changed"
        for name in set(changed) & self.fields.keys():
            self.add_error(name, f"{told} this meanwhile; now it is: {self._shown(name)}")
        labels = ", ".join(sorted(self._label(name) for name in changed))
        self._refuse(f"{told} {labels} since you opened this form.")

    def _refuse(self, why: str) -> None:
        """As opened now: the next press of Save knows all this."""
        self.add_error(None, f"Not saved. {why} Save again to have it as you typed it.")
        typed: Any = self.data
        self.data = typed.copy()
        self.data[self.add_prefix("as_opened")] = self.initial["as_opened"]  # type: ignore[index]  # a copy is no longer fixed

    def _prints(self) -> Prints:
        shown = {name: self.initial[name] for name in self.fields if name in self.initial}
        shown.pop("as_opened", None)
        return {name: _print(value) for name, value in (shown | dict(self.rows)).items()}

    def _label(self, name: str) -> str:
        field = self.fields.get(name)
        return str((field and field.label) or name.replace("_", " "))

    def _shown(self, name: str) -> str:
        value = self.initial[name]
        told = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        return "empty" if value in (None, "", []) else told


class NotOverwritten:
    """Mixed in before ModelAdmin. Locks the row for as long as its form is being saved."""

    def get_object(self, request: HttpRequest, *args: Any) -> Any:
        row = super().get_object(request, *args)  # type: ignore[misc]  # ModelAdmin's
        if row and request.method == "POST":
            row.refresh_from_db(from_queryset=type(row).objects.select_for_update())
        return row

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002  # Django's call
        **kwargs: Any,
    ) -> Any:
        if change and obj:
            parts = {"rows": self._rows_of_inlines(request, obj)}
            kwargs["form"] = type("Form", (OpenedForm, self.form), parts)  # type: ignore[attr-defined]  # ModelAdmin's
        return super().get_form(request, obj, change, **kwargs)  # type: ignore[misc]  # as above

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fieldsets = [*super().get_fieldsets(request, obj)]  # type: ignore[misc]  # as above
        if obj and self.has_change_permission(request, obj):  # type: ignore[attr-defined]  # as above
            fieldsets.append((None, {"fields": ["as_opened"]}))
        return fieldsets

    def _rows_of_inlines(self, request: HttpRequest, obj: Any) -> dict[str, list[Any]]:
        pairs = self.get_formsets_with_inlines(request, obj)  # type: ignore[attr-defined]  # as above
        return {
            str(inline.verbose_name_plural): _rows(formset, obj, inline.get_queryset(request))
            for formset, inline in pairs
            if inline.has_change_permission(request, obj)
        }


def _rows(formset: Any, obj: Any, rows: models.QuerySet[Any]) -> list[Any]:
    columns = {field.name for field in formset.model._meta.concrete_fields}  # noqa: SLF001  # Django's own name
    shown = [name for name in formset.form.base_fields if name in columns]
    of_obj = rows.filter(**{formset.fk.name: obj})
    return list(of_obj.order_by("pk").values_list("pk", *shown))


def _print(value: Any) -> str:
    if isinstance(value, list):
        value = sorted(str(getattr(one, "pk", one)) for one in value)
    return sha256(str(value).encode()).hexdigest()[:12]


def _who(row: Any, since: datetime) -> str:
    """Who saved it last, by the row's history; sources write there without a name."""
    kind = ContentType.objects.get_for_model(row)
    entries = LogEntry.objects.filter(content_type=kind, object_id=row.pk, action_time__gte=since)
    last = entries.select_related("user").first()
    return f"{last.user} ({last.action_time:%H:%M} UTC)" if last else "A source"

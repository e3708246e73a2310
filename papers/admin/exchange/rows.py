from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from import_export import resources
from import_export.widgets import BooleanWidget, ForeignKeyWidget, ManyToManyWidget

from papers.admin.exchange.form import MOST_ROWS
from papers.models import Topic


@dataclass(frozen=True, slots=True)
class Change:
    column: str
    before: str
    after: str


class Compared(resources.Diff):
    """What differs, column by column."""

    def __init__(self, resource: Any, instance: Any, new: Any) -> None:
        super().__init__(resource, instance, new)
        self.columns = [field.column_name for field in resource.get_import_fields()]

    def as_html(self) -> list[Change]:
        each = zip(self.columns, map(str, self.left), map(str, self.right), strict=True)
        return [Change(*facts) for facts in each if facts[1] != facts[2]]


class YesOrNo(BooleanWidget):
    """What is neither is no "no"."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        if value not in self.TRUE_VALUES + self.FALSE_VALUES:
            raise ValueError(f"'{value}' is neither 1 nor 0.")
        return bool(super().clean(value, row, **kwargs))


class ChangedRows(resources.ModelResource):
    """Rows that are here are changed; what is not here is an error, and nothing is deleted."""

    missing = "There is no such row here."
    WIDGETS_MAP = resources.ModelResource.WIDGETS_MAP | {"BooleanField": YesOrNo}

    def get_diff_class(self) -> type[Compared]:
        return Compared

    def before_import(self, dataset: Any, **_: Any) -> None:
        if fault := self._fault(dataset):
            del dataset[:]  # else each row would be looked at all the same
            raise ValueError(fault)

    def _fault(self, dataset: Any) -> str:
        """Of the file as a whole; "" when it has none."""
        if len(dataset) > MOST_ROWS:
            return f"These are {len(dataset):,} rows. Import at most {MOST_ROWS:,}."
        known = {field.column_name for field in self.get_user_visible_fields()}
        if unknown := [name for name in dataset.headers if name not in known]:
            return (
                f"There is no column {', '.join(map(repr, unknown))}. "
                f"Expected some of: {', '.join(sorted(known))}."
            )
        twice = [name for name, count in Counter(dataset.headers).items() if count > 1]
        return f"Two columns are called {', '.join(map(repr, twice))}." if twice else ""

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        found = self.get_instance(instance_loader, row)
        if found is None:
            raise ValidationError(self.missing)
        return found, False


class Taxonomy:
    """Topics by code, asked for once a file: every resource has widgets of its own."""

    @cached_property
    def topics(self) -> dict[str, Topic]:
        return Topic.objects.in_bulk(field_name="code")

    def topic(self, code: str) -> Topic:
        if code not in self.topics:
            raise ValueError(f"'{code}' is no topic; expected a code such as cs.CV.")
        return self.topics[code]


class TopicWidget(Taxonomy, ForeignKeyWidget):
    def __init__(self) -> None:
        super().__init__(Topic, "code")

    def clean(self, value: Any, row: Any = None, **_: Any) -> Topic | None:
        code = str(value or "").strip()
        return self.topic(code) if code else None


class TopicsWidget(Taxonomy, ManyToManyWidget):
    """Codes with spaces between them."""

    def __init__(self) -> None:
        super().__init__(Topic, separator=" ", field="code")

    def clean(self, value: Any, row: Any = None, **_: Any) -> list[Topic]:
        codes = str(value or "").replace(",", " ").split()
        return [self.topic(code) for code in dict.fromkeys(codes)]

    def render(self, value: Any, obj: Any = None, **_: Any) -> str:
        return " ".join(sorted(topic.code for topic in value.all())) if value else ""

from datetime import datetime, timedelta
from typing import Any

from django.db import models

LEASE = timedelta(minutes=10)  # longer than the longest step of a reading


class Leased(models.Model):
    """A row that one process works on at a time. Its queryset tells by `due` which rows wait."""

    leased_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="A process is reading it until then"
    )

    class Meta:
        abstract = True

    def lease(self, now: datetime) -> bool:
        """Take it, unless somebody was quicker: no lock is held while the network is slow."""
        due = type(self)._default_manager.due(now)  # type: ignore[attr-defined]  # noqa: SLF001  # as the docstring asks
        if not due.order_by().filter(pk=self.pk).update(leased_until=now + LEASE):
            return False
        self.refresh_from_db()
        return True

    def note(self, **values: Any) -> bool:
        """Write down under one's lease; False once it ran out and somebody else took it."""
        rows = type(self)._default_manager  # noqa: SLF001  # Django's own name
        mine = rows.filter(pk=self.pk, leased_until=self.leased_until)
        if not mine.update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True

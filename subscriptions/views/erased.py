"""What a page says whose reader was erased while it was at work."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError
from django.http import Http404

from subscriptions.models import Subscriber


@contextmanager
def unknown_once_erased(subscriber: Subscriber) -> Iterator[None]:
    """404, as a moment later; any other fault of the database stays one."""
    try:
        yield
    except (IntegrityError, Subscriber.DoesNotExist):
        if Subscriber.objects.filter(pk=subscriber.pk).exists():
            raise
        raise Http404("This reader was erased a moment ago.") from None

"""Which member of staff does what is being done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_actor: ContextVar[Any] = ContextVar("actor", default=None)


def actor() -> Any:
    """A user; None while nobody of the staff is at it."""
    return _actor.get()


@contextmanager
def acting(user: Any) -> Iterator[None]:
    token = _actor.set(user)
    try:
        yield
    finally:
        _actor.reset(token)


def by_staff(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What the view does is done by who asks for it."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with acting(request.user):
            return view(request, *args, **kwargs)

    return page

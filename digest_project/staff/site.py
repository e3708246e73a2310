from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from digest_project.staff import second_factor, sessions
from digest_project.staff.acting import by_staff

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class StaffSite(AdminSite):
    """The one admin site: for staff who have given both factors."""

    site_header = site_title = settings.SITE_NAME
    index_title = "Today"
    enable_nav_sidebar = False  # lists need the width

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not second_factor.is_owed(request.user)

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # noqa: FBT001, FBT002  # Django's call
        guarded = super().admin_view(by_staff(_not_to_be_guessed(view)), cacheable)

        @wraps(guarded)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            sessions.end_or_prolong(request, timezone.now())
            return guarded(request, *args, **kwargs)

        return cast("View", page)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Whoever has given a password is led on to the second step."""
        sessions.end_or_prolong(request, timezone.now())
        if request.method == "GET" and second_factor.is_owed(request.user):
            return redirect(reverse("admin:second_step", query=request.GET))
        return super().login(request, extra_context)

    def password_given(self, view: View) -> View:
        """Pages between the password and the second factor."""
        guarded = by_staff(view)

        @never_cache
        @wraps(view)
        def page(request: HttpRequest) -> HttpResponseBase:
            sessions.end_or_prolong(request, timezone.now())
            if not super(StaffSite, self).has_permission(request):
                return redirect("admin:login")
            return guarded(request)

        return cast("View", page)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from digest_project.staff import views  # noqa: PLC0415  # models come after sites

        return [
            path("logout/", self.logout, name="logout"),  # also half-way
            path("second-step/", self.password_given(views.second_step), name="second_step"),
            path("enrol/", self.password_given(views.enrol), name="enrol"),
            path("your-sign-in/", self.admin_view(views.your_sign_in), name="your_sign_in"),
            path(
                "r/<int:content_type_id>/<path:object_id>/",
                self.admin_view(views.view_on_site),
                name="view_on_site",
            ),
            *super().get_urls(),
        ]


def _not_to_be_guessed(view: View) -> View:
    """Django's page of a row's history tells whoever asks whether there is such a row."""
    owner: Any = getattr(view, "__self__", None)
    if not isinstance(owner, ModelAdmin) or view.__name__ != "history_view":
        return view

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not owner.has_view_or_change_permission(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast("View", page)

"""The pages of signing in, after the password; and the way from a row to its public page."""

from base64 import b32encode
from typing import Any

import segno
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django_otp.plugins.otp_totp.models import TOTPDevice

from digest_project.staff import second_factor, sessions
from digest_project.staff.forms import CodeForm, EnrolForm
from papers.admin.log import log_changes


def second_step(request: HttpRequest) -> HttpResponse:
    if not second_factor.is_owed(request.user):
        return redirect(_next(request))
    if not second_factor.is_enrolled(request.user):
        return redirect(reverse("admin:enrol", query={"next": _next(request)}))
    form = CodeForm(request.POST or None, request.user)
    if form.is_valid():
        sessions.verify(request, form.device)
        return redirect(_next(request))
    return _page(request, "second_step", "Log in: second step", form=form)


def enrol(request: HttpRequest) -> HttpResponse:
    """For who has no device yet, or has logged in with the one before."""
    if second_factor.is_enrolled(request.user) and second_factor.is_owed(request.user):
        return redirect(reverse("admin:second_step", query={"next": _next(request)}))
    had_codes = second_factor.recovery_codes_left(request.user) > 0
    form = EnrolForm(request.POST or None, request.user)
    if form.is_valid():
        sessions.verify(request, form.device)
        return _recovery_codes(request, "Second factor set up", had_codes=had_codes)
    return _page(request, "enrol", "Set up your second factor", form=form, **_key(request, form))


def your_sign_in(request: HttpRequest) -> HttpResponse:
    left = second_factor.recovery_codes_left(request.user)
    form = CodeForm(request.POST or None, request.user)
    if form.is_valid():
        return _recovery_codes(request, "New recovery codes", had_codes=left > 0)
    device = TOTPDevice.objects.filter(user=request.user, confirmed=True).first()
    return _page(request, "your_sign_in", "Your sign-in", form=form, device=device, codes_left=left)


def view_on_site(request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
    """Only for who may see the row: Django's own leads all staff to the address of any row."""
    kind = get_object_or_404(ContentType, pk=content_type_id)
    owner: Any = admin.site._registry.get(kind.model_class())  # type: ignore[arg-type]  # noqa: SLF001  # without a model: None
    if owner is None or not owner.has_view_or_change_permission(request):
        raise PermissionDenied
    page: HttpResponse = shortcut(request, content_type_id, object_id)
    return page


def _recovery_codes(request: HttpRequest, told: str, *, had_codes: bool) -> HttpResponse:
    facts = {"codes": second_factor.new_recovery_codes(request.user), "had_codes": had_codes}
    log_changes(request, [request.user], told)
    return _page(request, "recovery_codes", "Your recovery codes", **facts)


def _key(request: HttpRequest, form: EnrolForm) -> dict[str, Any]:
    """To scan, and to type."""
    device = TOTPDevice(user=request.user, key=form.shown)
    text = b32encode(device.bin_key).decode()
    picture = segno.make(device.config_url).svg_inline(scale=5, light="#fff")
    return {
        "picture": mark_safe(picture),  # noqa: S308  # drawn by segno: no text of anybody
        "key_to_type": " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
    }


def _next(request: HttpRequest) -> str:
    """Where the login was to lead, on this site alone."""
    wish = request.GET.get("next", "")
    hosts, secure = {request.get_host()}, request.is_secure()
    if url_has_allowed_host_and_scheme(wish, allowed_hosts=hosts, require_https=secure):
        return wish
    return reverse("admin:index")


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    context |= {**admin.site.each_context(request), "title": title, "next": _next(request)}
    return TemplateResponse(request, f"admin/staff/{name}.html", context)

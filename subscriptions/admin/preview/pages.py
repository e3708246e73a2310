from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from papers import editions
from papers.admin.log import log_changes
from papers.models import Edition
from subscriptions import framing
from subscriptions.admin.preview.looking import Look, as_test, look
from subscriptions.admin.preview.wish import WishForm
from subscriptions.digests import delivery, pipeline
from subscriptions.models.states import State

SEE_READERS = "subscriptions.view_subscriber"


class WithPreview(admin.ModelAdmin):
    """Adds preview/ to the addresses of editions."""

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "preview/": ("preview", require_safe(self.preview)),
            "preview/mail/": ("preview_mail", require_safe(self.preview_mail)),
            "preview/test/": ("preview_test", require_POST(self.send_test)),
        }
        ours = [
            path(route, self.admin_site.admin_view(view), name=name)
            for route, (name, view) in pages.items()
        ]
        return [*ours, *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request)
        shown = _shown(form)
        query = request.GET.urlencode()
        context = {
            **self.admin_site.each_context(request),
            "title": "Preview as",
            "opts": self.opts,
            "form": form,
            "look": shown,
            "edition": _edition(form),
            "sandbox": framing.SANDBOX,
            "frame": f"{reverse('admin:preview_mail')}?{query}",
            "width": form.cleaned_data.get("width") or "600",
            "query": query,
            "own_address": request.user.email,  # type: ignore[union-attr]  # staff alone come here
            "may_test": self.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/preview/page.html", context)

    def preview_mail(self, request: HttpRequest) -> HttpResponse:
        """What the frame shows."""
        form = self._form(request)
        if (shown := _shown(form)) is None:
            raise Http404
        html = shown.mail.html or render_to_string(
            "subscriptions/_text_mail.html", {"mail": shown.mail}
        )
        return framing.in_a_frame(html, form.cleaned_data["theme"])

    def send_test(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        back = redirect(f"{reverse('admin:preview')}?{request.GET.urlencode()}")
        form = self._form(request)
        shown, address = _shown(form), request.user.email  # type: ignore[union-attr]  # as above
        if shown is None or not address:
            self.message_user(request, "There was nothing to send, or nowhere to.", "error")
            return back
        outcome = delivery.send_beside_the_ledger(as_test(shown, address).as_email())
        if outcome.state != State.SENT:
            self.message_user(request, f"The test was not sent: {outcome.reason}.", "error")
            return back
        log_changes(request, [_edition(form)], "Test sent to oneself")
        self.message_user(request, "The test is on its way to your address.")
        return back

    def _form(self, request: HttpRequest) -> WishForm:
        if not self.has_view_permission(request):
            raise PermissionDenied
        coming = editions.next_edition(timezone.now())
        may_see_readers = request.user.has_perm(SEE_READERS)
        form = WishForm(request.GET, coming=coming, may_see_readers=may_see_readers)
        form.full_clean()
        return form


def _edition(form: WishForm) -> Edition | None:
    return form.cleaned_data.get("edition") or editions.current_edition(timezone.now())


def _shown(form: WishForm) -> Look | None:
    """None for a wish that makes no sense, and before there is an edition."""
    if not form.is_valid():
        return None
    try:
        return look(form.cleaned_data, timezone.now())
    except pipeline.NoEdition:
        return None

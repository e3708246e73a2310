from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from papers import tasks
from papers.admin.importing.form import ImportForm
from papers.admin.importing.lines import Verdict, as_csv, counts_of, page_of
from papers.admin.log import log_changes
from papers.importing.deciding import cancel, confirm, try_again
from papers.importing.starting import start
from papers.models import PaperImport
from papers.waking import Waker

SECONDS_BETWEEN_LOOKS = 3
READER = Waker("a reader of arXiv")
State = PaperImport.State


def wake() -> None:
    """An editor waits: a worker asks arXiv or, without a broker, this process does."""
    transaction.on_commit(lambda: READER.wake(tasks.carry_on_imports, "imports"))


@admin.register(PaperImport)
class PaperImportAdmin(admin.ModelAdmin):
    """Who may add a paper may add many. Each import has a page, which says what became of it."""

    form = ImportForm
    fields = ["text", "file"]
    when_empty = "Nothing was imported yet. Add an import: it takes arXiv ids and links."
    list_display = ["__str__", "made_by", "state"]
    list_select_related = ["made_by"]
    list_filter = ["state"]
    add_form_template = "admin/papers/paperimport/add.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("papers.add_paper")

    def has_view_permission(self, request: HttpRequest, obj: PaperImport | None = None) -> bool:
        return request.user.has_perm("papers.add_paper")

    def has_change_permission(self, request: HttpRequest, obj: PaperImport | None = None) -> bool:
        return request.user.has_perm("papers.add_paper")

    def has_delete_permission(self, request: HttpRequest, obj: PaperImport | None = None) -> bool:
        """It is forgotten by itself."""
        return False

    def get_urls(self) -> list[URLPattern]:
        lines = self.admin_site.admin_view(self.lines_view)
        name = "papers_paperimport_lines"
        return [path("<int:pk>/lines.csv", lines, name=name), *super().get_urls()]

    def save_form(
        self,
        request: HttpRequest,
        form: ImportForm,
        change: bool,  # noqa: FBT001  # Django's call
    ) -> PaperImport:
        return start(form.cleaned_data["lines"], request.user, timezone.now())

    def save_model(self, request: HttpRequest, obj: PaperImport, *_: Any) -> None:
        """It is there with its lines; what is left is to look them up."""
        wake()

    def save_related(self, *_: Any) -> None:
        """Its lines are no form of their own."""

    def response_add(
        self, request: HttpRequest, obj: PaperImport, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(_address(obj))

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), "title": "Import papers by their arXiv ids"}
        return super().add_view(request, form_url, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        begun = self.get_object(request, unquote(object_id))
        if begun is None:
            raise Http404
        if request.method == "POST":
            self._decide(request, begun)
            return HttpResponseRedirect(_address(begun))
        return self._preview(request, begun)

    def lines_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        begun = self.get_object(request, str(pk))
        if begun is None:
            raise Http404
        return as_csv(begun)

    def _decide(self, request: HttpRequest, begun: PaperImport) -> None:
        if "import" in request.POST and confirm(begun, timezone.now()):
            log_changes(request, [begun], "Confirmed")
            wake()
        elif "again" in request.POST and try_again(begun):
            wake()
        elif "cancel" in request.POST and cancel(begun):
            log_changes(request, [begun], "Cancelled")

    def _preview(self, request: HttpRequest, begun: PaperImport) -> HttpResponse:
        counts = counts_of(begun)
        lines = {count.verdict: count.lines for count in counts}
        new, total = lines.get(Verdict.NEW, 0), sum(lines.values())
        left = lines.get(Verdict.ASKED, 0) if begun.state == State.LOOKING else new
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": begun,
            "begun": begun,
            "state": State(begun.state),
            "counts": counts,
            "total": total,
            "done": total - left,
            "new": new,
            "imported": lines.get(Verdict.IMPORTED, 0),
            "verdict": request.GET.get("verdict", ""),
            "page": page_of(begun, request),
            "has_work_left": begun.state in PaperImport.WORK_LEFT,
            "is_open": begun.state in PaperImport.OPEN,
        }
        answer = TemplateResponse(request, "admin/papers/paperimport/preview.html", context)
        if context["has_work_left"]:
            answer["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
        return answer


def _address(begun: PaperImport) -> str:
    return reverse("admin:papers_paperimport_change", args=[begun.pk])

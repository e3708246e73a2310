from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from papers.models import Paper
from subscriptions import reads, recognition
from subscriptions.views.erased import unknown_once_erased

PAPER, PDF = "paper", "pdf"


@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    return _read(request, get_object_or_404(Paper.objects.visible(), arxiv_id=public_id))


@require_http_methods(["GET", "HEAD", "POST"])
def read_without_arxiv_id(request: HttpRequest, pk: int) -> HttpResponse:
    return _read(request, get_object_or_404(Paper.objects.visible(), pk=pk))


def _read(request: HttpRequest, paper: Paper) -> HttpResponse:
    """The button of who lets papers teach their ranking; it leads on, whatever is kept."""
    if request.method != "POST":
        return redirect(paper)
    address = _address(paper, request.POST.get("way", ""))
    if not address:
        return redirect(paper)
    return _onward(request, paper, address, kept=_keep(request, paper))


def _address(paper: Paper, way: str) -> str:
    """One of the paper's own, wherever else somebody would like to lead."""
    if way not in {PAPER, PDF}:
        raise BadRequest(f"A paper is read as {PAPER} or {PDF}, not {way[:20]!r}.")
    return paper.pdf_url if way == PDF else paper.abstract_url


def _keep(request: HttpRequest, paper: Paper) -> bool:
    reader = recognition.recognised(request)
    if reader is None:
        return False
    with unknown_once_erased(reader):
        return reads.keep(reader, paper, timezone.now())


def _onward(request: HttpRequest, paper: Paper, address: str, *, kept: bool) -> HttpResponse:
    """A page that leads on at once, and has a link for browsers that do not.

    Chromium holds every redirect after a form to the policy's form-action, and a DOI leads on to
    publishers that nobody could list there.
    """
    context = {"paper": paper, "address": address, "kept": kept}
    response = render(request, "subscriptions/onward.html", context)
    response.headers["Refresh"] = f"0; url={address}"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response

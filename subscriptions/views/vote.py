from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_cookie

from papers.models import Paper
from subscriptions import recognition, voting
from subscriptions.models import Subscriber
from subscriptions.views.erased import unknown_once_erased

UP, UNDO = "up", "undo"


@require_safe
@vary_on_cookie
def about_voting(request: HttpRequest) -> HttpResponse:
    return _explain(request)


@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, public_id: str) -> HttpResponse:
    return _vote(request, get_object_or_404(Paper.objects.visible(), arxiv_id=public_id))


@require_http_methods(["GET", "HEAD", "POST"])
def vote_without_arxiv_id(request: HttpRequest, pk: int) -> HttpResponse:
    return _vote(request, get_object_or_404(Paper.objects.visible(), pk=pk))


def _vote(request: HttpRequest, paper: Paper) -> HttpResponse:
    if request.method != "POST":
        return redirect(paper)
    reader = recognition.recognised(request)
    if reader is None:
        return _explain(request, paper, status=403)
    with unknown_once_erased(reader):
        messages.success(request, _cast(request.POST.get("vote", ""), reader, paper))
    return redirect(paper)


def _cast(wish: str, reader: Subscriber, paper: Paper) -> str:
    """What was done, in words."""
    now = timezone.now()
    if wish == UP:
        new = voting.vote(reader, paper, now)
        return _("Thank you for your vote.") if new else _("You have voted for this paper already.")
    if wish == UNDO:
        gone = voting.take_back(reader, paper, now)
        return _("Your vote is taken back.") if gone else _("You have no vote on this paper.")
    raise BadRequest(f"A vote is {UP} or {UNDO}, not {wish[:20]!r}.")


def _explain(request: HttpRequest, paper: Paper | None = None, status: int = 200) -> HttpResponse:
    context = {"paper": paper, "recognised": recognition.recognised(request) is not None}
    return render(request, "subscriptions/voting.html", context, status=status)

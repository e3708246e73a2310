from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from papers.forms import SubmissionForm
from papers.proposing import Proposal, TooMany, propose
from papers.visitors import visitor_of


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    form = SubmissionForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "papers/submit.html", {"form": form})
    try:
        proposal = _propose(request, form)
    except TooMany as limit:
        return _too_many(request, form, limit)
    if proposal.known:
        return render(request, "papers/submitted.html", {"known": proposal.known})
    return redirect("papers:submitted")


@require_safe
def submitted(request: HttpRequest) -> HttpResponse:
    return render(request, "papers/submitted.html", {"known": None})


def _propose(request: HttpRequest, form: SubmissionForm) -> Proposal:
    if form.is_from_a_robot:
        return Proposal()  # it need not learn that it was noticed
    facts, now = form.cleaned_data, timezone.now()
    return propose(facts["paper"], facts["note"], now, visitor_of(request, now))


def _too_many(request: HttpRequest, form: SubmissionForm, limit: TooMany) -> HttpResponse:
    minute = limit.until + timedelta(seconds=59)  # the first one that is all free
    form.add_error(
        None,
        _(
            "Many papers were proposed within the last hour, and our editors have to read them "
            "all. Please send yours again after %(time)s UTC."
        )
        % {"time": time_format(minute, "TIME_FORMAT")},
    )
    response = render(request, "papers/submit.html", {"form": form}, status=429)
    seconds = (limit.until - timezone.now()).total_seconds()
    response.headers["Retry-After"] = str(max(1, round(seconds)))
    return response

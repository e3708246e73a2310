"""The page of an edition's papers in their order, with the buttons that change it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from papers import placing
from papers.admin.edition_rows import found, in_order, placed, rows
from papers.admin.log import log_changes
from papers.models import Candidate, Edition, Paper
from papers.naming import shortened
from papers.placing import Placement

PAGE_SIZE = 50
ACTS = {
    "up": "moved up",
    "down": "moved down",
    "to": "moved",
    "pin": "pinned",
    "drop": "dropped",
    "back": "given back its rank",
    "add": "added",
}
PLACEMENTS = {"pin": Placement.PINNED, "drop": Placement.DROPPED, "back": Placement.RANKED}


class PressForm(forms.Form):
    """One button of one paper; `seen` is where editors had put it when the page was made."""

    paper = forms.ModelChoiceField(Paper.objects.all())
    act = forms.ChoiceField(choices=list(ACTS.items()))
    rank = forms.IntegerField(min_value=1, max_value=100_000, required=False)
    seen = forms.CharField(required=False)


class Desk:
    """For EditionAdmin: a page on which every press is a POST, and comes back to its row."""

    admin_site: admin.AdminSite
    opts: Any

    def papers_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]  # ModelAdmin's
            raise PermissionDenied
        edition = get_object_or_404(Edition, pk=pk)
        if request.method == "POST":
            return self._press(request, edition)
        page = Paginator(in_order(edition), PAGE_SIZE).get_page(request.GET.get("page"))
        words = request.GET.get("q", "")
        context = {
            **self.admin_site.each_context(request),
            "title": f"Papers of {edition}",
            "opts": self.opts,
            "edition": edition,
            "page": page,
            "rows": rows(edition, page, timezone.now(), self.odd_votes),
            "may_place": not edition.frozen_at and may_place(request),
            "half_life": settings.TRENDING_HALF_LIFE_HOURS,
            "words": words,
            "found": [
                (paper, rank, rank and _place(rank, paper.pk))
                for paper, rank in (found(edition, words) if words else [])
            ],
        }
        return TemplateResponse(request, "admin/papers/edition/papers.html", context)

    def odd_votes(self, papers: Iterable[int], until: datetime) -> dict[int, str]:
        """What is odd about their votes, by paper, for those who know of readers."""
        return {}

    def _press(self, request: HttpRequest, edition: Edition) -> HttpResponse:
        if not may_place(request):
            raise PermissionDenied
        desk = reverse("admin:edition_papers", args=[edition.pk])
        form = PressForm(request.POST)
        if not form.is_valid():
            messages.error(request, f"Nothing was changed. {_errors(form)}")
            return redirect(desk)
        paper, act = form.cleaned_data["paper"], form.cleaned_data["act"]
        ranks = edition.candidates.filter(paper=paper).values_list("rank", flat=True)
        before = ranks.first()
        told, done = _pressed(edition, **form.cleaned_data)
        if done:
            log_changes(request, [edition], told)
        messages.add_message(request, messages.SUCCESS if done else messages.WARNING, told)
        # who drops a paper goes on with the one that takes its place
        return redirect(desk + _row(edition, before if act == "drop" else ranks.first()))


def _row(edition: Edition, rank: int | None) -> str:
    """Where on the desk that rank is found; "" for none."""
    row = edition.candidates.filter(rank=rank or 0).values_list("rank", "paper").first()
    return _place(*row) if row else ""


def _place(rank: int, paper: int) -> str:
    return f"?page={(rank - 1) // PAGE_SIZE + 1}#paper-{paper}"


def may_place(request: HttpRequest) -> bool:
    return request.user.has_perm("papers.change_candidate")


def _pressed(
    edition: Edition, paper: Paper, act: str, rank: int | None, seen: str
) -> tuple[str, bool]:
    """What to tell, and whether anything was done."""
    title = f"“{shortened(paper.title, 60)}”"
    try:
        with transaction.atomic():
            Edition.objects.select_for_update().get(pk=edition.pk)
            before = edition.candidates.defer("card").filter(paper=paper).first()
            if seen != placed(before):
                return f"{title} was placed by somebody else meanwhile. Nothing was changed.", False
            _act(edition, paper, act, rank, before)
    except placing.Frozen:
        return "The edition was frozen meanwhile, so its papers stay. Nothing was changed.", False
    after = edition.candidates.defer("card").get(paper=paper)
    if before and _facts(before) == _facts(after):
        told = "Pinned papers stand above all others, and dropped ones below."
        return f"{title} cannot go further. {told}", False
    return f"{title} was {ACTS[act]}; its rank is {after.rank}.", True


def _act(
    edition: Edition, paper: Paper, act: str, rank: int | None, before: Candidate | None
) -> None:
    if before is None:
        placing.add(edition, paper)
    elif act in PLACEMENTS:
        placing.place(edition, [paper.pk], PLACEMENTS[act])
    elif act != "add":
        step = {"up": before.rank - 1, "down": before.rank + 1}
        placing.move(edition, paper.pk, max(1, step.get(act, rank or before.rank)))


def _facts(candidate: Candidate) -> tuple[int, str]:
    return candidate.rank, candidate.placement


def _errors(form: forms.Form) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)

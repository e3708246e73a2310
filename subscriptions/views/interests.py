import re
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.models import Author, Paper
from papers.sources import Problem, SourceError
from papers.sources.own import library
from subscriptions import authors, interests, learned, liking, reads, voting
from subscriptions.forms import LikedForm
from subscriptions.liking import Taken, TooMany
from subscriptions.links import Purpose
from subscriptions.models import Digest, Interest
from subscriptions.views.personal import PersonalView

LIKED_SHOWN = 50  # a page
PROBLEMS_SHOWN = 50
LONGEST_SOUGHT = 200  # characters of a name


class Interests(PersonalView):
    """Authors and papers that count, and what was learned: each with a way to take it back."""

    purpose = Purpose.PREFERENCES

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        return self._show(LikedForm())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if "like" in request.POST:
            return self._like()
        for button, press in BUTTONS.items():
            if button in request.POST:
                messages.success(request, press(self, _number(request.POST[button])))
                break
        return redirect(self._here(request.POST))

    def follow(self, author: int, *, muted: bool = False) -> str:
        row = Author.objects.filter(pk=author).first()
        if row is None:
            return _("This author is not here any more.")
        if self.subscriber.interests.authors().count() >= authors.MOST_FOLLOWED:
            return _("You follow as many authors as can be kept. Please remove some first.")
        interests.follow_author(self.subscriber, row, muted=muted)
        if muted:
            return _("%(name)s is muted: papers by this author are never sent to you.") % {
                "name": row.name
            }
        return _("You follow %(name)s.") % {"name": row.name}

    def mute(self, author: int) -> str:
        return self.follow(author, muted=True)

    def remove(self, interest: int) -> str:
        gone = interests.forget(self.subscriber, interest)
        return _("Removed.") if gone else _("It was removed before.")

    def unvote(self, paper: int) -> str:
        row = Paper.objects.filter(pk=paper).first()
        gone = row is not None and voting.take_back(self.subscriber, row, self.now)
        return _("Your vote is taken back.") if gone else _("It was removed before.")

    def unread(self, paper: int) -> str:
        gone = reads.undo(self.subscriber, paper)
        return _("Removed.") if gone else _("It was removed before.")

    def unanswer(self, digest: int) -> str:
        answered = Digest.objects.filter(pk=digest, subscriber=self.subscriber)
        gone = answered.exclude(worth_reading=None).update(worth_reading=None)
        return _("Removed.") if gone else _("It was removed before.")

    def forget(self, _number: int) -> str:
        interests.forget_learned(self.subscriber)
        return _("All that was learned from your feedback is forgotten.")

    def _like(self) -> HttpResponse:
        """The good ones are taken; the others are named, and the text is kept for mending."""
        form = LikedForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self._show(form)
        try:
            papers, problems = library.read(form.data_given, self.now.date())
            taken = liking.take(self.subscriber, papers)
        except SourceError as error:
            form.add_error("file" if form.cleaned_data["file"] else "papers", str(error))
            return self._show(form)
        except TooMany as error:
            form.add_error(None, _too_many(error))
            return self._show(form)
        if taken.total:
            messages.success(self.request, _summary(taken))
        if not problems:
            return redirect(f"{self.request.path}#liked")
        return self._show(form, problems=problems)

    def _show(self, form: LikedForm, problems: list[Problem] | None = None) -> HttpResponse:
        subscriber, sought = self.subscriber, _sought(self.request.GET)
        chosen = subscriber.interests.filter(origin="chosen", kind="paper").select_related("paper")
        liked = Paginator(chosen.order_by("-pk"), LIKED_SHOWN)
        page = liked.get_page(self.request.GET.get("page"))
        _name_those_come_in(page.object_list)
        return self.page(
            "interests.html",
            form=form,
            problems=(problems or [])[:PROBLEMS_SHOWN],
            problem_count=len(problems or []),
            sought=sought,
            found=authors.find(sought, subscriber) if sought.strip() else None,
            authors=subscriber.interests.authors().select_related("author__main_topic"),
            page=page,
            waiting=liking.waiting(subscriber),
            learned=learned.counts(subscriber),
            answers=learned.answers(subscriber),
        )

    def _here(self, posted: QueryDict) -> str:
        """The same page, with what was looked for."""
        token = self.kwargs["token"]
        sought = _sought(posted)
        query = {"q": sought} if sought else None
        return reverse("subscriptions:interests", args=[token], query=query)


BUTTONS = {
    "follow": Interests.follow,
    "mute": Interests.mute,
    "remove": Interests.remove,
    "unvote": Interests.unvote,
    "unread": Interests.unread,
    "unanswer": Interests.unanswer,
    "forget": Interests.forget,
}


def _sought(query: QueryDict) -> str:
    return query.get("q", "").replace("\0", " ")[:LONGEST_SOUGHT]


def _name_those_come_in(liked: Iterable[Interest]) -> None:
    """With their papers, where these were not here when they were liked; nothing is saved."""
    awaited = [one for one in liked if one.paper is None]
    found = interests.come_in(Interest.objects.filter(pk__in=[one.pk for one in awaited]))
    for one in awaited:
        paper = found.get(one.key)
        one.paper = paper if paper and paper.status == Paper.Status.VISIBLE else None


def _number(text: str) -> int:
    """Of a row; 0, which none has, for nonsense."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) else 0


def _summary(taken: Taken) -> str:
    """As in "12 papers taken. 9 are here. 3 are not here: …"."""
    said = [ngettext("%(n)d paper taken.", "%(n)d papers taken.", taken.total) % {"n": taken.total}]
    if taken.here:
        here = ngettext("%(n)d is here.", "%(n)d are here.", taken.here)
        said.append(here % {"n": taken.here})
    if taken.awaited:
        awaited = ngettext(
            "%(n)d is not here: it counts by its title, or once it comes.",
            "%(n)d are not here: they count by their titles, or once they come.",
            taken.awaited,
        )
        said.append(awaited % {"n": taken.awaited})
    return " ".join(said)


def _too_many(error: TooMany) -> str:
    sentence = _(
        "There are %(count)d new papers, and there is room for %(room)d: at most %(most)d are "
        "kept. Nothing was taken; please take some out."
    )
    return sentence % {"count": error.count, "room": error.room, "most": liking.MOST_LIKED}

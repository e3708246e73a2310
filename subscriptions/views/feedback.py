"""Pages with one button, where the feedback links of a digest lead."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from papers.cards import cards
from papers.models import Paper
from subscriptions import feedback
from subscriptions.feedback import Stance, Subject, Wish
from subscriptions.views.digest import DigestView

ANSWERS = {"yes": True, "no": False, "undo": None}


# Readers come from a mail program, with cookies or without; the link itself is the permission.
@method_decorator(csrf_exempt, name="dispatch")
class FeedbackView(DigestView):
    """Takes feedback of who gets digests; anybody else is told how to come back."""

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not feedback.is_taken_from(self.digest.subscriber):
            return self.page("feedback_closed.html")
        return super()._answer(request, *args, **kwargs)


class OfPaper(FeedbackView):
    """More, less, or a vote, as the address says."""

    def get(self, request: HttpRequest, **said_of: Any) -> HttpResponse:  # noqa: ARG002  # Django's call
        return self._show(*self._subject(**said_of))

    def post(self, request: HttpRequest, **said_of: Any) -> HttpResponse:
        wish, paper = self._subject(**said_of)
        if "stance" in request.POST:
            return self._show(wish, paper, **self._stand(request, paper))
        if "undo" in request.POST:
            gone = feedback.take_back(self.digest.subscriber, paper, wish, self.now)
            return self._show(wish, paper, done="gone" if gone else "nothing")
        if wish == Wish.VOTE and not feedback.can_vote(paper):
            return self._show(wish, paper)
        new = feedback.say(self.digest.subscriber, paper, wish, self.now)
        return self._show(wish, paper, done="new" if new else "again")

    def _subject(self, position: int, wish: str, **_: Any) -> tuple[Wish, Paper]:
        item = feedback.item_at(self.digest, position)
        if item is None or wish not in list(Wish):
            raise Http404("There is no such paper in this digest.")
        return Wish(wish), item.paper

    def _stand(self, request: HttpRequest, paper: Paper) -> dict[str, Any]:
        """Follow or mute what the paper has; what undoes it comes back."""
        reader, about = self.digest.subscriber, request.POST.get("about", "")
        found = [one for one in feedback.subjects(reader, paper) if _name(one) == about]
        wanted = request.POST["stance"]
        if not found or wanted not in list(Stance):
            raise BadRequest("That is neither an author nor the topic of this paper.")
        feedback.stand(reader, found[0], Stance(wanted))
        widened = found[0].stance == Stance.FOLLOWED and not feedback.is_narrow(reader)
        return {"done": wanted, "about": found[0], "about_name": about, "widened": widened}

    def _show(self, wish: Wish, paper: Paper, **done: Any) -> HttpResponse:
        reader = self.digest.subscriber
        offered = feedback.offers(reader, paper, wish)
        context = {"done": "", "about": None, "about_name": "", "widened": False} | done
        return self.page(
            "feedback.html",
            wish=wish,
            said=feedback.said(reader, paper),
            votable=feedback.can_vote(paper),
            paper=paper,
            card=cards(Paper.objects.with_card_facts().filter(pk=paper.pk), self.now)[paper.pk],
            offers=[(_name(one), one) for one in offered],
            **context,
        )


class Worth(FeedbackView):
    """Worth your time? The link names an answer; the button gives it."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        return self._show(request.GET.get("answer", ""))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        answer = request.POST.get("answer", request.GET.get("answer", ""))
        if answer not in ANSWERS:
            return self._show("")
        new = feedback.answer_worth(self.digest, worth=ANSWERS[answer])
        return self._show(answer, done="new" if new else "again")

    def _show(self, answer: str, done: str = "") -> HttpResponse:
        return self.page("worth.html", answer=answer, done=done, worth=self.digest.worth_reading)


def _name(subject: Subject) -> str:
    return f"{subject.kind}-{subject.row}"

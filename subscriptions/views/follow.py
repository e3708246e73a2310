from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from papers.models import Author
from subscriptions import authors, interests, recognition
from subscriptions.interests import MOST_KEYWORDS, is_keyword, keyword_key
from subscriptions.models import Subscriber
from subscriptions.views.erased import unknown_once_erased

LONGEST_SEARCH = 500  # characters: an address has room for no more


@require_http_methods(["GET", "HEAD", "POST"])
def author(request: HttpRequest, pk: int) -> HttpResponse:
    """The button of an author's page, for who is recognised."""
    found = get_object_or_404(Author.objects.present(), pk=pk)
    if request.method != "POST":
        return redirect(found)
    reader = recognition.recognised(request)
    if reader is None:
        return redirect("subscriptions:about_voting")
    if "undo" in request.POST:
        reader.interests.filter(author=found).delete()
        messages.success(request, _("You no longer follow %(name)s.") % {"name": found.name})
    else:
        with unknown_once_erased(reader):
            messages.success(request, _follow(reader, found))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The button of a search: its words become a keyword."""
    text = request.POST.get("q", "").replace("\0", " ").strip()[:LONGEST_SEARCH]
    page = reverse("papers:search", query={"q": text} if text else None)
    reader = recognition.recognised(request)
    if request.method == "POST" and reader is not None:
        with unknown_once_erased(reader):
            messages.success(request, _follow_words(reader, text))
    return redirect(page)


def _follow(reader: Subscriber, found: Author) -> str:
    if reader.interests.authors().count() >= authors.MOST_FOLLOWED:
        return _("You follow as many authors as can be kept. Please remove some first.")
    interests.follow_author(reader, found)
    return _("You follow %(name)s.") % {"name": found.name}


def _follow_words(reader: Subscriber, text: str) -> str:
    if not is_keyword(text):
        return _("There is no keyword in that search: type a word or a few.")
    kept = reader.interests.keywords().followed().exclude(key=keyword_key(text))
    if kept.count() >= MOST_KEYWORDS:
        return _("You follow as many keywords as can be kept. Please remove some first.")
    interests.follow_keyword(reader, text)
    return _("“%(keyword)s” is one of your keywords now.") % {"keyword": text}

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from papers.models import Paper
from subscriptions import holdings, links, wording
from subscriptions.links import Purpose
from subscriptions.models import Digest, Interest, Subscriber
from subscriptions.reasons import all_in_words
from subscriptions.views.personal import PersonalView

PAGE_SIZE = 25
NAMES_SHOWN = 25
FILE_NAME = "morning-papers-my-data.json"
Kind = Interest.Kind
LABELS: dict[tuple[str, bool], str | Promise] = {
    (Kind.TOPIC, False): _("Topics you follow"),
    (Kind.TOPIC, True): _("Muted topics"),
    (Kind.KEYWORD, False): _("Keywords you follow"),
    (Kind.KEYWORD, True): _("Muted keywords"),
    (Kind.AUTHOR, False): _("Authors you follow"),
    (Kind.AUTHOR, True): _("Muted authors"),
    (Kind.PAPER, False): _("More like these papers"),
    (Kind.PAPER, True): _("Less like these papers"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """One kind of thing kept: the first of its names, and how many more there are."""

    label: str | Promise
    names: list[str]
    more: int


@dataclass(frozen=True, slots=True)
class Line:
    paper: Paper
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Sent:
    """One digest as it was sent, and where it can be read."""

    digest: Digest
    path: str
    lines: list[Line]


class MyData(PersonalView):
    purpose = Purpose.PREFERENCES

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        subscriber = self.subscriber
        page: Page[Digest] = Paginator(holdings.sent_digests(subscriber), PAGE_SIZE).get_page(
            request.GET.get("page")
        )
        return self.page(
            "my_data.html",
            page=page,
            sent=[_sent(digest) for digest in page],
            names=[*_interests(subscriber), *_votes(subscriber), *_reads(subscriber)],
            unsent=subscriber.digests.exclude(state__in=holdings.MAY_HAVE_LEFT).count(),
            notices=subscriber.notices.count(),
            schedule=wording.schedule(subscriber),
            language=dict(settings.LANGUAGES).get(subscriber.language, subscriber.language),
            json_path=self._path("my_data_json"),
            erase_path=self._path("erase"),
        )

    def _path(self, page: str) -> str:
        return links.path(Purpose.PREFERENCES, self.subscriber, self.now, page=page)


class MyDataJson(PersonalView):
    purpose = Purpose.PREFERENCES

    def get(self, request: HttpRequest, **_: Any) -> StreamingHttpResponse:  # noqa: ARG002  # Django's call
        return StreamingHttpResponse(
            holdings.as_json(self.subscriber),
            content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
        )


def _sent(digest: Digest) -> Sent:
    lines = [Line(item.paper, list(all_in_words(item.reasons))) for item in digest.items.all()]
    return Sent(digest, links.digest_path(digest), lines)


def _interests(subscriber: Subscriber) -> list[Names]:
    names = defaultdict(list)
    for row in holdings.interests_of(subscriber):
        names[row.kind, row.muted].append(
            str(row.topic or row.author or row.paper or row.text or row.key)
        )
    return [_first(label, names[key]) for key, label in LABELS.items() if key in names]


def _votes(subscriber: Subscriber) -> list[Names]:
    titles = list(subscriber.votes.values_list("paper__title", flat=True))
    return [_first(_("Papers you voted for"), titles)] if titles else []


def _reads(subscriber: Subscriber) -> list[Names]:
    rows = subscriber.reads.values_list("paper__title", "read_on")
    opened = [f"{title} ({date_format(day, 'DATE_FORMAT')})" for title, day in rows]
    return [_first(_("Papers you opened here"), opened)] if opened else []


def _first(label: str | Promise, names: list[str]) -> Names:
    return Names(label, names[:NAMES_SHOWN], max(0, len(names) - NAMES_SHOWN))

"""Proposing papers: anybody may, an editor decides. Nothing of the person is kept.

An accepted paper that is not here yet waits for the next ingest from arXiv.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.identifiers import arxiv_id_in, base_id, may_exist
from papers.models import Paper, Submission

State = Submission.State

MOST_IN_A_WHILE = 300  # new proposals, of all people together
MOST_OF_ONE = 20  # of one visitor: one alone must not use up what is there for all
WHILE = timedelta(hours=1)

EXPECTED = gettext_lazy(
    "Expected an arXiv id such as 2401.01234, or a link to a paper on arxiv.org."
)
ARXIV_HOST = re.compile(r"(?:[a-z0-9-]+\.)?arxiv\.org")
DOI_HOSTS = {"doi.org", "dx.doi.org", "www.doi.org"}


class TooMany(Exception):  # noqa: N818  # a fact about the hour, not a fault of ours
    """Editors have enough to read; `until` is when the next proposal may be taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__("Too many papers were proposed.")
        self.until = until


@dataclass(frozen=True, slots=True)
class Proposal:
    """What came of it. `known` is the paper if readers can see it already, and all they learn."""

    known: Paper | None = None


def propose(arxiv_id: str, note: str, now: datetime, visitor: str = "") -> Proposal:
    """Raises TooMany. One that is waiting, declined or hidden is thanked for like any other.

    `visitor` tells people apart (see `papers.visitors`); "" where they cannot be.
    """
    here = Paper.objects.filter(arxiv_id=arxiv_id).first()
    if here:
        return Proposal(here if here.status == Paper.Status.VISIBLE else None)
    if not _count_again(arxiv_id):
        _make_room(now)
        _count_one(visitor, now)
        facts = {"note": note, "submitted_at": now}
        _, new = Submission.objects.get_or_create(arxiv_id=arxiv_id, defaults=facts)
        if not new:  # somebody else at the same moment
            _count_again(arxiv_id)
    return Proposal()


def accept(submissions: Iterable[Submission], now: datetime) -> list[Submission]:
    """Those that were not accepted before, each with its paper if that is here."""
    accepted = [row for row in submissions if row.state != State.ACCEPTED]
    ids = [row.arxiv_id for row in accepted]
    here = {paper.arxiv_id: paper for paper in Paper.objects.filter(arxiv_id__in=ids)}
    for row in accepted:
        row.state, row.reason, row.decided_at = State.ACCEPTED, "", now
        row.paper = here.get(row.arxiv_id)
    Submission.objects.bulk_update(accepted, ["state", "reason", "decided_at", "paper"])
    return accepted


def decline(submissions: Iterable[Submission], reason: str, now: datetime) -> list[Submission]:
    """Those that were not declined before."""
    declined = [row for row in submissions if row.state != State.DECLINED]
    for row in declined:
        row.state, row.reason, row.decided_at = State.DECLINED, reason, now
    Submission.objects.bulk_update(declined, ["state", "reason", "decided_at"])
    return declined


def proposed_id(text: str, today: date) -> str:
    """The arXiv id, without version, that was pasted in any of its usual forms.

    ValidationError if it is none, or one that arXiv cannot have given up to `today` in UTC.
    """
    pasted = text.strip().strip("<>()[]\"'.,; ")
    found = base_id(arxiv_id_in(pasted.lower()))
    if not found:
        raise ValidationError(f"{_what_it_is(pasted)} {EXPECTED}")
    if not may_exist(found, today):
        too_new = _("arXiv has given no id %(id)s yet.") % {"id": found}
        raise ValidationError(f"{too_new} {EXPECTED}")
    return found


def other_site(text: str) -> str:
    """The host of a link to where no paper of ours comes from; "" for all else."""
    host = _host_of(text)
    return "" if host in DOI_HOSTS or ARXIV_HOST.fullmatch(host) else host


def _what_it_is(pasted: str) -> str:
    """Instead of a paper of arXiv."""
    if host := other_site(pasted):
        return _("That is a link to %(host)s, and papers come from arXiv.") % {"host": host[:60]}
    if ARXIV_HOST.fullmatch(_host_of(pasted)):
        return _("That page of arXiv is not one paper.")
    return _("That is no arXiv id.")


def _host_of(text: str) -> str:
    """Of an address; those of arXiv may come without their https://."""
    if not re.match(r"https?://|(?:[a-z0-9-]+\.)*(?:arxiv|doi)\.org/", text, flags=re.IGNORECASE):
        return ""
    try:
        return urlsplit(text if "://" in text else f"https://{text}").hostname or ""
    except ValueError:  # such as http://[
        return ""


def _count_again(arxiv_id: str) -> bool:
    again = Submission.objects.filter(arxiv_id=arxiv_id).update(times=F("times") + 1)
    return again == 1


def _make_room(now: datetime) -> None:
    recent = Submission.objects.filter(state=State.WAITING, submitted_at__gt=now - WHILE)
    newest = list(recent.order_by("-submitted_at")[:MOST_IN_A_WHILE])
    if len(newest) == MOST_IN_A_WHILE:
        raise TooMany(newest[-1].submitted_at + WHILE)


def _count_one(visitor: str, now: datetime) -> None:
    """Kept in the cache for an hour and nowhere else.

    Without a shared cache each web process counts for itself, so that one visitor may propose as
    many times more as there are processes: still far less than there is room for.
    """
    if not visitor:
        return
    key = f"proposals:{visitor}"
    before = cache.get(key, 0)
    if before >= MOST_OF_ONE:
        raise TooMany(now.replace(minute=0, second=0, microsecond=0) + WHILE)
    cache.set(key, before + 1, WHILE.total_seconds())

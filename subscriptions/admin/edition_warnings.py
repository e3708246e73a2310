"""What an editor should look at before an edition is sent; the most telling first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from papers.models import Edition, Paper
from papers.naming import shortened
from papers.placing import Placement
from papers.twins import Text, twins
from subscriptions.admin.odd_votes import odd_votes
from subscriptions.emails.subject import CLAUSE_LENGTH

NAMED = 5  # papers or topics that a warning names


@dataclass(frozen=True, slots=True)
class Warned:
    """What is wrong, and the papers that it is about."""

    told: str
    papers: tuple[Paper, ...] = ()


def subject_warnings(edition: Edition, before: str | None) -> Iterator[Warned]:
    """`before` is the subject of the edition before it."""
    subject = edition.subject
    if len(subject) > CLAUSE_LENGTH:
        yield Warned(
            f"The subject has {len(subject)} letters; phones show about {CLAUSE_LENGTH} of them."
        )
    if subject and subject == before:
        yield Warned("The subject is that of the edition before: readers take it for the same.")


def paper_warnings(edition: Edition, now: datetime) -> Iterator[Warned]:
    chosen = edition.candidates.exclude(placement=Placement.DROPPED)
    rows = chosen.defer("card").select_related("paper").order_by("rank")
    hidden = [row.paper for row in rows if row.paper.status == Paper.Status.HIDDEN]
    shown = [row.paper for row in rows if row.paper.status == Paper.Status.VISIBLE]
    bare = [paper for paper in shown if not (paper.abstract or paper.summary)]
    if not shown:
        yield Warned("There is no paper in it: nobody gets a digest.")
    if hidden:
        yield Warned(f"Hidden or withdrawn since it was built: {len(hidden)}.", tuple(hidden))
    if withdrawn := tuple(paper for paper in shown if paper.withdrawn):
        yield Warned(f"Withdrawn by their authors, but shown: {len(withdrawn)}.", withdrawn)
    if bare:
        yield Warned(f"Without abstract or summary, so without teaser: {len(bare)}.", tuple(bare))
    yield from _odd_votes(shown, edition.frozen_at or now)
    yield from _twins(shown)


def _odd_votes(papers: list[Paper], until: datetime) -> Iterator[Warned]:
    by_row = {paper.pk: paper for paper in papers}
    odd = odd_votes(by_row, until)
    for row in list(odd)[:NAMED]:
        yield Warned(odd[row], (by_row[row],))
    if more := tuple(by_row[row] for row in list(odd)[NAMED:]):
        yield Warned(f"More papers with votes to look at: {len(more)}.", more)


def _twins(papers: list[Paper]) -> Iterator[Warned]:
    by_row = {paper.pk: paper for paper in papers}
    texts = tuple(Text(paper.pk, paper.title, paper.abstract) for paper in papers)
    for row, alike in twins(texts).items():
        if others := [other for other in alike.twins if other > row]:
            one, *rest = (by_row[row], *(by_row[other] for other in sorted(others)))
            told = f"Nearly the same as “{shortened(one.title, 60)}”; a reader gets one of them."
            yield Warned(told, tuple(rest))


def topic_warning(forsaken: list[tuple[str, int]]) -> Iterator[Warned]:
    """`forsaken`: topics without a paper, and how many readers follow each."""
    if forsaken:
        named = ", ".join(f"{code} ({readers:,})" for code, readers in forsaken[:NAMED])
        more = f" and {len(forsaken) - NAMED} more" if len(forsaken) > NAMED else ""
        yield Warned(f"Topics that readers follow, and no paper: {named}{more}.")

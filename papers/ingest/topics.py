"""The topics of papers: a more trusted source replaces them, an equal one adds to them."""

from collections.abc import Iterable, Mapping

from papers.ingest.precedence import USUAL, Claim, outranks, same_tier
from papers.models import Paper, Topic
from papers.sources import FetchedPaper


def topics_by_code(chunk: Iterable[FetchedPaper]) -> dict[str, int]:
    """Codes of other classifications than arXiv's have no row and are left out."""
    codes = {code for fetched in chunk for code in fetched.topics}
    return dict(Topic.objects.filter(code__in=codes).values_list("code", "pk"))


def topics_of(paper: Paper) -> frozenset[int]:
    return frozenset(topic.pk for topic in paper.topics.all()) if paper.pk else frozenset()


def topics_after(
    paper: Paper, fetched: FetchedPaper, topics: Mapping[str, int], claim: Claim
) -> frozenset[int]:
    """The topics of the paper once these are told."""
    known = topics_of(paper)
    told = frozenset(topics[code] for code in fetched.topics if code in topics)
    before = Claim.stored(paper.told_by, "topics")
    if told and same_tier(claim, before, USUAL):
        return known | told
    return told if told and outranks(claim, before, USUAL) else known

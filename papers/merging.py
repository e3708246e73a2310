"""Two rows that are one person: an editor says so, and one of them takes over all of the other."""

from collections.abc import Iterable

from django.db import transaction

from papers import search
from papers.models import Author, AuthorId, Authorship

TAKEN_OVER = (
    "affiliation",
    "homepage",
    "main_topic_id",
    "h_index",
    "paper_count",
    "citation_count",
    "novelty",
    "ai_score",
    "metrics_read_on",
)


@transaction.atomic
def merge(kept: Author, others: Iterable[Author]) -> None:
    """Papers, ids, and facts that `kept` lacks pass to it; the addresses of the others lead to it.

    Papers remember the names that their sources gave, so that a later ingest finds `kept`.
    """
    for other in others:
        papers = list(other.authorships.values_list("paper_id", flat=True))
        on_both = Authorship.objects.filter(author=kept, paper__in=papers).values("paper")
        other.authorships.filter(paper__in=on_both).delete()
        other.authorships.update(author=kept)
        AuthorId.objects.filter(author=other).update(author=kept)
        _take_over(kept, other)
        Author.objects.filter(merged_into=other).update(merged_into=kept)
        Author.objects.filter(pk=other.pk).update(merged_into=kept)
        search.index(papers)
    kept.save()


def _take_over(kept: Author, other: Author) -> None:
    for name in TAKEN_OVER:
        if getattr(kept, name) in {None, ""}:
            setattr(kept, name, getattr(other, name))
            if name in other.told_by:
                kept.told_by = kept.told_by | {name: other.told_by[name]}

"""Papers into the index."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.db import connections, transaction
from django.db.models import Prefetch

from papers.models import Paper
from papers.models.paper import PaperQuerySet
from papers.search.documents import document
from papers.search.engine import engine_of, settle

CHUNK = 500  # papers


def index(paper_ids: Iterable[int], papers: PaperQuerySet | None = None) -> None:
    """Make the index say of these papers what they say now; the same again changes nothing.

    A migration hands in its own model's `papers`. What is hidden is in the index too: the search
    leaves it out, and it can be shown again.
    """
    rows = Paper.objects.all() if papers is None else papers
    rest = iter(dict.fromkeys(paper_ids))
    while chunk := list(islice(rest, CHUNK)):
        _index_chunk(rows, chunk)


def index_all(
    papers: PaperQuerySet | None = None, progress: Callable[[int], object] = lambda _: None
) -> int:
    """Index every paper, forget those that are gone, and return how many papers there are."""
    rows = Paper.objects.all() if papers is None else papers
    done, last = 0, 0
    while chunk := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    ):
        index(chunk, rows)
        done, last = done + len(chunk), chunk[-1]
        progress(done)
    _forget_the_gone(rows)
    settle(connections[rows.db])
    return done


def indexed() -> int:
    """How many papers the index holds."""
    connection = connections[Paper.objects.db]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({engine_of(connection).INDEXED}) AS ids")  # noqa: S608  # our names
        return int(cursor.fetchone()[0])


def _index_chunk(papers: PaperQuerySet, ids: list[int]) -> None:
    connection = connections[papers.db]
    with transaction.atomic(using=papers.db):
        found = papers.filter(pk__in=ids).order_by("pk").prefetch_related(_authorships(papers))
        if documents := [document(paper) for paper in found]:
            engine_of(connection).write(connection, documents)


def _authorships(papers: PaperQuerySet) -> "Prefetch[Any, Any, Any]":
    """With their authors by a join, since SQLite takes no list of more than a thousand of them."""
    model = papers.model._meta.get_field("authorships").related_model  # noqa: SLF001  # as below
    authorships = model._base_manager.select_related("author").order_by("position", "pk")  # noqa: SLF001
    return Prefetch("authorships", authorships)


def _forget_the_gone(papers: PaperQuerySet) -> None:
    connection = connections[papers.db]
    own = engine_of(connection)
    table = papers.model._meta.db_table  # noqa: SLF001  # Django's own name
    with connection.cursor() as cursor:
        cursor.execute(f"{own.INDEXED} EXCEPT SELECT id FROM {table}")  # noqa: S608  # our names
        cursor.executemany(own.DELETE, cursor.fetchall())

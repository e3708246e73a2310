"""Fetched papers become rows, as often as one likes: a second time changes nothing.

    run        chunk after chunk, and paper by paper where a chunk was refused
    cleaning   values without control characters and repeats
    matching   which row a fetched paper already has
    writing    a chunk's facts, authors and topics; queries only for what differs
      facts    what a source tells, and what of it is new
      byline   the authors in their order
    profiles   what an author's own page says

The last source to tell a fact is believed, and what a source leaves empty erases nothing.
What can't be stored is a `Problem`; all the rest is stored.
"""

from papers.ingest.run import IngestReport, ingest

__all__ = ["IngestReport", "ingest"]

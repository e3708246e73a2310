"""Fetched papers become rows, as often as one likes, in any order: the same rows in the end.

    run          chunk after chunk, and paper by paper where a chunk was refused
    cleaning     values without control characters and repeats
    matching     which row a fetched paper already has
    changes      what a chunk means for the rows that are there
      duplicates   DOIs that two rows could claim
      precedence   which source is believed for what
      facts        what is believed against what a row holds
      withdrawal   papers that their authors withdraw
      people       which author a name means
      byline       the authors in their order
      topics       the topics
      arrival      when a paper came in
    writing      the changes, in a handful of queries
    attention    votes, comments, stars and citations that came along
    profiles     what a source says of an author

What a source leaves empty erases nothing. What can't be stored is a `Problem`; all the rest is
stored.
"""

from papers.ingest.run import IngestReport, ingest

__all__ = ["IngestReport", "ingest"]

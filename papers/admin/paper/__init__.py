"""The desk of papers.

columns   the list: what it shows, finds and filters by
filters   its filters
actions   what is done to many at once
topics    their topics set, after a page that asks
form      one paper as editors write it
panels    what its page shows besides: cards, votes, editions, who told what
exchange  as a file, out and in
admin     all of that together
"""

from papers.admin.paper.admin import PaperAdmin

__all__ = ["PaperAdmin"]

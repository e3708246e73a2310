"""Scores: what is computed of papers and authors once a day. docs/ranking.md defines each.

    text          a paper's words, as they are compared
    similarity    how unlike the earlier papers of its topic a paper is, and the nearest of them
    comparing     which papers of a topic are to be compared, and with which
    facts         what else is known of a topic's papers: attention, authors, code
    percentiles   where a value stands among others
    standings     where each paper of a topic stands by what is known of it
    parts         the AI score: a weighted mean of that
    papers        a topic's scores, computed and stored
    authors       an author's scores, from those of their papers
    run           all of it

Trending is no part of this: it moves when a signal comes, and never because time has passed.
"""

from papers.scores.run import RankReport, rank

__all__ = ["RankReport", "rank"]

"""The personal ranking: which papers of the pool one reader gets, and why.

values      what it is told: papers, readers; and what it answers
mentions    which papers a keyword is in
matching    what a reader never gets, and which facts join a paper and a reader
content     how near each paper is to what a reader likes
choosing    the order, variety, a little from elsewhere, quiet days
reasons     why a paper is there
explaining  what its score is the sum of, and why the next ones were left out

Pure values in and out. The same values give the same answer, to the byte.
"""

from subscriptions.ranking.choosing import choose, choose_all, missed
from subscriptions.ranking.explaining import NEXT, Explanation, Weighed, explain
from subscriptions.ranking.values import (
    Choice,
    Keyword,
    Obstacle,
    Pick,
    PoolPaper,
    Reader,
    Reason,
    Sample,
)

__all__ = [
    "NEXT",
    "Choice",
    "Explanation",
    "Keyword",
    "Obstacle",
    "Pick",
    "PoolPaper",
    "Reader",
    "Reason",
    "Sample",
    "Weighed",
    "choose",
    "choose_all",
    "explain",
    "missed",
]

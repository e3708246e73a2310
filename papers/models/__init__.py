"""What is known of papers: topics, papers, their authors, signals of attention, and editions."""

from papers.models.author import Author, AuthorId, Authorship
from papers.models.edition import Candidate, Correction, Edition
from papers.models.importing import ImportLine, PaperImport
from papers.models.ingestion import Pace, ScheduledIngest
from papers.models.paper import Paper
from papers.models.relevance import RelevanceModel
from papers.models.score import Score
from papers.models.signal import Signal
from papers.models.submission import Submission
from papers.models.topic import Topic

__all__ = [
    "Author",
    "AuthorId",
    "Authorship",
    "Candidate",
    "Correction",
    "Edition",
    "ImportLine",
    "Pace",
    "Paper",
    "PaperImport",
    "RelevanceModel",
    "ScheduledIngest",
    "Score",
    "Signal",
    "Submission",
    "Topic",
]

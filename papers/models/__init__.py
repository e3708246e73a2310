"""What is known of papers: topics, papers, their authors, signals of attention, and editions."""

from papers.models.author import Author, Authorship
from papers.models.edition import Candidate, Edition
from papers.models.paper import Paper
from papers.models.signal import Signal
from papers.models.topic import Topic

__all__ = ["Author", "Authorship", "Candidate", "Edition", "Paper", "Signal", "Topic"]

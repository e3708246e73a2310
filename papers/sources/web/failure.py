"""Failures that may have passed at the next attempt."""

from papers.sources import SourceError


class TemporaryError(SourceError):
    """Worth another attempt, after `retry_after` seconds if the service named them."""

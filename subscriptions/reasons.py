"""The ranking's reasons in words."""

from subscriptions.ranking import Reason

SENTENCES = {
    "pinned": "Chosen by the editors",
    "topic": "In {name}, which you follow",
    "elsewhere": "Rising in {name}",
    "trending": "Trending among all papers",
    "votes": "+{growth} votes in {days} days",
}


def in_words(reason: Reason) -> str:
    """One reason as readers see it."""
    if reason["kind"] == "elsewhere" and not reason["name"]:
        return "Rising elsewhere"
    return SENTENCES[reason["kind"]].format(**reason)

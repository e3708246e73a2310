"""In words: what bars a paper from a reader's digest, and why a candidate was left out."""

from collections.abc import Mapping

from subscriptions.ranking import Obstacle
from subscriptions.ranking.choosing import DAY_SHARE, FEWEST, TOPIC_SHARE

BARS = {
    "sent": "sent before",
    "twin": "saying the same as one sent before",
    "told": "of which the reader has given an opinion",
    "opened": "that the reader has opened here",
    "muted topic": "of a muted topic",
    "muted keyword": "with a muted keyword",
    "muted author": "by a muted author",
}
OBSTACLES = {
    "alike": "says nearly the same as “{title}”, which stands before it",
    "unwelcome": "like one that the reader wants less of",
    "topic is full": f"its topic has its {100 * TOPIC_SHARE:.0f} % of the digest",
    "day is full": f"its day has its {100 * DAY_SHARE:.0f} % of the digest",
    "below": "below the last one chosen",
    "outside": "outside the reader’s topics",
    "quiet day": f"fewer than {FEWEST} papers fit, and the reader wants no short digest",
}


def barred(counts: Mapping[str, int]) -> str:
    """3 sent before, 1 by a muted author."""
    told = (f"{count} {BARS[name]}" for name, count in counts.items() if count)
    return ", ".join(told) or "none"


def why_not(obstacle: Obstacle, title: str) -> str:
    """`title` is that of the paper that says nearly the same."""
    return OBSTACLES[obstacle.kind].format(title=title)

"""The reader of the sample mails: what they follow, and what of it is true of a paper."""

from collections.abc import Iterator

from papers.cards import Card
from papers.taxonomy import all_topics
from subscriptions.ranking import Reason

AUTHOR = "Le Zhuo"
KEYWORD = "large language models"
TOPIC = next(topic for topic in all_topics() if topic.code == "cs.LG")
LIKED = "In Search of Lost Domain Generalization"
LIKED_TERMS = ["domain", "generalization"]


def personal_reasons(card: Card) -> list[Reason]:
    """Why the reader gets that paper, in the ranking's order; none when it does not fit."""
    return list(_personal_reasons(card))


def _personal_reasons(card: Card) -> Iterator[Reason]:
    text = f"{card.title} {card.teaser}".lower()
    if AUTHOR in card.authors:
        yield {"kind": "author", "author": 7, "name": AUTHOR}
    if KEYWORD in text:
        yield {"kind": "keyword", "keyword": KEYWORD}
    if all(term in text for term in LIKED_TERMS):
        yield {"kind": "liked", "paper": 9, "title": LIKED, "terms": LIKED_TERMS}
    if card.topic == TOPIC.code:
        yield {"kind": "topic", "topic": TOPIC.code, "name": TOPIC.name}

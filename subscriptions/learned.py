"""What was learned from a reader, as they see it: all they said or let count, to be undone."""

from dataclasses import dataclass

from subscriptions.models import Digest, Interest, Read, Subscriber, Vote

MOST_SHOWN = 100  # answers of each kind, newest first


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was said in the mails, and how many papers they let count that they opened."""

    more: int
    less: int
    votes: int
    worth: int
    not_worth: int
    reads: int

    @property
    def is_something(self) -> bool:
        return bool(self.votes) or self.can_be_forgotten

    @property
    def can_be_forgotten(self) -> bool:
        """Votes are not: they count for everybody, and are taken back one by one."""
        return any((self.more, self.less, self.worth, self.not_worth, self.reads))


@dataclass(frozen=True, slots=True)
class Answers:
    """The latest of each kind."""

    papers: list[Interest]
    votes: list[Vote]
    reads: list[Read]
    digests: list[Digest]


def counts(subscriber: Subscriber) -> Counts:
    said = list(subscriber.interests.learned().values_list("muted", flat=True))
    answered = subscriber.digests.exclude(worth_reading=None)
    worth = list(answered.values_list("worth_reading", flat=True))
    return Counts(
        more=said.count(False),
        less=said.count(True),
        votes=subscriber.votes.count(),
        worth=worth.count(True),
        not_worth=worth.count(False),
        reads=subscriber.reads.count(),
    )


def answers(subscriber: Subscriber) -> Answers:
    said = subscriber.interests.learned().filter(paper__isnull=False)
    answered = subscriber.digests.exclude(worth_reading=None)
    return Answers(
        papers=list(said.select_related("paper").order_by("-pk")[:MOST_SHOWN]),
        votes=list(subscriber.votes.select_related("paper")[:MOST_SHOWN]),
        reads=list(subscriber.reads.select_related("paper")[:MOST_SHOWN]),
        digests=list(answered.order_by("-local_date")[:MOST_SHOWN]),
    )

"""What readers say of papers and digests, from the mail, and what is learned from it.

All of it may be said twice. Of one paper the last word counts: more after less is more. What a
reader chose on a page, such as a liked paper of a list, is not taken for something learned.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from papers.models import Authorship, Paper
from subscriptions import interests, voting
from subscriptions.models import Digest, DigestPaper, Interest, Subscriber, Vote

Kind, Origin = Interest.Kind, Interest.Origin

TAKEN_FROM = (Subscriber.State.ACTIVE, Subscriber.State.PAUSED)
AUTHORS_OFFERED = 3  # those that a card names


class Wish(StrEnum):
    """What may be said of a paper; the value is the last part of its page's address."""

    MORE = "more"
    LESS = "less"
    VOTE = "vote"


class Stance(StrEnum):
    """How a reader stands to an author or a topic."""

    FOLLOWED = "followed"
    MUTED = "muted"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader has said of a paper; `chosen` on a page of theirs, and not from a mail."""

    wishes: frozenset[Wish] = frozenset()
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """An author or a topic of a paper, and how the reader stands to it."""

    kind: str
    row: int
    name: str
    stance: Stance


def is_taken_from(subscriber: Subscriber) -> bool:
    """Only from who gets digests: of anybody else nothing is kept."""
    return subscriber.state in TAKEN_FROM


def can_vote(paper: Paper) -> bool:
    return paper.status == Paper.Status.VISIBLE


def said(subscriber: Subscriber, paper: Paper) -> Said:
    like = subscriber.interests.filter(paper=paper).first()
    wishes = {Wish.LESS if like.muted else Wish.MORE} if like else set()
    if Vote.objects.filter(subscriber=subscriber, paper=paper).exists():
        wishes.add(Wish.VOTE)
    return Said(frozenset(wishes), chosen=bool(like and like.origin == Origin.CHOSEN))


def say(subscriber: Subscriber, paper: Paper, wish: Wish, now: datetime) -> bool:
    """False when it was said before. A vote needs a paper that can be voted for."""
    if wish in said(subscriber, paper).wishes:
        return False
    if wish == Wish.VOTE:
        return voting.vote(subscriber, paper, now)
    interests.like(subscriber, paper, muted=wish == Wish.LESS, origin=Origin.LEARNED)
    return True


def take_back(subscriber: Subscriber, paper: Paper, wish: Wish, now: datetime) -> bool:
    """False when there is nothing to take back; what was chosen on a page stays."""
    if wish == Wish.VOTE:
        return voting.take_back(subscriber, paper, now)
    learned = subscriber.interests.learned().filter(paper=paper, muted=wish == Wish.LESS)
    gone, _ = learned.delete()
    return gone > 0


def subjects(subscriber: Subscriber, paper: Paper) -> list[Subject]:
    """The paper's main topic and its first authors."""
    stances = _stances(subscriber)
    found = []
    if topic := paper.primary_topic:
        stance = stances.get((Kind.TOPIC, topic.pk), Stance.NEITHER)
        found.append(Subject(Kind.TOPIC, topic.pk, topic.local_name, stance))
    for place in _first_authors(paper):
        stance = stances.get((Kind.AUTHOR, place.author_id), Stance.NEITHER)
        found.append(Subject(Kind.AUTHOR, place.author_id, place.author.name, stance))
    return found


def offers(subscriber: Subscriber, paper: Paper, wish: Wish) -> list[Subject]:
    """What else may be wanted by who wants more, or less, like this paper.

    A reader of all topics is offered none to follow: it would take the others from their digest.
    """
    found = subjects(subscriber, paper)
    if wish == Wish.LESS:
        return [one for one in found if one.stance != Stance.MUTED]
    if wish == Wish.MORE:
        narrow = is_narrow(subscriber)
        return [one for one in found if one.stance == Stance.NEITHER and _may_follow(one, narrow)]
    return []


def is_narrow(subscriber: Subscriber) -> bool:
    """Whether they follow topics; who follows none gets the best of all."""
    return subscriber.interests.topics().followed().exists()


def stand(subscriber: Subscriber, subject: Subject, stance: Stance) -> None:
    """From now on this reader follows or mutes that author or topic; or neither."""
    rows: dict[str, Any] = {f"{subject.kind}_id": subject.row}
    if stance == Stance.NEITHER:
        subscriber.interests.filter(**rows).delete()
        return
    wanted = {"kind": subject.kind, "muted": stance == Stance.MUTED, "origin": Origin.CHOSEN}
    Interest.objects.update_or_create(subscriber=subscriber, **rows, defaults=wanted)


def item_at(digest: Digest, position: int) -> DigestPaper | None:
    """What stands there in that digest, with its paper."""
    items = DigestPaper.objects.filter(digest=digest, position=position)
    return items.select_related("paper__primary_topic").first()


def answer_worth(digest: Digest, *, worth: bool | None) -> bool:
    """The answer to “Worth your time?”; False when it was the same before."""
    differently = Digest.objects.filter(pk=digest.pk).exclude(worth_reading=worth)
    digest.worth_reading = worth
    return differently.update(worth_reading=worth) == 1


def _may_follow(subject: Subject, narrow: bool) -> bool:  # noqa: FBT001  # a fact, not a mode
    return subject.kind == Kind.AUTHOR or narrow


def _stances(subscriber: Subscriber) -> dict[tuple[str, int], Stance]:
    rows = subscriber.interests.filter(kind__in=[Kind.TOPIC, Kind.AUTHOR])
    return {
        (kind, topic or author): Stance.MUTED if muted else Stance.FOLLOWED
        for kind, topic, author, muted in rows.values_list("kind", "topic", "author", "muted")
    }


def _first_authors(paper: Paper) -> list[Authorship]:
    return list(paper.authorships.select_related("author")[:AUTHORS_OFFERED])

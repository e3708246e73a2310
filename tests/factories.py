"""Facts for tests: `PaperFactory.create(title="…")`. Everything not named is plain and valid."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from papers.models import Author, Authorship, Edition, Paper, Topic
from subscriptions.interests import choose_topics
from subscriptions.models import Digest, Notice, Outgoing, Subscriber
from subscriptions.models.states import HANDED_OVER, NEEDS_REASON, State

MAIL = TypeVar("MAIL", bound=Outgoing)


class TopicFactory(DjangoModelFactory[Topic]):
    class Meta:
        model = Topic
        django_get_or_create = ("code",)

    code = "cs.CV"
    name = LazyAttribute(lambda topic: f"Topic {topic.code}")


class AuthorFactory(DjangoModelFactory[Author]):
    class Meta:
        model = Author

    name = Sequence(lambda n: f"Author Number{n}")


class PaperFactory(DjangoModelFactory[Paper]):
    """`topic="cs.LG"` names the primary topic, `authors=["A B", …]` the authors in order."""

    class Meta:
        model = Paper
        skip_postgeneration_save = True

    class Params:
        topic = "cs.CV"

    arxiv_id = Sequence(lambda n: f"2611.{n:05d}")
    title = Sequence(lambda n: f"A Study of Subject {n}")
    abstract = "We study the subject. It is found to be worth a study."
    primary_topic = LazyAttribute(lambda paper: TopicFactory.create(code=paper.topic))
    first_seen_at = LazyFunction(lambda: datetime.now(UTC))

    @post_generation
    def authors(self: Any, create: bool, names: Iterable[str] | None, **_: Any) -> None:
        for position, name in enumerate(names or ["Ada Example", "Ben Example"]):
            author = Author.objects.filter(name=name).first() or AuthorFactory.create(name=name)
            Authorship.objects.create(paper=self, author=author, position=position)

    @post_generation
    def also_in(self: Any, create: bool, codes: Iterable[str] | None, **_: Any) -> None:
        self.topics.add(self.primary_topic, *(TopicFactory.create(code=c) for c in codes or []))


class EditionFactory(DjangoModelFactory[Edition]):
    class Meta:
        model = Edition
        django_get_or_create = ("date",)

    date = LazyFunction(lambda: datetime.now(UTC).date())


class SubscriberFactory(DjangoModelFactory[Subscriber]):
    """An active reader in UTC; `topics=["cs.CV", …]` are the ones followed."""

    class Meta:
        model = Subscriber
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"reader{n}@example.com")
    state = Subscriber.State.ACTIVE
    confirmed_at = LazyFunction(lambda: datetime.now(UTC))

    @post_generation
    def topics(self: Any, create: bool, codes: Iterable[str] | None, **_: Any) -> None:
        choose_topics(self, [TopicFactory.create(code=code) for code in codes or []])


class OutgoingFactory(DjangoModelFactory[MAIL]):
    """What its state asks for is filled in, where a test does not say."""

    class Meta:
        abstract = True

    @classmethod
    def _adjust_kwargs(cls, **facts: Any) -> dict[str, Any]:
        now, state = datetime.now(UTC), facts.get("state")
        asked: dict[str, Any] = {}
        if state in NEEDS_REASON:
            asked["reason"] = "for a test"
        if state in HANDED_OVER:
            asked["sent_at"] = now
        if state == State.DEFERRED:
            asked["next_attempt_at"] = now
        if state in {State.CLAIMED, State.SENDING}:
            asked |= {"owner": "somebody", "lease_until": now + timedelta(minutes=2)}
        return asked | facts


class DigestFactory(OutgoingFactory[Digest]):
    class Meta:
        model = Digest

    subscriber = SubFactory(SubscriberFactory)
    edition = SubFactory(EditionFactory)
    local_date = LazyFunction(lambda: datetime.now(UTC).date())


class NoticeFactory(OutgoingFactory[Notice]):
    class Meta:
        model = Notice

    subscriber = SubFactory(SubscriberFactory, state=Subscriber.State.PENDING)
    kind = Notice.Kind.CONFIRM
    asked_at = LazyFunction(lambda: datetime.now(UTC))

"""A month of a small installation: its readers, what comes in, and what readers do meanwhile.

Time is moved from one event to the next; whatever happens follows from one seed.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from django.db.models import Min

from papers.models import Author, Paper, Topic
from subscriptions import feedback, interests, leaving, pausing, preferences
from subscriptions.feedback import Wish
from subscriptions.models import Digest, Subscriber
from subscriptions.preferences import Wanted
from subscriptions.timing import DAY
from tests.factories import PaperFactory, SubscriberFactory

FIRST = datetime(2026, 10, 15, tzinfo=UTC)  # clocks change on 25 October and on 1 November
DAYS = 30
MINUTE = timedelta(minutes=1)
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
]
TOPICS = ["cs.CV", "cs.LG", "cs.CL", "cs.RO"]
SUBJECTS = ["graphs", "lenses", "bridges", "kernels", "sparse lattices", "müde Roboter"]
SILENT_DAYS = {3, 9, 10, 11, 17, 18, 24}  # on which nothing comes in
PAPERS_A_DAY = 10


def readers() -> list[Subscriber]:
    """Of every kind; every fourth one never changes anything."""
    return [_reader(number) for number in range(12)]


def is_steady(reader: Subscriber) -> bool:
    return reader.email.startswith("steady")


def _reader(number: int) -> Subscriber:
    reader: Subscriber = SubscriberFactory.create(
        email=f"{'steady' if number % 4 == 0 else 'lively'}{number}@example.com",
        timezone=ZONES[number // 2 % len(ZONES)],
        send_hour=[7, 2, 23, 0, 18][number % 5],
        frequency=["daily", "weekdays", "weekly", "daily"][number // 3],
        weekday=number % 7,
        paper_count=[3, 4, 6, 25][number % 4],
        quiet_days=["short", "none"][number % 2],
        mail_format="text" if number % 5 == 4 else "html",
        language=["en", "de"][number // 2 % 2],
        topics=[TOPICS[number % 4]] if number % 3 else [],
        next_send_at=None,
    )
    if number % 4 == 1:
        muted = [Topic.objects.get_or_create(code=TOPICS[(number + 1) % 4])[0]]
        interests.choose_topics(reader, reader.topics, muted)
        interests.choose_keywords(reader, ["Lenses", "{sparse} lattice%s"], ["bridge"])
    return reader


def papers_of(number: int, chance: Random) -> None:
    """What comes in at one o'clock on that day of the month."""
    for at in range(0 if number in SILENT_DAYS else PAPERS_A_DAY):
        one, other = chance.sample(SUBJECTS, 2)
        PaperFactory.create(
            title=f"On {one} {{and}} {other} %s, part {number}.{at}",
            abstract=f"We look at {one} in the light of {other}. Then we stop at step {at}.",
            topic=TOPICS[at % len(TOPICS)],
            authors=[f"Ada Example{chance.randrange(6)}", "Ben Example"],
            first_seen_at=FIRST + number * DAY + timedelta(hours=1),
            trending=float(number * 12 + chance.randrange(40)),
        )


def events(morning: datetime) -> Iterator[datetime]:
    """A minute after each send instant and each end of a pause of that day."""
    now = morning
    while (now := _next_event(now)) < morning + DAY:
        yield now


def _next_event(now: datetime) -> datetime:
    planned = Subscriber.objects.active().aggregate(at=Min("next_send_at"))["at"]
    paused = Subscriber.objects.filter(state=Subscriber.State.PAUSED)
    ends = paused.aggregate(at=Min("paused_until"))["at"]
    coming = min(filter(None, [planned, ends]), default=now + DAY)
    return max(coming, now) + MINUTE


def act(reader: Subscriber, now: datetime, chance: Random) -> None:
    """Something that a reader may do at that moment, or nothing."""
    reader = Subscriber.objects.get(pk=reader.pk)
    chance.choice(ACTS)(reader, now, chance)


def _nothing(reader: Subscriber, now: datetime, chance: Random) -> None:
    pass


def _pause(reader: Subscriber, now: datetime, chance: Random) -> None:
    day: date = pausing.first_day(reader, now) + chance.randrange(1, 9) * DAY
    pausing.pause(reader, day, now)


def _resume(reader: Subscriber, now: datetime, chance: Random) -> None:
    pausing.resume(reader, now)


def _leave(reader: Subscriber, now: datetime, chance: Random) -> None:
    leaving.unsubscribe(reader, now)


def _come_back(reader: Subscriber, now: datetime, chance: Random) -> None:
    leaving.undo(reader, now)


def _move(reader: Subscriber, now: datetime, chance: Random) -> None:
    choices = {
        "timezone": chance.choice(ZONES),
        "send_hour": chance.randrange(24),
        "frequency": chance.choice(["daily", "daily", "weekdays", "weekly"]),
        "weekday": chance.randrange(7),
    }
    preferences.save(reader, preferences.wanted(reader), choices, now)


def _speak(reader: Subscriber, now: datetime, chance: Random) -> None:
    choices = {
        "language": chance.choice(["en", "de"]),
        "mail_format": chance.choice(["html", "text"]),
        "quiet_days": chance.choice(["short", "none"]),
        "paper_count": chance.choice([3, 5, 25]),
    }
    preferences.save(reader, preferences.wanted(reader), choices, now)


def _choose(reader: Subscriber, now: datetime, chance: Random) -> None:
    topics = list(Topic.objects.order_by("code"))
    chance.shuffle(topics)
    words = chance.sample([*SUBJECTS, "%(keyword)s", "{name} lattice"], 3)
    wanted = Wanted(topics[: chance.randrange(3)], topics[3:], words[:2], words[2:])
    preferences.save(reader, wanted, {}, now)
    author = chance.choice(list(Author.objects.order_by("pk")))
    interests.follow_author(reader, author, muted=chance.random() < 0.3)


def _say(reader: Subscriber, now: datetime, chance: Random) -> None:
    last = Digest.objects.filter(subscriber=reader, state="sent").order_by("-due_at").first()
    if last and feedback.is_taken_from(reader):
        item = feedback.item_at(last, chance.randrange(1, 4))
        if item:
            feedback.say(reader, item.paper, chance.choice(list(Wish)), now)
        feedback.answer_worth(last, worth=chance.choice([True, False]))


ACTS: list[Callable[[Subscriber, datetime, Random], None]] = [
    *[_nothing] * 4,
    _pause,
    _resume,
    _resume,
    _leave,
    *[_come_back] * 4,
    _move,
    _speak,
    _choose,
    *[_say] * 4,
]


def hide_one(chance: Random) -> None:
    """An editor takes a paper away that came in lately."""
    latest = list(Paper.objects.order_by("-pk")[:PAPERS_A_DAY])
    if latest:
        Paper.objects.filter(pk=chance.choice(latest).pk).update(status=Paper.Status.HIDDEN)

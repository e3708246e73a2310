"""The fence: a copy of the database, or one that was restored, sends nothing until armed.

What the database says of its installation must fit what stands outside of it: INSTALLATION_ID, and
a file in the data folder. In each is a mark that changes with every tick, so that a database of
yesterday does not fit the file of today. A database that no installation sent from is armed by its
first tick.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, QuerySet

from subscriptions import fence_file
from subscriptions.fence_file import Memory
from subscriptions.models import Witness

logger = structlog.get_logger(__name__)
TODO = "See how to restore in docs/operating.md, then run manage.py arm_sending."
ARMED = "armed"  # there once the fence is up; locked by who writes of it
RESTORED = "restored"  # there when one host found that out, for the others
ID, HOST = "id:", "host:"
HOST_DAYS = 30  # for which a host that ticks no more is remembered
TRIES = 5  # to look while nobody writes

OLDER = "This database is older than what this installation last knew of it: a backup was restored."
FOREIGN = (
    "This database is an installation's, and nothing here shows that it is this one: "
    "a copy, or one of several machines without INSTALLATION_ID?"
)


def closed() -> str:
    """Why nothing may be sent from here, in a sentence; "" when it may."""
    why = ""
    for _ in range(TRIES):
        memory = fence_file.read()
        why = _judged(memory)
        if not why or memory == fence_file.read():
            break
    return why


def keep(now: datetime) -> str:
    """What a tick does first: put the fence up, or change the mark; as `closed`."""
    with _synced():
        why = _kept(now)
        _forget_old_mark()
    if why:
        logger.warning("nothing_is_sent", because=why)
    return why


@transaction.atomic
def arm(now: datetime) -> bool:
    """Send from here, whatever the database knew before. False: nothing here can remember it.

    The other hosts of INSTALLATION_ID follow; their files count for nothing until they tick.
    """
    Witness.objects.update_or_create(name=ARMED, defaults={"seen_at": now})
    Witness.objects.filter(name=RESTORED).delete()
    Witness.objects.filter(name__startswith=ID).delete()
    Witness.objects.filter(name__startswith=HOST).update(mark="")
    done = _renewed(None, now)
    if not done:
        transaction.set_rollback(True)
    return done


def last_seen() -> datetime | None:
    """When an installation last ticked on this database, as far as the database knows."""
    witnesses = Witness.objects.exclude(name__in=[ARMED, RESTORED])
    moment: datetime | None = witnesses.aggregate(last=Max("seen_at"))["last"]
    return moment


def hosts_gone(now: datetime) -> QuerySet[Witness]:
    """One that comes back later must be armed."""
    hosts = Witness.objects.filter(name__startswith=HOST)
    return hosts.filter(seen_at__lt=now - timedelta(days=HOST_DAYS))


def is_up() -> bool:
    """Whether a copy or a restored database would be noticed at all."""
    return Witness.objects.filter(name=ARMED).exists()


def _judged(memory: Memory | None) -> str:
    ours = f"{ID}{settings.INSTALLATION_ID}"
    here = f"{HOST}{memory.witness}" if memory else ""
    found = Witness.objects.filter(name__in=[ARMED, RESTORED, ours, here])
    marks = dict(found.values_list("name", "mark"))
    if ARMED not in marks:
        return ""
    if RESTORED in marks:
        return OLDER
    if memory and memory.wrong:
        return f"The file {fence_file.path()} {memory.wrong}."
    if settings.INSTALLATION_ID and ours not in marks:
        return f"This database is not that of INSTALLATION_ID {settings.INSTALLATION_ID}: a copy?"
    return _compared(memory, marks.get(here))


def _compared(memory: Memory | None, mark: str | None) -> str:
    """`mark`: in the database; "" when another host was armed since, None when there is none."""
    if memory and mark is None:
        return FOREIGN
    if memory and mark:
        return "" if mark in memory.marks else OLDER
    return "" if settings.INSTALLATION_ID else FOREIGN


@transaction.atomic
def _kept(now: datetime) -> str:
    """Under the lock, so that the file and the row that it reads belong together."""
    witnesses = Witness.objects.select_for_update()
    _, first = witnesses.get_or_create(name=ARMED, defaults={"seen_at": now})
    memory = fence_file.read()
    if first:
        if not _renewed(None, now):
            transaction.set_rollback(True)
        return ""
    why = _judged(memory)
    if not why:
        _renewed(memory, now)
    elif why == OLDER:
        Witness.objects.get_or_create(name=RESTORED, defaults={"seen_at": now})
    return why


def _renewed(memory: Memory | None, now: datetime) -> bool:
    """A new mark, in the file before it is in the database; False: nothing here remembers it."""
    if settings.INSTALLATION_ID:
        _witness(f"{ID}{settings.INSTALLATION_ID}", "", now)
    witness = memory.witness if memory else uuid4().hex
    row = Witness.objects.filter(name=f"{HOST}{witness}").first()
    old, new = row.mark if row else "", uuid4().hex
    written = fence_file.write(witness, [old, new] if old else [new])
    if written or old:
        _witness(f"{HOST}{witness}", new if written else old, now)
    return written or bool(settings.INSTALLATION_ID)


def _witness(name: str, mark: str, now: datetime) -> None:
    Witness.objects.update_or_create(name=name, defaults={"mark": mark, "seen_at": now})


@transaction.atomic
def _forget_old_mark() -> None:
    """Once the new one is committed: a backup of a minute ago has the old one."""
    Witness.objects.select_for_update().filter(name=ARMED).first()
    memory = fence_file.read()
    if memory and len(memory.marks) > 1:
        row = Witness.objects.filter(name=f"{HOST}{memory.witness}").first()
        if row and row.mark in memory.marks:
            fence_file.write(memory.witness, [row.mark])


@contextmanager
def _synced() -> Iterator[None]:
    """What is committed stays so when the power fails: else a mark could come back by itself."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        [before] = cursor.fetchone()
        cursor.execute("PRAGMA synchronous=FULL")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA synchronous={before}")

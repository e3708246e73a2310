"""Papers opened here that teach a reader's ranking: only where they allowed it, and by a button.

Of each paper nothing but the last day is kept. Mails and the links in them have no part in it.
"""

from datetime import datetime

from papers.models import Paper
from subscriptions.models import Read, Subscriber


def keep(subscriber: Subscriber, paper: Paper, now: datetime) -> bool:
    """False, and nothing kept, for who has not allowed it."""
    if not subscriber.learns_from_reads:
        return False
    today = now.astimezone(subscriber.zone).date()
    Read.objects.update_or_create(subscriber=subscriber, paper=paper, defaults={"read_on": today})
    return True


def undo(subscriber: Subscriber, paper: int) -> bool:
    """False when it was undone before."""
    gone, _ = subscriber.reads.filter(paper=paper).delete()
    return gone > 0

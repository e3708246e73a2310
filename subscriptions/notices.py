"""Sending notices: the answers that a person waits for, so they go before any digest."""

from collections import Counter
from datetime import datetime

from subscriptions import claiming, stopping
from subscriptions.digests.delivery import deliver
from subscriptions.digests.recovery import recover
from subscriptions.emails.notice import as_mail
from subscriptions.models import Notice
from subscriptions.timing import Clock


def send_notices(clock: Clock, until: datetime | None = None) -> Counter[str]:
    """Send every notice that waits, or what fits before `until`; counts by the end it came to."""
    recover(Notice.objects.all(), clock())
    ended: Counter[str] = Counter()
    while claimed := _claim(clock, until):
        ended += deliver(claimed, lambda notice: as_mail(notice).as_email(), clock, until)
    return ended


def _claim(clock: Clock, until: datetime | None) -> list[Notice]:
    """Those that wait, if need be for their turn."""
    notices = Notice.objects.all()
    while stopping.time_left(clock, until):
        if claimed := claiming.claim(notices, clock()):
            return claimed
        if not claiming.turn_comes(notices, clock, until):
            break
    return []

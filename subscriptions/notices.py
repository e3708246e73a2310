"""Sending notices: the answers that a person waits for, so they go before any digest."""

from collections import Counter
from datetime import datetime

from subscriptions import claiming, stopping
from subscriptions.digests.delivery import sender
from subscriptions.digests.recovery import recover
from subscriptions.emails.notice import as_mail
from subscriptions.models import Notice
from subscriptions.timing import Clock


def send_notices(clock: Clock, until: datetime | None = None) -> Counter[str]:
    """Send every notice that waits, or what fits before `until`; counts by the end it came to."""
    recover(Notice.objects.all(), clock())
    notices = Notice.objects.all()
    with sender(clock, until) as sends:
        while stopping.time_left(clock, until):
            if claimed := claiming.claim(notices, clock()):
                sends.begin(claimed, lambda notice: as_mail(notice).as_email())
            elif not (sends.finish() or claiming.turn_comes(notices, clock, until)):
                break
    return sends.ended

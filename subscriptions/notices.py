"""Sending notices: the answers that a person waits for, so they go before any digest."""

from collections import Counter
from datetime import datetime
from uuid import uuid4

from django.conf import settings

from subscriptions.digests.delivery import deliver
from subscriptions.digests.recovery import recover
from subscriptions.emails.notice import as_mail
from subscriptions.models import Notice
from subscriptions.timing import Clock


def send_notices(clock: Clock, until: datetime | None = None) -> Counter[str]:
    """Send every notice that waits, or what fits before `until`; counts by the end it came to."""
    recover(Notice.objects.all(), clock())
    ended: Counter[str] = Counter()
    while claimed := Notice.objects.claim(uuid4().hex, clock(), settings.DIGEST_CHUNK_SIZE):
        ended += deliver(claimed, lambda notice: as_mail(notice).as_email(), clock, until)
        if until and clock() >= until:
            break
    return ended

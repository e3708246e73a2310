"""Withdrawing: mails about to leave are taken back when their readers no longer want them."""

from django.db.models import QuerySet

from subscriptions.models import Digest, Notice, Subscriber


def take_back(readers: QuerySet[Subscriber]) -> None:
    """Call this in the transaction that changes these readers, before it locks their rows.

    A sender's statement that is under way may still see them as they were. It waits for the
    transaction to end and then finds that its claim was given up; the next claim sees the change.
    """
    Digest.objects.filter(subscriber__in=readers).take_back()
    Notice.objects.filter(subscriber__in=readers).take_back()

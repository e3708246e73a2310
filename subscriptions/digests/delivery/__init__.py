"""Delivery: hand mails to the provider and write in the ledger how each attempt ended.

sending     from a claim to the end of its mails: mark, hand over, settle
lanes       the connections to the provider, one or many at once
smtp        Django's SMTP backend, which also knows whether a mail was handed over to its end
http        anymail's sessions, which know it too
keyed       providers that take an idempotency key, and for how long they remember it
verdicts    what a provider's exceptions mean, with smtp_answers and http_answers: none else knows
outcomes    what follows for the mail, in the ledger's words
following   what follows for all the others
allowing    EMAIL_ALLOW_LIST: whom an installation that is not the real one may mail
"""

from subscriptions.digests.delivery.sending import (
    Sender,
    deliver,
    send_beside_the_ledger,
    sender,
)

__all__ = ["Sender", "deliver", "send_beside_the_ledger", "sender"]

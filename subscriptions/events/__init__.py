"""What providers tell of mails afterwards: delivered, bounced, reported as spam.

arriving     keeps each event once: `store`
processing   makes use of what waits, one event at a time: `process_waiting`, `process_again`
delivered    the plain good news of many mails at once, which goes before
standing     where an event leaves its mail in the ledger, whatever the order they come in
silencing    when an event ends all mail to an address: at once, after many soft bounces, or not
"""

from subscriptions.events.arriving import Facts, store
from subscriptions.events.processing import process, process_again, process_waiting

__all__ = ["Facts", "process", "process_again", "process_waiting", "store"]

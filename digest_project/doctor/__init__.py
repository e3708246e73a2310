"""`manage.py doctor`: what is wrong with this installation, and what to do about it.

findings        what a check says: ok, warn, fail or not looked at; what was found; the fix
refusals        every refused setting, not only the first
configuration   settings that work, and should not go live
storage         database, disk, search index, clocks
machinery       broker, workers
sending         the mail server or provider, and the headers of a digest
domain          what the sender's domain says in DNS: SPF, DKIM, DMARC
work            ticks, editions, sources, digests, staff
learning        what the personal ranking learned from all papers
examination     all of them in order; one that breaks says so, and the others go on
"""

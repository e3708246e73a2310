"""The one way out to the network, for every source: paced, bounded, and never to inner addresses.

    agreement    whom we ask, and the pace that all processes share
    asking       Web: ask in turn, and again after a failure that passes
    patience     how long we wait, how often we ask again, and what the service asks us to wait
    exchange     one question and its answer, through the redirects that we accept
    connecting   to addresses that were looked at, and never past a deadline
    addresses    which addresses are public
    body         what came, decoded and no larger than we take
    answer       status, headers, and the body as text or JSON
    failure      a failure that may have passed at the next attempt

All that goes wrong is a SourceError: which service, what happened, what to do. Keys are not in it.
"""

from papers.sources.web.agreement import Pace, Service
from papers.sources.web.answer import Answer
from papers.sources.web.asking import Web
from papers.sources.web.patience import Patience

__all__ = ["Answer", "Pace", "Patience", "Service", "Web"]

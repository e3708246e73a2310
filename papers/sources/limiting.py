"""No more papers than were wanted."""

from collections.abc import Iterator
from dataclasses import replace

from papers.sources import Fetched


def up_to(limit: int | None, answers: Iterator[Fetched]) -> Iterator[Fetched]:
    """The answers until they hold `limit` papers; the service is asked no further."""
    left = limit
    for answer in answers:
        if left is not None and len(answer.papers) > left:
            # cut short, so it is no end that the next reading could go on from
            yield replace(answer, papers=answer.papers[:left], cursor="", watermark="")
            return
        yield answer
        left = None if left is None else left - len(answer.papers)
        if left == 0:
            return

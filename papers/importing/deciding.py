"""What an editor decides of an import; the second of two presses changes nothing."""

from datetime import datetime

from papers.models import PaperImport

State = PaperImport.State


def confirm(begun: PaperImport, now: datetime) -> bool:
    """Also of one that arXiv answered in part: what was found is stored."""
    values = {"state": State.STORING, "confirmed_at": now, "failure": ""}
    return _change(begun, State.READY, State.STOPPED, **values)


def try_again(begun: PaperImport) -> bool:
    """Goes on with what it was at."""
    state = State.STORING if begun.confirmed_at else State.LOOKING
    return _change(begun, State.STOPPED, state=state, failure="")


def cancel(begun: PaperImport) -> bool:
    """Also while it is worked on: without its lease a process writes nothing more down.

    What was stored already stays.
    """
    return _change(begun, *PaperImport.OPEN, state=State.CANCELLED, leased_until=None)


def _change(begun: PaperImport, *states: State, **values: object) -> bool:
    return PaperImport.objects.filter(pk=begun.pk, state__in=states).update(**values) == 1

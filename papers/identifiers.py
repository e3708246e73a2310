"""arXiv identifiers: what one looks like, without its version."""

import re
from datetime import date, timedelta

from django.core.exceptions import ValidationError

# also part of addresses; the old ones hold a slash: hep-ex/0307015
ARXIV_ID = r"[a-z-]+(?:\.[A-Za-z-]+)?/[0-9]{7}|[0-9]{4}\.[0-9]{4,5}"


def is_arxiv_id(text: str) -> bool:
    return re.fullmatch(ARXIV_ID, text) is not None


def without_version(text: str) -> str:
    """2401.01234 of 2401.01234v2."""
    return re.sub(r"v[0-9]+\Z", "", text.strip())


def version_of(text: str) -> int | None:
    """2 of 2401.01234v2, None where there is none."""
    found = re.search(r"v([0-9]{1,4})\Z", text.strip())
    return int(found[1]) if found else None


def last_day_of(arxiv_id: str) -> date | None:
    """The end of the month that the id was given in, None for what is no arXiv id."""
    if not (found := re.search(r"(?:^|/)([0-9]{2})(0[1-9]|1[0-2])", arxiv_id)):
        return None
    year, month = int(found[1]), int(found[2])
    century = 1900 if year > 90 else 2000  # noqa: PLR2004  # arXiv began in 1991
    after = date(century + year + month // 12, month % 12 + 1, 1)
    return after - timedelta(days=1)


def validate_arxiv_id(text: str) -> None:
    if not is_arxiv_id(text):
        raise ValidationError(
            "Expected an arXiv id without version, such as 2401.01234 or hep-ex/0307015."
        )

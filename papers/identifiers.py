"""Identifiers of papers: arXiv ids and DOIs, in whichever form people and sources write them."""

import re
from datetime import date, timedelta

from django.core.exceptions import ValidationError

# also part of addresses; the old ones hold a slash: hep-ex/0307015
ARXIV_ID = r"[a-z-]+(?:\.[A-Za-z-]+)?/[0-9]{7}|[0-9]{4}\.[0-9]{4,5}"

DOI = re.compile(
    r"(?:doi:\s*|(?:https?://)?(?:[\w.-]+/)+?)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE | re.ASCII
)
ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(\S+)", re.IGNORECASE)
ARXIV_MENTION = re.compile(
    rf"(?:arxiv:\s*|arxiv\.org/(?:abs|pdf|html|e-print|format|src|ps)/)(({ARXIV_ID})(?:v[1-9]\d{{0,2}})?)(?![\d])",
    re.IGNORECASE,
)


def is_arxiv_id(text: str) -> bool:
    return re.fullmatch(ARXIV_ID, text) is not None


def base_id(text: str) -> str:
    """2401.01234 of 2401.01234v2; math/0309136 of math.GT/0309136, as arXiv itself has it."""
    bare = re.sub(r"v[0-9]+\Z", "", text.strip())
    return re.sub(r"\A([a-z-]+)\.[A-Za-z-]+/", r"\1/", bare)


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


def may_exist(arxiv_id: str, today: date) -> bool:
    """Whether arXiv can have given it up to `today` in UTC, by the year and month that it names."""
    month = last_day_of(arxiv_id)
    of_the_90s = arxiv_id.startswith("9")  # those had the name of an archive before their number
    return month is not None and month.replace(day=1) <= today and not of_the_90s


def doi_in(text: str) -> str:
    """The DOI that this text is, with or without "doi:", or that an address ends in; else ""."""
    found = DOI.fullmatch(text.strip())
    return found[1] if found else ""


def arxiv_id_in(text: str) -> str:
    """The id, with its version if it has one, that this text is or links to; else ""."""
    text = text.strip()
    doi = ARXIV_DOI.fullmatch(doi_in(text))
    bare = doi[1] if doi else text
    if is_arxiv_id(base_id(bare)):
        return bare
    found = ARXIV_MENTION.search(text)
    return found[1] if found else ""


def publishers_doi(text: str) -> str:
    """The DOI unless it is the one that arXiv gives every paper, which says its arXiv id again."""
    doi = doi_in(text)
    return "" if ARXIV_DOI.fullmatch(doi) else doi


def validate_arxiv_id(text: str) -> None:
    if not is_arxiv_id(text):
        raise ValidationError(
            "Expected an arXiv id without version, such as 2401.01234 or hep-ex/0307015."
        )

"""arXiv identifiers: what one looks like, without its version."""

import re

from django.core.exceptions import ValidationError

# also part of addresses; the old ones hold a slash: hep-ex/0307015
ARXIV_ID = r"[a-z-]+(?:\.[A-Za-z-]+)?/[0-9]{7}|[0-9]{4}\.[0-9]{4,5}"


def is_arxiv_id(text: str) -> bool:
    return re.fullmatch(ARXIV_ID, text) is not None


def without_version(text: str) -> str:
    """2401.01234 of 2401.01234v2."""
    return re.sub(r"v[0-9]+\Z", "", text.strip())


def validate_arxiv_id(text: str) -> None:
    if not is_arxiv_id(text):
        raise ValidationError(
            "Expected an arXiv id without version, such as 2401.01234 or hep-ex/0307015."
        )

MOST_DIGITS = 18  # what any database can count to


def row_number(text: str) -> int | None:
    """The number that somebody typed; None for anything else, and for what no row can have."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None

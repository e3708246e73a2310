"""Cells that no spreadsheet takes for a formula."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what one may begin with, as spreadsheets read it


def harmless(cell: object) -> object:
    """Numbers stay; a text that begins like a formula gets an apostrophe before it."""
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return cell


def without_apostrophe(cell: str) -> str:
    """What `harmless` was given, so that an exported file can be brought back."""
    return cell[1:] if cell.startswith(tuple(f"'{sign}" for sign in FORMULA)) else cell

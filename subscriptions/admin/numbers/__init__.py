"""The pages of numbers: over time, and of one edition.

charts   bars as SVG, and the same numbers as a table (no query)
series   which numbers are drawn together (no query)
edition  what became of one edition, counted now
page     the addresses, and who may see them
"""

from subscriptions.admin.numbers.page import NumbersAdmin

__all__ = ["NumbersAdmin"]

"""What synthetic readers choose, and how often."""

from collections.abc import Mapping
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")

# about as readers of papers are spread over the world
ZONES = {
    "America/New_York": 12,
    "America/Los_Angeles": 11,
    "America/Chicago": 6,
    "America/Toronto": 4,
    "America/Denver": 2,
    "America/Vancouver": 2,
    "America/Sao_Paulo": 3,
    "America/Mexico_City": 2,
    "America/Bogota": 1,
    "America/Argentina/Buenos_Aires": 1,
    "America/Santiago": 1,
    "America/St_Johns": 0.2,
    "Europe/London": 7,
    "Europe/Berlin": 7,
    "Europe/Paris": 5,
    "Europe/Zurich": 3,
    "Europe/Amsterdam": 2,
    "Europe/Madrid": 2,
    "Europe/Rome": 2,
    "Europe/Stockholm": 1,
    "Europe/Warsaw": 1,
    "Europe/Vienna": 1,
    "Europe/Lisbon": 1,
    "Europe/Athens": 1,
    "Europe/Istanbul": 1,
    "Africa/Cairo": 1,
    "Africa/Lagos": 1,
    "Africa/Nairobi": 1,
    "Africa/Johannesburg": 1,
    "Asia/Jerusalem": 2,
    "Asia/Dubai": 1,
    "Asia/Karachi": 1,
    "Asia/Kolkata": 9,
    "Asia/Kathmandu": 0.2,
    "Asia/Dhaka": 1,
    "Asia/Singapore": 3,
    "Asia/Shanghai": 14,
    "Asia/Hong_Kong": 3,
    "Asia/Seoul": 5,
    "Asia/Tokyo": 5,
    "Australia/Sydney": 3,
    "Australia/Adelaide": 0.5,
    "Pacific/Auckland": 1,
    "UTC": 1,
}
HOURS = {5: 3, 6: 18, 7: 28, 8: 24, 9: 14, 12: 4, 17: 4, 18: 3, 21: 2}
FREQUENCIES = {"daily": 80, "weekdays": 15, "weekly": 5}
POPULAR_TOPICS = {
    "cs.LG": 30,
    "cs.CV": 28,
    "cs.AI": 24,
    "cs.CL": 24,
    "stat.ML": 10,
    "cs.RO": 9,
    "eess.IV": 5,
    "quant-ph": 3,
}
MOST_INTERESTS = 6
PAPER_COUNTS = (5, 15)  # fewest and most


def topic_weight(code: str) -> float:
    """How often a topic is chosen; computer science more often than the rest."""
    return POPULAR_TOPICS.get(code, 2 if code.startswith("cs.") else 0.2)


def pick(chance: Random, weights: Mapping[Choice, float]) -> Choice:
    return chance.choices(list(weights), list(weights.values()))[0]

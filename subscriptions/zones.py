"""Time zones to choose from: a few by their cities, or all of them by continent."""

from collections import defaultdict

from subscriptions import timing

Choices = list[tuple[str, str]]

NEARBY: Choices = [
    ("UTC", "UTC"),
    ("America/Los_Angeles", "Los Angeles, Vancouver"),
    ("America/Denver", "Denver"),
    ("America/Chicago", "Chicago, Houston"),
    ("America/New_York", "New York, Toronto"),
    ("America/Sao_Paulo", "São Paulo"),
    ("Europe/London", "London, Dublin"),
    ("Africa/Lagos", "Lagos"),
    ("Europe/Berlin", "Berlin, Paris, Rome, Zürich"),
    ("Africa/Johannesburg", "Johannesburg"),
    ("Europe/Athens", "Athens, Helsinki, Kyiv"),
    ("Asia/Jerusalem", "Jerusalem"),
    ("Europe/Istanbul", "Istanbul"),
    ("Asia/Tehran", "Tehran"),
    ("Asia/Dubai", "Dubai"),
    ("Asia/Karachi", "Karachi"),
    ("Asia/Kolkata", "Delhi, Mumbai, Bengaluru"),
    ("Asia/Dhaka", "Dhaka"),
    ("Asia/Bangkok", "Bangkok, Hanoi, Jakarta"),
    ("Asia/Shanghai", "Beijing, Shanghai, Hong Kong"),
    ("Asia/Singapore", "Singapore"),
    ("Asia/Tokyo", "Tokyo, Seoul"),
    ("Australia/Sydney", "Sydney, Melbourne"),
    ("Pacific/Auckland", "Auckland"),
]


def everywhere(current: str) -> list[tuple[str, Choices]]:
    """Every zone by continent; the current one also when its name is an old one."""
    continents: dict[str, Choices] = defaultdict(list)
    for name in sorted({*timing.zone_names(), current}):
        continent, _, place = name.rpartition("/") if name.count("/") == 1 else name.partition("/")
        continents[continent or "Other"].append((name, (place or name).replace("_", " ")))
    return sorted(continents.items())

"""Time zones to choose from: a few by their cities, or all of them by continent."""

from collections import defaultdict

from django.utils.translation import gettext_lazy as _

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

# as zones are grouped; Etc and the like keep their names
CONTINENTS = {
    "": _("Other"),
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


def everywhere(current: str) -> list[tuple[str, Choices]]:
    """Every zone by continent; the current one also when its name is an old one, if it exists."""
    continents: dict[str, Choices] = defaultdict(list)
    kept = {current} if timing.is_zone(current) else set()
    for name in sorted({*timing.zone_names(), *kept}):
        continent, place = _parted(name)
        continents[continent].append((name, (place or name).replace("_", " ")))
    return sorted(
        (str(CONTINENTS.get(continent, continent)), zones)
        for continent, zones in continents.items()
    )


def _parted(name: str) -> tuple[str, str]:
    """America/Indiana/Knox is Indiana/Knox in America; UTC is on no continent."""
    continent, _slash, place = name.partition("/") if "/" in name else ("", "", name)
    return continent, place

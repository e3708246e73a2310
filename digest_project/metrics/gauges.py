from collections.abc import Iterable, Mapping
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily

PREFIX = "morning_papers_"


def gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, says, value=value)


def gauges(name: str, says: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    """One figure for each value of the label."""
    return by_labels(name, says, (label,), (((key,), value) for key, value in values.items()))


def by_labels(
    name: str, says: str, labels: tuple[str, ...], values: Iterable[tuple[tuple[str, ...], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + name, says, labels=labels)
    for key, value in values:
        family.add_metric(key, value)
    return family


def stamp(moment: datetime | None) -> float:
    """Seconds since 1970; 0 for what never happened, which any alert on age takes for too old."""
    return moment.timestamp() if moment else 0

import os
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Metric
from prometheus_client import generate_latest as written
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from digest_project.metrics import ledger, machinery
from digest_project.tokens import by_token
from subscriptions.admin.overview.facts import gather


@require_safe
@never_cache
@by_token
def metrics(_request: HttpRequest) -> HttpResponse:
    ours = CollectorRegistry()
    ours.register(FromDatabase())
    return HttpResponse(written(ours) + written(web()), content_type=CONTENT_TYPE_LATEST)


def web() -> CollectorRegistry:
    """The requests of this process; or all processes', where they keep them in one folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # theirs has no types
    return registry


class FromDatabase(Collector):
    def collect(self) -> Iterator[Metric]:
        facts = gather(timezone.now())
        yield from ledger.collect(facts)
        yield from machinery.collect(facts)

    def describe(self) -> Iterator[Metric]:
        """Nothing: else the registry would ask the database when a collector is registered."""
        yield from ()

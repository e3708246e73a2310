"""Alerts, dashboard and runbooks speak of figures that /metrics really serves."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import promql_parser
import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from papers.models import Edition, ScheduledIngest
from subscriptions import brakes, breaker
from subscriptions.models import Digest, ProviderEvent, Sending, Tick
from tests.admin_site import cost
from tests.factories import DigestFactory, EditionFactory, NoticeFactory, SubscriberFactory

TOKEN = "of-prometheus-and-nobody-else"
DOCS = Path(settings.BASE_DIR) / "docs" / "monitoring"
RULES = yaml.safe_load((DOCS / "alerts.yml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((DOCS / "dashboard.json").read_text())
SCRAPED = {"up"}  # Prometheus's own word on whether it got an answer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.INGEST_SCHEDULED = True


@pytest.fixture
def prometheus() -> Client:
    return Client(headers={"authorization": f"Bearer {TOKEN}"})


def figures(client: Client) -> dict[tuple[str, ...], float]:
    """By name and labels' values."""
    text = client.get("/metrics").text
    families = text_string_to_metric_families(text)
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def expressions() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def selectors(expression: str) -> list[promql_parser.VectorSelector]:
    found: list[promql_parser.VectorSelector] = []

    def look(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(promql_parser.parse(expression), look)
    return found


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_an_expression_is_valid_and_names_only_what_is_served(
    where: str, expression: str, prometheus: Client
) -> None:
    served_fully()
    prometheus.get("/about/")
    served: dict[str, set[tuple[str, str]]] = {name: set() for name in SCRAPED}
    for family in text_string_to_metric_families(prometheus.get("/metrics").text):
        for sample in family.samples:
            served.setdefault(sample.name, set()).update(sample.labels.items())

    for selector in selectors(expression):
        assert selector.name in served, f"{where}: {selector.name}"
        for label, value in wanted(selector):
            assert (label, value) in served[selector.name], f"{where}: {label}={value}"


def wanted(selector: promql_parser.VectorSelector) -> Iterator[tuple[str, str]]:
    """The values that our own figures' labels must have."""
    if not str(selector.name).startswith("morning_papers_"):
        return
    for matcher in selector.matchers.matchers:
        yield from ((matcher.name, value) for value in matcher.value.split("|"))


def served_fully() -> None:
    """Facts with which every figure has its labels."""
    now = timezone.now()
    today, yesterday = (
        EditionFactory.create(date=(now - timedelta(days=n)).date()) for n in (0, 1)
    )
    for edition in (today, yesterday):
        DigestFactory.create(edition=edition, state="sent", sent_at=now, due_at=now)
    ScheduledIngest.objects.filter(source="arxiv-feed").update(failures=4)


def test_every_alert_has_its_runbook_and_every_runbook_its_alert() -> None:
    headings = re.findall(r"^## (.+)$", (DOCS / "runbooks.md").read_text(), re.MULTILINE)

    assert headings == [rule["alert"] for rule in RULES]
    for rule in RULES:
        assert rule["annotations"]["runbook"] == f"runbooks.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_every_figure_of_ours_is_explained(prometheus: Client) -> None:
    told = (DOCS / "README.md").read_text()
    served = {name for name, *_ in figures(prometheus) if name.startswith("morning_papers_")}

    shortened = {re.sub(r"morning_papers_edition_(frozen|held)", r"…_\1", each) for each in served}
    assert {each for each in shortened if f"`{each}`" not in told} == set()


def test_without_the_token_nothing_is_told(client: Client) -> None:
    for given in ("", "Bearer", "Bearer guessed", f"Basic {TOKEN}", f"Bearer {TOKEN}x"):
        response = client.get("/metrics", headers={"authorization": given})

        assert response.status_code == 401
        assert response["WWW-Authenticate"] == "Bearer"
        assert b"morning_papers" not in response.content


def test_while_no_token_is_set_there_is_no_such_page(
    prometheus: Client, settings: Settings
) -> None:
    settings.METRICS_TOKEN = ""

    assert prometheus.get("/metrics").status_code == 404
    assert Client(headers={"authorization": "Bearer "}).get("/metrics").status_code == 404


def test_an_empty_installation_is_told_too(prometheus: Client) -> None:
    told = figures(prometheus)

    assert told["morning_papers_last_tick_timestamp_seconds",] == 0
    assert told["morning_papers_digest_oldest_due_seconds",] == 0
    assert told["morning_papers_subscribers", "active"] == 0


def test_the_ledger_is_told(prometheus: Client) -> None:
    now = timezone.now()
    edition = EditionFactory.create(date=now.date())
    for minutes, state in ((90, "pending"), (30, "sent"), (30, "sent"), (20, "skipped")):
        due = now - timedelta(minutes=minutes)
        sent = now if state == "sent" else None
        DigestFactory.create(edition=edition, state=state, due_at=due, sent_at=sent)
    Digest.objects.filter(state="pending").update(not_after=now - timedelta(hours=1))
    NoticeFactory.create(state="ready", asked_at=now - timedelta(minutes=5))
    Tick.record(now)

    told = figures(prometheus)

    assert told["morning_papers_digests", "current", "sent"] == 2
    assert told["morning_papers_digests", "current", "refused"] == 0
    assert told["morning_papers_digests_unexplained", "current"] == 1  # pending, and long too old
    assert told["morning_papers_digest_oldest_due_seconds",] == pytest.approx(5400, abs=60)
    assert told["morning_papers_send_latency_seconds", "0.5"] == pytest.approx(1800, abs=60)
    assert told["morning_papers_notice_oldest_waiting_seconds",] == pytest.approx(300, abs=60)
    assert told["morning_papers_last_tick_timestamp_seconds",] == pytest.approx(now.timestamp())


def test_a_reader_whose_digest_was_never_opened_is_late_too(prometheus: Client) -> None:
    SubscriberFactory.create(next_send_at=timezone.now() - timedelta(hours=2))

    assert figures(prometheus)["morning_papers_digest_oldest_due_seconds",] >= 7200


def test_what_is_held_is_not_late(prometheus: Client) -> None:
    long_ago = timezone.now() - timedelta(hours=2)
    held = EditionFactory.create(held=True, hold_reason="A wrong title")
    DigestFactory.create(edition=held, state="ready", due_at=long_ago)

    told = figures(prometheus)
    assert told["morning_papers_digest_oldest_due_seconds",] == 0
    assert told["morning_papers_edition_held",] == 1


def test_a_pause_and_events_are_told(prometheus: Client) -> None:
    now = timezone.now()
    Sending.objects.create(reason="The provider is away")
    for number in range(3):
        ProviderEvent.objects.create(
            provider="postmark", event_id=str(number), kind="blocked", happened_at=now
        )

    told = figures(prometheus)
    assert told["morning_papers_sending_paused",] == 1
    assert told["morning_papers_provider_events", "blocked"] == 3


def test_the_breaker_and_the_brake_are_told(prometheus: Client) -> None:
    now = timezone.now()
    EditionFactory.create(date=now.date(), held=True, held_by="kim")
    before = figures(prometheus)
    breaker.open("wrong login", now)
    Edition.objects.update(held_by=brakes.BY)

    told = figures(prometheus)
    for name in ("breaker_open", "edition_braked"):
        assert (before[f"morning_papers_{name}",], told[f"morning_papers_{name}",]) == (0, 1)


def test_the_figures_cost_the_same_with_more_of_everything(prometheus: Client) -> None:
    served_fully()
    before = cost(prometheus, "/metrics")
    for _ in range(5):
        DigestFactory.create(state="sent", sent_at=timezone.now())

    assert cost(prometheus, "/metrics") == before


def test_no_figure_names_a_person(prometheus: Client) -> None:
    DigestFactory.create(
        subscriber=SubscriberFactory.create(email="ada@example.com"), state="refused", reason="550"
    )

    assert "ada" not in prometheus.get("/metrics").text

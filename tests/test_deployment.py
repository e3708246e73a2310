"""The files that deploy us agree with the settings and keep their promises."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

pytestmark = pytest.mark.once

ROOT = Path(settings.BASE_DIR)
READ = re.compile(r'env\.(?!with_prefix)\w+\(\s*"([A-Z_]+)"')
FOR_COMPOSE_ALONE = {"POSTGRES_PASSWORD", "WORKER_CONCURRENCY", "WEB_PORT"}
VARIABLES = {
    name
    for module in (ROOT / "digest_project/settings").glob("*.py")
    for name in READ.findall(module.read_text())
}
OURS = ["migrate", "web", "worker", "beat"]


@cache
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def services() -> list[tuple[str, dict[str, Any]]]:
    return list(compose()["services"].items())


def is_one_shot(service: dict[str, Any]) -> bool:
    return service.get("restart") == "no"


@pytest.mark.parametrize(("name", "service"), services())
def test_a_service_is_watched_or_done_at_once(name: str, service: dict[str, Any]) -> None:
    assert is_one_shot(service) != ("healthcheck" in service)


@pytest.mark.parametrize(("name", "service"), services())
def test_a_service_comes_back_after_a_restart(name: str, service: dict[str, Any]) -> None:
    assert service["restart"] == ("no" if is_one_shot(service) else "unless-stopped")


@pytest.mark.parametrize(("name", "service"), services())
def test_an_image_is_pinned(name: str, service: dict[str, Any]) -> None:
    _, _, tag = service["image"].partition(":")

    assert tag not in {"", "latest"}


@pytest.mark.parametrize(("name", "service"), services())
def test_no_service_runs_as_root(name: str, service: dict[str, Any]) -> None:
    runs_our_image = "build" in service
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert runs_our_image or service["user"] not in {"root", "0", "0:0"}
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE)[-1] == "papers"


@pytest.mark.parametrize(("name", "service"), services())
def test_ports_are_open_to_this_machine_alone(name: str, service: dict[str, Any]) -> None:
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_every_process_of_ours_waits_for_the_migrations() -> None:
    for name in set(OURS) - {"migrate"}:
        waits_for = compose()["services"][name]["depends_on"]
        assert waits_for["migrate"] == {"condition": "service_completed_successfully"}


def test_compose_sets_only_variables_that_are_read() -> None:
    for name in OURS:
        assert set(compose()["services"][name]["environment"]) <= VARIABLES


def test_compose_asks_only_for_variables_that_are_documented() -> None:
    asked_for = re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text())

    assert set(asked_for) <= VARIABLES | FOR_COMPOSE_ALONE


def test_the_example_names_every_variable_and_no_other() -> None:
    lines = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", lines, re.MULTILINE))

    providers = {name for name in named if name.startswith("ANYMAIL_")}
    assert named - providers == VARIABLES | FOR_COMPOSE_ALONE


def test_the_documentation_names_every_variable_and_no_other() -> None:
    rows = (ROOT / "docs/settings.md").read_text()
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", rows, re.MULTILINE))

    providers = {name for name in named if name.startswith("ANYMAIL_")}
    assert named - providers == VARIABLES


def test_nothing_secret_is_baked_in() -> None:
    example = (ROOT / ".env.example").read_text()

    for name in ("SECRET_KEY", "LINK_KEY", "EMAIL_HOST_PASSWORD", "POSTGRES_PASSWORD"):
        assert re.search(rf"^{name}=$", example, re.MULTILINE)
    assert not re.search(
        r"^(ENV|ARG) .*(KEY|PASSWORD)", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )

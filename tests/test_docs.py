"""What the documentation names is there: links, files, commands and targets."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = sorted({*ROOT.glob("*.md"), *ROOT.glob("[!.]*/**/*.md")})
# they too name commands and targets that somebody has to run
NAMES = (".env.example", ".pre-commit-config.yaml", "Dockerfile", "Procfile", "docker-compose.yml")
CONFIGURATION = [ROOT / name for name in NAMES]

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
FILE = re.compile(r"`((?:[\w.-]+/)+[\w-]+\.(?:py|md|html|css|txt|env))`")
COMMAND = re.compile(r'manage\.py"?,? "?([a-z_]+)')
TARGET = re.compile(r"(?:^|`|entry: |[A-Z]+=\S+ )make ([a-z-]+)", re.MULTILINE)


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
every_text = pytest.mark.parametrize("text", [*DOCUMENTS, *CONFIGURATION], ids=name_of)


@every_document
def test_a_link_leads_to_a_file(document: Path) -> None:
    targets = LINK.findall(document.read_text())

    assert [target for target in targets if not (document.parent / target).exists()] == []


@every_document
def test_a_file_that_is_named_exists(document: Path) -> None:
    named = FILE.findall(document.read_text())

    assert [file for file in named if not (ROOT / file).exists()] == []


@every_text
def test_a_command_that_is_named_exists(text: Path) -> None:
    assert set(COMMAND.findall(text.read_text())) <= set(get_commands())


@every_text
def test_a_target_that_is_named_is_in_the_makefile(text: Path) -> None:
    targets = re.findall(r"^([a-z-]+(?: [a-z-]+)*):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert set(TARGET.findall(text.read_text())) <= set(" ".join(targets).split())

"""The manners that all commands share, run as people run them."""

import json
import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from papers.console import EVERYWHERE, Command

pytestmark = pytest.mark.once

OURS = ("digest_project", "papers", "subscriptions", "seeds")
DJANGOS = {"makemessages"}  # Django's own, with our choices
NAMES = sorted(name for name, app in get_commands().items() if app in OURS and name not in DJANGOS)
MANAGE = [sys.executable, "-W", "ignore", "manage.py"]
DOCUMENT = Path(settings.BASE_DIR) / "docs" / "commands.md"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of an installation with tables, for trying out."""
    folder = tmp_path_factory.mktemp("console")
    variables = {
        "PATH": os.environ["PATH"],
        "DEMO": "true",
        "DATABASE_URL": f"sqlite:///{folder}/papers.sqlite3",
        "TERM": "xterm",
    }
    _run("migrate", "--verbosity", "0", environment=variables)
    return variables


def _run(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own commands
        [*MANAGE, *arguments],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _on_a_terminal(*arguments: str, environment: dict[str, str]) -> str:
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603  # as above
        [*MANAGE, *arguments], env=environment, cwd=settings.BASE_DIR, stdout=theirs, stderr=theirs
    ):
        os.close(theirs)
        return b"".join(_until_the_end(ours)).decode()


def _until_the_end(terminal: int) -> Iterator[bytes]:
    try:
        while read := os.read(terminal, 4096):
            yield read
    except OSError:  # Linux says so when the other side is closed
        os.close(terminal)


def command(name: str) -> Command:
    loaded = load_command_class(get_commands()[name], name)
    assert isinstance(loaded, Command)
    return loaded


@pytest.mark.parametrize("name", NAMES)
def test_help_teaches(name: str) -> None:
    one = command(name)

    said = one.create_parser("manage.py", name).format_help()

    assert one.examples
    assert [line for line in one.examples if f"manage.py {line}\n" not in said] == []
    assert [
        words for words in ({**EVERYWHERE, **one.exit_codes}).values() if words not in said
    ] == []
    assert "--pythonpath" not in said


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_a_command_line_that_is_understood(name: str, db: None) -> None:
    one = command(name)

    for line in one.examples:
        first, *arguments = shlex.split(line)
        assert first == name
        one.create_parser("manage.py", name).parse_args(arguments)


def test_the_page_of_commands_has_each_with_its_examples_and_exit_codes() -> None:
    sections = dict(
        section.partition("\n")[::2] for section in DOCUMENT.read_text().split("\n## ")[1:]
    )

    for name in NAMES:
        one, section = command(name), sections[f"`{name}`"]
        assert [line for line in one.examples if f"manage.py {line}" not in section] == []
        rows = [f"| {code:d} | {words} |" for code, words in one.exit_codes.items()]
        assert [row for row in rows if row not in section] == []
    assert set(sections) == {"Manners", *(f"`{name}`" for name in NAMES)}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rank", "--topics", "cs.XX"], "argument --topics: 'cs.XX' is not known"),
        (["seed", "--subscribers", "many"], "'many' is not a whole number from 0 to 999999."),
        (["digest_status", "--date", "today"], "'today' is not a date; expected one such as"),
        (["preview_digest"], "one of the arguments EMAIL --topics is required"),
        (["tick", "--bogus"], "unrecognized arguments: --bogus"),
    ],
)
def test_a_wrong_command_line_is_answered_in_a_sentence(
    environment: dict[str, str], arguments: list[str], sentence: str
) -> None:
    done = _run(*arguments, environment=environment)

    assert done.returncode == 2
    assert sentence in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_in_a_pipe_lines_are_plain(environment: dict[str, str]) -> None:
    done = _run("search_index", environment=environment)

    assert (done.returncode, done.stdout, done.stderr) == (0, "papers indexed: 0\n", "")


def test_on_a_terminal_there_are_colours_unless_they_are_not_wanted(
    environment: dict[str, str],
) -> None:
    coloured = _on_a_terminal("doctor", "--offline", environment=environment)
    plain = _on_a_terminal("doctor", "--offline", environment=environment | {"NO_COLOR": "1"})

    assert "\x1b[32mok" in coloured
    assert "\x1b[32m" not in plain


def test_as_json_nothing_else_is_printed_even_on_a_terminal(environment: dict[str, str]) -> None:
    shown = _on_a_terminal("search_index", "--json", environment=environment)

    assert json.loads(shown) == {"papers_indexed": 0}


def test_who_stops_reading_sees_no_traceback(environment: dict[str, str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(  # noqa: S603  # as above
        [*MANAGE, "purge", "--dry-run"],
        env=environment,
        cwd=settings.BASE_DIR,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, "")


def test_ctrl_c_ends_with_130_and_no_traceback(environment: dict[str, str]) -> None:
    interrupted = (
        "import sys\nfrom digest_project.start import in_one_sentence\n"
        "with in_one_sentence():\n    raise KeyboardInterrupt"
    )

    done = subprocess.run(  # noqa: S603  # as above
        [sys.executable, "-c", interrupted],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (130, "")


def test_an_argument_in_another_encoding_is_told_in_one_sentence(
    environment: dict[str, str],
) -> None:
    garbled = os.fsdecode(b"caf\xe9@example.com")

    done = _run("suppress", garbled, environment=environment)

    assert (done.returncode, done.stderr) == (
        1,
        "The command line holds an argument that is no text in UTF-8.\n",
    )

"""`benchmarks.relevance --citeulike`: people's lists from a folder of that format."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.judging import refused, relevance, without_times

PAPERS, WORDS = 40, 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty papers of two subjects; six people with twelve papers of one subject, one with two."""
    lists = [
        [paper for paper in range(PAPERS) if paper % 2 == at % 2][at : at + 12] for at in range(6)
    ]
    bags = [[(paper % 2) * 6 + word for word in range(paper % 5, 6)] for paper in range(PAPERS)]
    _write(tmp_path / "users.dat", [*lists, [1, 2]])
    _write(tmp_path / "mult.dat", [[f"{word}:2" for word in bag] for bag in bags])
    vocabulary = "".join(f"word{'abcdefghijkl'[at]}\n" for at in range(WORDS))
    (tmp_path / "vocabulary.dat").write_text(vocabulary, encoding="utf-8")
    return tmp_path


def _write(file: Path, lines: Iterable[Sequence[object]]) -> None:
    """Each begins with how many there are."""
    rows = (f"{len(line)} {' '.join(map(str, line))}\n" for line in lines)
    file.write_text("".join(rows), encoding="utf-8")


def told(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    relevance.main(["--citeulike", f"{folder}", "--json", *more])
    found: dict[str, Any] = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    return found


def test_who_saved_enough_is_asked_for_half_of_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = told(folder, capsys)

    assert (result["papers"], result["readers"]) == (PAPERS, 6)
    assert result["uniform"].keys() == result["matched"].keys()
    assert result["cold start"].keys() == {"1 known", "2 known", "5 known", "10 known"}
    ours, random = (result["uniform"][name]["nDCG@10"]["mean"] for name in ("ours", "random"))
    assert ours > random
    assert told(folder, capsys, "--sample", "2")["readers"] == 2


def test_the_same_seed_gives_the_same_figures(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    once, again = told(folder, capsys), told(folder, capsys)

    assert without_times(once) == without_times(again)


def test_the_table_has_all_parts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    relevance.main(["--citeulike", f"{folder}"])

    out = capsys.readouterr().out
    assert all(f"\n{part} " in out for part in ("uniform", "matched", "cold start"))
    assert "\nlearning, nDCG@10 of the next day\n" in out


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("users.dat", "2 1 2\n", "users.dat: nobody has 10 papers or more."),
        ("users.dat", "", "users.dat: nobody has 10 papers or more."),
        ("users.dat", "1 1\n1 one\n", "users.dat, line 2: "),
        ("users.dat", "1 99\n", "users.dat, line 1: no paper 99 in mult.dat."),
        ("users.dat", "1 -1\n", "users.dat, line 1: no paper -1 in mult.dat."),
        ("mult.dat", "1 0:1\n1 99:1\n", "mult.dat, line 2: "),
        ("mult.dat", "1 0\n", "mult.dat, line 1: "),
    ],
)
def test_a_line_that_is_not_right_is_told(
    folder: Path, name: str, text: str, sentence: str
) -> None:
    (folder / name).write_text(text, encoding="utf-8")

    assert sentence in refused(["--citeulike", f"{folder}"])


def test_another_folder_is_told_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "users.dat").touch()

    assert "lacks mult.dat, vocabulary.dat" in refused(["--citeulike", f"{tmp_path}"])
    assert "is it citeulike-t?" in refused(["--citeulike", f"{tmp_path}/none"])


def test_bytes_that_are_no_text_are_told(folder: Path) -> None:
    (folder / "vocabulary.dat").write_bytes(b"\xff\n")

    assert "vocabulary.dat cannot be read" in refused(["--citeulike", f"{folder}"])

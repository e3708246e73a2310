"""`benchmarks.relevance` on files of JSON: its figures, and a sentence for what is not right."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.judging import refused, relevance, without_times

Files = Callable[..., list[str]]
Run = Callable[..., dict[str, Any]]

TITLES = {
    "liked": "Whispered speech and acoustic models",
    "like it": "Acoustic models of whispered speech",
    "bridges": "Bridges under wind load",
    "stars": "Telescopes and galaxies",
    "proofs": "Compiler proofs in type theory",
}
PAPERS = [{"id": name, "title": title, "topics": ["cs.CV"]} for name, title in TITLES.items()]
READER = {
    "reader": "ada",
    "liked": ["liked"],
    "candidates": ["bridges", "stars", "proofs", "like it"],
    "relevant": ["like it"],
}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Both files with those rows, a line each, and the arguments that name them."""

    def write(papers: list[Any] = PAPERS, readers: list[Any] | None = None) -> list[str]:
        rows = {"papers": papers, "readers": [READER] if readers is None else readers}
        for name, of in rows.items():
            lines = (row if isinstance(row, str) else _written(row) for row in of)
            (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return ["--papers", f"{tmp_path}/papers", "--readers", f"{tmp_path}/readers"]

    return write


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def told(*arguments: str) -> dict[str, Any]:
        relevance.main([*arguments, "--json"])
        found: dict[str, Any] = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
        return found

    return told


def _written(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def means(figures: dict[str, Any]) -> list[float]:
    return [figures[name]["mean"] for name in relevance.FIGURES]


# --- files ---------------------------------------------------------------------------------------


def test_ours_is_perfect_where_one_paper_shares_the_words_and_random_is_as_drawn(
    files: Files, run: Run
) -> None:
    told = run(*files())

    assert (told["papers"], told["readers"]) == (5, 1)
    assert means(told["given"]["ours"]) == [1, 1, 1, 0]
    assert means(told["given"]["centroid"]) == [1, 1, 1, 0]
    # seed 0 draws falling numbers, so the last one, which is welcome, stays last
    assert means(told["given"]["random"]) == pytest.approx([0.430677, 1, 0.25, 1], abs=1e-6)
    assert "popularity" not in told["given"]


def test_ratings_are_candidates_and_say_how_welcome_each_is(files: Files, run: Run) -> None:
    rated = {"reader": "ada", "liked": ["liked"], "ratings": {"stars": 1, "like it": 4}}

    told = run(*files(readers=[rated]))

    assert means(told["given"]["ours"]) == [1, 1, 1, 0]


def test_a_keyword_alone_finds_its_paper(files: Files, run: Run) -> None:
    told = run(*files(readers=[{**READER, "liked": [], "keywords": ["whispered speech", "!"]}]))

    assert means(told["given"]["ours"]) == [1, 1, 1, 0]


def test_a_figure_that_cannot_be_told_is_null(files: Files, run: Run) -> None:
    told = run(*files(readers=[{**READER, "relevant": []}]))

    assert told["given"]["ours"]["ordering loss"] == {"mean": None, "low": None, "high": None}
    assert told["given"]["ours"]["nDCG@10"]["mean"] == 0


@pytest.mark.parametrize("separator", ["\u2028", "\x85"])
def test_a_line_ends_only_where_lines_of_json_do(files: Files, run: Run, separator: str) -> None:
    rows = [{**paper, "abstract": f"One{separator}two"} for paper in PAPERS]

    assert run(*files(rows))["papers"] == 5


def test_papers_without_a_word_in_common_are_compared_all_the_same(files: Files, run: Run) -> None:
    bare = [{"id": name, "title": f"{name[0]}{at}zz"} for at, name in enumerate(TITLES)]

    assert run(*files(bare))["readers"] == 1
    assert run(*files([{**one, "title": "of the"} for one in bare]))["readers"] == 1


def test_ids_may_be_numbers_and_said_twice(files: Files, run: Run) -> None:
    papers = [{"id": at, "title": f"Paper of number{at}"} for at in range(4)]
    reader = {"liked": [0], "candidates": [1, "1", 2, 3], "relevant": ["1", 1]}

    assert run(*files(papers, [reader]))["readers"] == 1


WRONG_PAPERS = [
    ('{"id": "a"', "papers, line 2: not JSON"),
    ("[1]", "papers, line 2: not an object."),
    ("{}", "papers, line 2: no id."),
    ('{"id": "a"}', "papers, line 2: no title."),
    ('{"id": "a", "title": ""}', "papers, line 2: no title."),
    ('{"id": "liked", "title": "Again"}', "papers, line 1: paper liked stands there twice."),
    ('{"id": "a", "title": "A", "topics": "cs.CV"}', "papers, line 2: topics must be a list."),
]
WRONG_READERS = [
    ("{", "readers, line 2: not JSON"),
    ("{}", "readers, line 2: neither candidates nor ratings, so there is nothing to order."),
    ({**READER, "liked": ["x"]}, "readers, line 2: no paper x in the file of papers."),
    ({**READER, "disliked": ["x"]}, "readers, line 2: no paper x in the file of papers."),
    ({**READER, "relevant": [["x"]]}, "readers, line 2: no paper ['x'] in the file of papers."),
    ({**READER, "candidates": [{}]}, "readers, line 2: no paper {} in the file of papers."),
    ({**READER, "ratings": {"x": 1}}, "readers, line 2: no paper x in the file of papers."),
    ({**READER, "ratings": {"stars": "5"}}, "line 2: ratings must be an object of numbers."),
    ({**READER, "ratings": {"stars": True}}, "line 2: ratings must be an object of numbers."),
    ({**READER, "ratings": ["stars"]}, "line 2: ratings must be an object of numbers."),
    ('{"ratings": {"stars": NaN}}', "line 2: ratings must be an object of numbers."),
    ({**READER, "keywords": "speech"}, "readers, line 2: keywords must be a list."),
]


@pytest.mark.parametrize(("row", "sentence"), WRONG_PAPERS)
def test_a_paper_that_is_not_right_is_told_with_file_and_line(
    files: Files, row: str, sentence: str
) -> None:
    assert sentence in refused(files([PAPERS[0], row]))


@pytest.mark.parametrize(("row", "sentence"), WRONG_READERS)
def test_a_reader_that_is_not_right_is_told_with_file_and_line(
    files: Files, row: object, sentence: str
) -> None:
    assert sentence in refused(files(readers=[READER, row]))


def test_an_empty_file_is_named(files: Files) -> None:
    assert "papers: there is nothing in it." in refused(files([], []))
    assert "readers: there is nothing in it." in refused(files(readers=[]))


def test_a_file_that_cannot_be_read_is_named(files: Files, tmp_path: Path) -> None:
    _, papers, *readers = files()
    (tmp_path / "bytes").write_bytes(b"\xff\xfe{}")

    for name in ("bytes", "none", ""):
        assert f"{tmp_path / name} cannot be read" in refused(
            ["--papers", f"{tmp_path / name}", *readers]
        )
    assert f"{tmp_path} cannot be read" in refused(["--papers", papers, "--readers", f"{tmp_path}"])


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--papers", "x"],
        ["--readers", "x"],
        ["--seed", "x"],
        ["--citeulike", "x", "--sample", "0"],
    ],
)
def test_wrong_arguments_are_told_with_how_to_call_it(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(arguments) == "2"
    assert capsys.readouterr().err.startswith("usage:")


def test_the_same_seed_gives_the_same_figures(files: Files, run: Run) -> None:
    arguments = files(readers=[READER, {**READER, "liked": ["stars"]}])

    once, again = run(*arguments), run(*arguments)

    assert without_times(once) == without_times(again)
    other = run(*arguments, "--seed", "4")
    assert other["given"]["random"] != once["given"]["random"]


def test_without_json_it_is_a_table(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    relevance.main(files())

    lines = capsys.readouterr().out.splitlines()
    ours = next(line.split() for line in lines if line.split()[:1] == ["ours"])
    assert ours[1:3] == ["1.000", "(1.000-1.000)"]

"""Papers from JSON Lines: every field, every way to get one wrong, and files of any length."""

import gzip
import json
import re
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from papers.sources import Count, Fetched, FetchedAuthor, FetchedPaper, Problem, SourceError
from papers.sources.own.jsonl import LONGEST_LINE, read
from papers.sources.own.jsonl_fields import FIELDS
from papers.sources.own.reading import BATCH, MOST_PROBLEMS

PAGE = Path(__file__).parents[2] / "docs/files.md"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*lines: str | bytes | dict[str, Any]) -> Path:
        path = tmp_path / "papers.jsonl"
        path.write_bytes(b"\n".join(map(as_bytes, lines)))
        return path

    return written


def as_bytes(line: str | bytes | dict[str, Any]) -> bytes:
    if isinstance(line, dict):
        return json.dumps(line).encode()
    return line if isinstance(line, bytes) else line.encode()


def everything(path: Path) -> Fetched:
    batches = list(read(path))
    return Fetched(
        papers=tuple(paper for batch in batches for paper in batch.papers),
        problems=tuple(problem for batch in batches for problem in batch.problems),
        note=" ".join(filter(None, (batch.note for batch in batches))),
    )


def the_problem(path: Path) -> Problem:
    (problem,) = everything(path).problems
    assert problem.file == str(path)
    return problem


def test_a_line_with_every_field_is_read_in_full(write: Write) -> None:
    path = write(
        {
            "title": "On  Ärger",
            "abstract": "One.\nTwo.",
            "authors": ["Ada Lovelace", {"name": "Bob", "affiliation": "U", "ids": {"orcid": "1"}}],
            "published_on": "2026-03-01",
            "primary_topic": "cs.CV",
            "topics": ["cs.CV", "cs.lg"],
            "has_code": True,
            "code_url": "https://github.com/a/b",
            "arxiv_id": "2401.01234v2",
            "doi": "https://doi.org/10.1000/182",
            "revised_on": "2026-03-04",
            "announced_at": "2026-03-02T01:00:00+01:00",
            "comment": "8 pages",
            "journal_ref": "Nature",
            "withdrawn": "An error.",
            "ai_summary": "Short.",
            "keywords": ["a", "b"],
            "project_url": "https://a.example/",
            "organization": "Lab",
            "submitted_by": "Eve",
            "counts": {"votes": 3, "citations": 0},
        }
    )  # fmt: skip

    assert everything(path) == Fetched(
        papers=(
            FetchedPaper(
                title="On Ärger",
                abstract="One. Two.",
                authors=(
                    FetchedAuthor("Ada Lovelace"),
                    FetchedAuthor("Bob", "U", (("orcid", "1"),)),
                ),
                published_on=date(2026, 3, 1),
                primary_topic="cs.CV",
                topics=("cs.CV", "cs.LG"),
                has_code=True,
                code_url="https://github.com/a/b",
                arxiv_id="2401.01234v2",
                doi="10.1000/182",
                version=2,
                revised_on=date(2026, 3, 4),
                announced_at=datetime(2026, 3, 2, tzinfo=UTC),
                comment="8 pages",
                journal_ref="Nature",
                withdrawn="An error.",
                ai_summary="Short.",
                keywords=("a", "b"),
                project_url="https://a.example/",
                organization="Lab",
                submitted_by="Eve",
                counts=(Count("votes", 3), Count("citations", 0)),
                line=1,
            ),
        )
    )


def test_the_examples_of_the_page_on_files_are_read(write: Write) -> None:
    example, *_ = re.findall(r"```json\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

    fetched = everything(write(example))

    assert [paper.arxiv_id for paper in fetched.papers] == ["1706.03762v7", ""]
    assert (fetched.problems, fetched.note) == ((), "")


def test_the_page_on_files_names_every_field() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [name for name in FIELDS if f"`{name}`" not in page] == []


def test_a_title_is_enough_and_null_is_as_if_it_were_not_there(write: Write) -> None:
    path = write({"title": "A"}, {"title": "B", "authors": None, "has_code": None, "counts": None})

    assert everything(path).papers == (FetchedPaper("A", line=1), FetchedPaper("B", line=2))


@pytest.mark.parametrize("link", ["https://arxiv.org/abs/2401.01234", "arXiv:2401.01234"])
def test_an_arxiv_id_is_found_in_links_and_in_arxivs_own_doi(write: Write, link: str) -> None:
    path = write(
        {"title": "A", "arxiv_id": link}, {"title": "B", "doi": "10.48550/arXiv.2401.01234"}
    )

    papers = everything(path).papers
    assert [(paper.arxiv_id, paper.doi) for paper in papers] == [("2401.01234", "")] * 2


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("title", 7, "'title' must be a text"),
        ("title", " ", "no 'title'"),
        ("title", None, "no 'title'"),
        ("authors", "Ada, Bob", "'authors' must be a list of names"),
        ("authors", [7], "'authors' must be a list of names"),
        ("authors", [{"affiliation": "Uni"}], "'authors' must be a list of names"),
        ("authors", ["…"], "'authors' must be a list of names"),
        ("published_on", "yesterday", "'published_on' must be a day such as"),
        ("published_on", 20260301, "'published_on' must be a day such as"),
        ("announced_at", "0001-01-01T00:00:00+14:00", "'announced_at' must be a moment"),
        ("topics", "cs.CV", "'topics' must be a list of arXiv categories"),
        ("has_code", "yes", "'has_code' must be true or false"),
        ("code_url", "javascript:alert(1)", "'code_url' must be an address"),
        ("project_url", "a.example", "'project_url' must be an address"),
        ("arxiv_id", "cats", "'arxiv_id' must be an arXiv id"),
        ("doi", "2401.01234", "'doi' must be a DOI"),
        ("version", 0, "'version' must be a whole number"),
        ("version", True, "'version' must be a whole number"),
        ("counts", [3], "'counts' must be an object"),
        ("counts", {"likes": 3}, "votes, comments, stars or citations"),
        ("counts", {"votes": -1}, "'counts' must be an object"),
        ("counts", {"votes": 2**31}, "'counts' must be an object"),
        ("counts", {"votes": 1.5}, "'counts' must be an object"),
        ("keywords", ["a", 1], "'keywords' must be a list of texts"),
    ],
)
def test_a_wrong_value_is_told_with_line_and_field_and_the_others_are_read(
    write: Write, field: str, value: object, expected: str
) -> None:
    path = write({"title": "A"}, {"title": "B", field: value}, {"title": "C"})

    problem = the_problem(path)

    assert problem.line == 2
    assert expected in problem.message
    assert [paper.title for paper in everything(path).papers] == ["A", "C"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"title": "A"', "not sound JSON"),
        ("title,authors", "not sound JSON"),
        ("[1]", "not a list"),
        ("7", "not a number"),
        ("null", "not null"),
        ('"A"', "not a text"),
        (b'{"title": "\xe9"}', "not UTF-8"),
        (b"\x00", "not sound JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"title": "A", "x": ' + "[" * 100_000, "nested too deeply"),
        ('{"title": "A", "version": ' + "9" * 5_000 + "}", "not sound JSON"),
        ('{"title": "' + "a" * LONGEST_LINE + '"}', "longer than 1 MB"),
    ],
)
def test_a_line_that_is_no_object_is_told_and_the_others_are_read(
    write: Write, line: str | bytes, expected: str
) -> None:
    path = write({"title": "A"}, line, {"title": "C"})

    assert the_problem(path).line == 2
    assert expected in the_problem(path).message
    assert [paper.line for paper in everything(path).papers] == [1, 3]


def test_marks_of_editors_and_empty_lines_are_no_problem(write: Write) -> None:
    path = write(b'\xef\xbb\xbf{"title": "A"}\r', b"", b"  ", b'{"title": "B"}\r', b"")

    assert everything(path) == Fetched((FetchedPaper("A", line=1), FetchedPaper("B", line=4)))


def test_unknown_fields_and_topics_are_told_once_and_are_no_problem(write: Write) -> None:
    path = write(
        *[{"title": str(n), "upvotes": n, "topics": ["cmp-lg", "cs.CV"]} for n in range(3)]
    )

    fetched = everything(path)

    assert fetched.problems == ()
    assert fetched.note == (
        "Unknown fields were passed over: 'upvotes'. Unknown topics were passed over: 'cmp-lg'."
    )


def test_thousands_of_unknown_fields_make_a_short_note(write: Write) -> None:
    path = write({"title": "A", **{f"field {n:05} {'x' * 500}": 1 for n in range(1000)}})

    assert len(everything(path).note) < 2_000
    assert everything(path).note.endswith(", ….")


def test_a_broken_file_tells_a_thousand_problems_and_how_many_more(write: Write) -> None:
    path = write(*["{"] * (MOST_PROBLEMS + 7), {"title": "A"})

    fetched = everything(path)

    assert len(fetched.problems) == MOST_PROBLEMS + 1
    assert fetched.problems[-1].message.startswith("7 more problems")
    assert fetched.problems[-1].line == MOST_PROBLEMS + 1
    assert len(fetched.papers) == 1


def test_papers_come_in_batches_in_their_order(write: Write) -> None:
    path = write(*[{"title": str(number)} for number in range(2 * BATCH + 1)])

    batches = list(read(path))

    assert [len(batch.papers) for batch in batches] == [BATCH, BATCH, 1]
    assert [int(paper.title) for batch in batches for paper in batch.papers] == list(
        range(2 * BATCH + 1)
    )


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_a_file_without_papers_is_a_problem(write: Write, text: str) -> None:
    assert the_problem(write(text)).message.startswith("the file holds no paper")


def test_reading_it_twice_gives_the_same(write: Write) -> None:
    path = write({"title": "A"}, "{", {"title": "B", "x": 1})

    assert list(read(path)) == list(read(path))


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"title": "A"}\n{"title": "B"}'))

    assert [paper.title for paper in everything(path).papers] == ["A", "B"]


def test_a_compressed_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    lines = b"".join(b'{"title": "%d"}\n' % number for number in range(50_000))
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress(lines)[:-5_000])

    fetched = everything(path)

    assert len(fetched.papers) > 1_000
    assert fetched.problems[-1].message.startswith("the compressed file cannot be read on")


def test_a_file_that_only_claims_to_be_compressed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl.gz"
    path.write_text('{"title": "A"}')

    assert "cannot be read on from here" in everything(path).problems[0].message


def test_a_compressed_line_of_thirty_megabytes_takes_no_such_memory(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(30):
            file.write(b"a" * 1024**2)
        file.write(b'\n{"title": "B"}\n')

    tracemalloc.start()
    fetched = everything(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [problem.line for problem in fetched.problems] == [1]
    assert [paper.line for paper in fetched.papers] == [2]
    assert peak < 10 * 1024**2


def test_a_long_file_takes_no_more_memory_than_a_short_one(write: Write) -> None:
    path = write(*[{"title": str(number), "abstract": "x" * 1000} for number in range(5_000)])

    tracemalloc.start()
    count = sum(len(batch.papers) for batch in read(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 5_000
    assert peak < 4 * 1024**2


@pytest.mark.parametrize("name", ["missing.jsonl", ".", "nul\0.jsonl"])
def test_a_file_that_cannot_be_opened_fails_with_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match=r"cannot be read .*; check its name"):
        list(read(tmp_path / name))

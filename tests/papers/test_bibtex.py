"""Papers from BibTeX: fields, LaTeX, names, dates, and files that are half broken."""

import logging
import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pylatexenc.latexwalker import LatexWalker

from papers.sources import Fetched, FetchedPaper, Problem, SourceError
from papers.sources.latex import CONTEXT, DECODER, Walker, plain_text
from papers.sources.own.bibtex import LARGEST_FILE, read

PAGE = Path(__file__).parents[2] / "docs/files.md"
Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str | bytes) -> Path:
        path = tmp_path / "library.bib"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return written


def everything(path: Path) -> Fetched:
    batches = list(read(path))
    return Fetched(
        papers=tuple(paper for batch in batches for paper in batch.papers),
        problems=tuple(problem for batch in batches for problem in batch.problems),
    )


def the_paper(path: Path) -> FetchedPaper:
    fetched = everything(path)
    assert fetched.problems == ()
    (paper,) = fetched.papers
    return paper


def problems(path: Path) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in everything(path).problems]


def test_an_entry_as_arxiv_exports_it_is_read_in_full(write: Write) -> None:
    path = write(
        """% my library
@misc{vaswani2023attention,
      title={Attention Is All You Need},
      author={Ashish Vaswani and Noam Shazeer and Niki Parmar},
      year={2023},
      month=aug,
      eprint={1706.03762v7},
      archivePrefix={arXiv},
      primaryClass={cs.CL},
      abstract={The dominant models
                are complex.},
      keywords={attention, transformers; translation},
      url={https://arxiv.org/abs/1706.03762},
}
"""
    )

    paper = the_paper(path)

    assert paper.title == "Attention Is All You Need"
    assert [author.name for author in paper.authors] == [
        *("Ashish Vaswani", "Noam Shazeer", "Niki Parmar")
    ]
    assert (paper.arxiv_id, paper.version, paper.doi) == ("1706.03762v7", 7, "")
    assert (paper.primary_topic, paper.topics) == ("cs.CL", ("cs.CL",))
    assert paper.published_on == date(2023, 8, 1)
    assert paper.abstract == "The dominant models are complex."
    assert paper.keywords == ("attention", "transformers", "translation")
    assert paper.journal_ref == ""
    assert paper.line == 2


def test_the_example_of_the_page_on_files_is_read(write: Write) -> None:
    (example,) = re.findall(r"```bibtex\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

    paper = the_paper(write(example))

    assert paper.arxiv_id == "1706.03762v7"
    assert [author.name for author in paper.authors] == [
        *("Ashish Vaswani", "Łukasz Kaiser", "The Example Team")
    ]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"{BERT}: {P}re-training", "BERT: Pre-training"),
        (r"Poincar\'e, G{\"o}del, \c{C}elik", "Poincaré, Gödel, Çelik"),
        (r"{\O}re, na\"{\i}ve, {\ss}", "Øre, naïve, ß"),
        (r"On $x_{1}^{2}$ and {$\alpha$}-stable", r"On $x_{1}^{2}$ and $\alpha$-stable"),
        (r"A~B --- ``quoted'' 50\% \& more", "A B — “quoted” 50% & more"),
        ("50% of A & B_1 cost 5$ # 2", "50% of A & B_1 cost 5$ # 2"),
        (r"\textbf{Bold} and \emph{slanted}", "Bold and slanted"),
        (r"As shown \cite[p.~2]{a,b}, \href{https://a.example/_}{here}", "As shown, here"),
        (r"See \url{https://a.example/b_c}", "See https://a.example/b_c"),
        (r"About \LaTeX{} and \TeX", "About LaTeX and TeX"),
        ("With No $$$", "With No $$$"),
        ("$x", "$x"),
    ],
)  # fmt: skip
def test_latex_becomes_text_and_formulas_stay(write: Write, latex: str, text: str) -> None:
    assert the_paper(write(f"@misc{{a, title={{{latex}}}}}")).title == text


LATEX = [
    *"abc.,é\n \\{}[]()$%~&#^_`'\"!?*|=-<>",
    *(r"\begin{x}", r"\end{x}", r"\c ", r"\textit{", r"\frac", r"\sqrt[", r"\(", r"\)"),
    *("\n\n", r"\verb|a|", r"\item ", "more words "),
]


def decoded(walker: type[Any], latex: str) -> str | None:
    try:
        nodes, _, _ = walker(latex, latex_context=CONTEXT).get_latex_nodes()
        return str(DECODER.nodelist_to_text(nodes))
    except (LookupError, ValueError):
        return None


@given(some.lists(some.sampled_from(LATEX), max_size=20).map("".join))
def test_reading_words_at_a_stretch_changes_no_text(latex: str) -> None:
    assert decoded(Walker, latex) == decoded(LatexWalker, latex)


@pytest.mark.parametrize("mark", ["~", "{x}", r"\a ", "--"])
def test_a_text_of_signs_alone_stays_as_typed(mark: str) -> None:
    assert plain_text(mark * 5000) == mark * 5000


@pytest.mark.parametrize(
    ("names", "read_as"),
    [
        ("Knuth, Donald E. and Ada Lovelace", ["Donald E. Knuth", "Ada Lovelace"]),
        (r"M{\"u}ller, J{\'o}zef and {\L}ukasz Kaiser", ["Józef Müller", "Łukasz Kaiser"]),
        ("{DeepMind Team and Friends} and Ada", ["DeepMind Team and Friends", "Ada"]),
        ("van der Berg, Jan and others", ["Jan van der Berg"]),
        ("Davis, Jr., Sammy", ["Sammy Davis Jr."]),
        ("Ada\n   and\n   Bob", ["Ada", "Bob"]),
        ("", []),
    ],
)
def test_names_are_read_as_people_write_them(write: Write, names: str, read_as: list[str]) -> None:
    paper = the_paper(write(f"@misc{{a, title={{T}}, author={{{names}}}}}"))

    assert [author.name for author in paper.authors] == read_as


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ("year=2024, month=3", date(2024, 3, 1)),
        ("year={2024}, month={March}", date(2024, 3, 1)),
        ('year=2024, month="10~" # mar', date(2024, 3, 10)),
        ("year=2024, month=mar, day=7", date(2024, 3, 7)),
        ("date={2024-03-05}", date(2024, 3, 5)),
        ("date={2024-03}", date(2024, 3, 1)),
        ("year=2024", None),
        ("month=mar", None),
        ("year=2024, month=feb, day=30", None),
        ("year={in press}, month=mar", None),
        ("date={2024-03-05/2024-03-09}", date(2024, 3, 5)),
    ],
)
def test_a_day_is_told_only_where_at_least_the_month_is(
    write: Write, fields: str, day: date | None
) -> None:
    assert the_paper(write(f"@misc{{a, title={{T}}, {fields}}}")).published_on == day


@pytest.mark.parametrize(
    ("fields", "arxiv_id", "doi"),
    [
        ("eprint={2401.01234}", "2401.01234", ""),
        ("eprint={arXiv:2401.01234v2}, eprinttype={arxiv}", "2401.01234v2", ""),
        ("eprint={2401.01234}, archiveprefix={SSRN}", "", ""),
        ("doi={10.48550/arXiv.2401.01234}", "2401.01234", ""),
        ("journal={arXiv preprint arXiv:2401.01234}", "2401.01234", ""),
        ("url={https://arxiv.org/abs/hep-ex/0307015v1}", "hep-ex/0307015v1", ""),
        ("url={https://doi.org/10.1000/182}", "", "10.1000/182"),
        (r"doi={https://doi.org/10.1000/a\_b}", "", "10.1000/a_b"),
        ("doi={none}, eprint={none}", "", ""),
    ],
)
def test_ids_are_found_wherever_they_stand(
    write: Write, fields: str, arxiv_id: str, doi: str
) -> None:
    paper = the_paper(write(f"@misc{{a, title={{T}}, {fields}}}"))

    assert (paper.arxiv_id, paper.doi, paper.journal_ref) == (arxiv_id, doi, "")


def test_abbreviations_are_resolved_and_may_be_joined(write: Write) -> None:
    path = write(
        """@string{nips = "Neural {Information} Processing"}
@STRING(whole = nips # { Systems})
@inproceedings(a, Title = "A {"}quoted{"} word", booktitle = WHOLE # ", 2024")"""
    )

    paper = the_paper(path)

    assert paper.title == 'A "quoted" word'
    assert paper.journal_ref == "Neural Information Processing Systems, 2024"


def test_abbreviations_that_grow_without_end_are_cut(write: Write) -> None:
    names = "abcdefghijklmnopqrstuvwxyz"
    doubled = "".join(f"@string{{{new} = {old} # {old}}}\n" for old, new in pairwise(names))
    path = write(f'@string{{a = "{"long " * 100}"}}\n{doubled}@misc{{x, title=z}}')

    assert len(the_paper(path).title) <= 20_000


def test_good_entries_of_a_half_broken_file_are_read_and_broken_ones_named(write: Write) -> None:
    path = write(
        """@misc{one, title={One}}

@article{broken,
  title = {No end,
@misc{two, title={Two}}
@misc{nameless, author={A}}
@misc{field two, title}
Some words that belong to nothing.
@misc{three, title={Three}}
@misc{cut, title={Fo"""
    )

    assert [paper.title for paper in everything(path).papers] == ["One", "Two", "Three"]
    told = problems(path)
    assert [line for line, _ in told] == [3, 6, 7, 10]
    assert all("left out" in message for _, message in told)
    assert "'nameless' has no title" in told[1][1]


def test_entries_that_share_a_key_are_both_read_and_told(write: Write) -> None:
    path = write("@misc{a, title={One}}\n@misc{a, title={Two}}")

    assert [paper.title for paper in everything(path).papers] == ["One", "Two"]
    assert problems(path) == [(2, "the key 'a' was used in line 1 before; both entries were read.")]


def test_of_a_field_that_stands_twice_the_first_is_read(write: Write) -> None:
    path = write("@misc{a, title={One}, title={Two}}")

    assert [paper.title for paper in everything(path).papers] == ["One"]
    assert problems(path) == [(1, "the entry has a field twice (title); the first was read.")]


def test_an_unknown_category_is_told_and_the_entry_read(write: Write) -> None:
    path = write("@misc{a, title={One}, eprint={2401.01234}, primaryclass={cs.XX}}")

    assert everything(path).papers[0].topics == ()
    assert "'cs.XX' is not an arXiv category" in problems(path)[0][1]


@pytest.mark.parametrize(
    ("data", "line", "expected"),
    [
        (b"", 1, "holds no paper"),
        (b"Dear editor,\nI have no BibTeX.", 1, "holds no paper"),
        (b"@comment{a, title={T}}", 1, "holds no paper"),
        (b"\n@misc{a, title={\xe9}}", 2, "not UTF-8"),
        (b"@misc{a, title={T}}" + b" " * LARGEST_FILE, 1, "larger than 10 MB"),
        (b"@misc{a, title={" + b"{" * 50_000, 1, "could not be read"),
        (b"\0\0@\0{", 1, "holds no paper"),
    ],
)
def test_a_file_that_is_no_bibliography_is_told(
    write: Write, data: bytes, line: int, expected: str
) -> None:
    told = problems(write(data))

    assert told[-1 if expected == "holds no paper" else 0][0] == line
    assert expected in " ".join(message for _, message in told)
    assert everything(write(data)).papers == ()


def test_braces_a_thousand_deep_do_no_harm(write: Write) -> None:
    depth = 5_000
    path = write(f"@misc{{a, title={{{'{' * depth}T{'}' * depth}}}}}\n@misc{{b, title={{B}}}}")

    assert everything(path).papers[-1].title == "B"


def test_marks_of_editors_and_line_ends_of_other_systems_are_no_problem(write: Write) -> None:
    paper = the_paper(write(b"\xef\xbb\xbf\r\n@misc{a,\r\n title={Two\r\n words}\r\n}\r\n"))

    assert (paper.title, paper.line) == ("Two words", 2)


def test_reading_it_twice_gives_the_same(write: Write) -> None:
    path = write("@misc{a, title={One}}\n@misc{a, title={\n@misc{b, title={Two}}")

    assert list(read(path)) == list(read(path))


def test_problems_are_told_and_not_logged(write: Write, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert everything(write("@misc{a, title={")).problems

    assert caplog.messages == []


def test_a_problem_names_the_file(write: Write) -> None:
    path = write("@misc{a, author={A}}")

    assert everything(path).problems[0] == Problem(
        str(path), 1, "the entry 'a' has no title; it was left out."
    )


def test_a_file_that_is_not_there_fails_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"the file cannot be read"):
        list(read(tmp_path / "missing.bib"))

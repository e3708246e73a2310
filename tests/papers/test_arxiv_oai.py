"""Promises of `papers.sources.arxiv.oai` for what a record says."""

from datetime import date

from papers.sources import FetchedAuthor, FetchedPaper
from papers.sources.arxiv.oai import fetch
from tests.papers.arxiv_harvest_answers import ENVELOPE, RAW, listing, record
from tests.papers.arxiv_stub import FIXTURES, ArxivStub, arxiv, ask, recorded

__all__ = ["arxiv"]


def the_paper(arxiv: ArxivStub, body: str) -> FetchedPaper:
    arxiv.will_say(body)
    (fetched,) = ask(fetch)
    assert fetched.problems == ()
    (paper,) = fetched.papers
    return paper


# Recorded answers


def recorded_paper(arxiv: ArxivStub, name: str, arxiv_id: str) -> FetchedPaper:
    body = (FIXTURES / f"arxiv_oai/arxiv_{name}.xml").read_text(encoding="utf-8")
    arxiv.will_say(ENVELOPE.format(day="2026-04-15", body=f"<GetRecord>{body}</GetRecord>"))
    (fetched,) = ask(fetch, ids=(arxiv_id,))
    assert fetched.problems == ()
    (paper,) = fetched.papers
    assert paper.arxiv_id == arxiv_id
    return paper


@recorded
def test_the_recorded_record_of_nuclear_physics(arxiv: ArxivStub) -> None:
    paper = recorded_paper(arxiv, "0901_2443", "0901.2443")

    assert paper.title.endswith("dipole resonance in stable tin isotopes")
    assert [author.name for author in paper.authors[:5]] == [
        "B. Özel",
        "J. Enders",
        "H. Lenske",
        "P. von Neumann-Cosel",
        "I. Poltoratska",
    ]
    assert len(paper.authors) == 9
    assert paper.topics == ("nucl-ex",)
    assert paper.comment == "submitted to Phys. Lett. B"
    assert paper.published_on == date(2009, 1, 16)
    assert (paper.journal_ref, paper.doi) == ("", "")
    assert paper.abstract.startswith(r"The $^{112,120}$Sn$(\gamma,\gamma')$ reactions")


@recorded
def test_the_recorded_record_of_biology(arxiv: ArxivStub) -> None:
    paper = recorded_paper(arxiv, "1711_04702", "1711.04702")

    assert paper.topics == ("q-bio.MN",)
    assert paper.authors[2].name == "Tiago de Miranda Fragoso"
    assert paper.comment == "13 pages, 3 Figures"


@recorded
def test_the_recorded_record_of_astronomy(arxiv: ArxivStub) -> None:
    paper = recorded_paper(arxiv, "1711_05739", "1711.05739")

    assert paper.topics == ("astro-ph.EP",)
    assert paper.code_url == "https://github.com/rodluger/planetplanet"
    assert paper.has_code is True


@recorded
def test_the_recorded_record_of_mathematics(arxiv: ArxivStub) -> None:
    paper = recorded_paper(arxiv, "math_0306266", "math/0306266")

    assert paper.topics == ("math.CO",)
    assert paper.doi == "10.1017/S0963548305006826"
    assert paper.journal_ref == "Combinatorics, Probability and Computing 14 (2005) 439 - 465"
    assert paper.authors == (FetchedAuthor("Amin Coja-Oghlan"),)


# What a record says


def test_arxivs_own_format_gives_all_that_it_says(arxiv: ArxivStub) -> None:
    assert the_paper(arxiv, listing(record("2604.00001"))) == FetchedPaper(
        title="Drift of 2604.00001",
        abstract="Boats drift.",
        authors=(FetchedAuthor("B. Özel Jr.", "TU; MPI"), FetchedAuthor("LHCb Collaboration")),
        published_on=date(2026, 4, 1),
        primary_topic="cs.CV",
        topics=("cs.CV", "stat.ML"),
        has_code=True,
        code_url="https://github.com/a/b",
        arxiv_id="2604.00001",
        doi="10.1000/boats.1",
        revised_on=date(2026, 4, 9),
        comment="Code: github.com/a/b",
        journal_ref="J. Boats 1 (2026)",
        line=1,
    )


def test_the_raw_format_gives_versions(arxiv: ArxivStub) -> None:
    paper = the_paper(arxiv, listing(record("0704.0001", RAW)))

    assert (paper.version, paper.published_on) == (2, date(2007, 4, 2))
    assert paper.revised_on == date(2007, 7, 24)
    assert paper.authors == (
        FetchedAuthor("C. Balázs"),
        FetchedAuthor("E. L. Berger"),
        FetchedAuthor("P. Nadolsky", "ANL"),
    )


def test_a_deleted_record_is_a_withdrawn_paper(arxiv: ArxivStub) -> None:
    paper = the_paper(arxiv, listing(record("2604.00001", "", ' status="deleted"')))

    assert paper.withdrawn == "arXiv deleted its record"

"""The three real saved pages, where they are at hand: every paper, and no problem."""

from datetime import date

import pytest

from papers.sources import AuthorProfile, Fetched, FetchedAuthor
from papers.sources.listing import read_listing
from tests.papers.listing_pages import SHARED

SEEDS = SHARED / "data/seeds"
AS_OF = date(2026, 6, 1)

pytestmark = pytest.mark.skipif(
    not SEEDS.is_dir(), reason=f"no saved pages in {SEEDS}; set MORNING_PAPERS_SHARED"
)

# checked by eye: start and end of the title and first author
DENSE = [
    ("DemoFusion: ", " With No $$$", "Ruoyi Du"),
    ("Caption Feature ", " Audio Captioning", "Yiming Zhang"),
    ("Learning Invariant ", " Zero-Shot Learning", "Tian Zhang"),
    ("Multi-View ", " Fine-Grained Recognition", "Ruoyi Du"),
    ("Lumina-Image 2.0: ", " Generative Framework", "Qi Qin"),
    ("Recolour What ", " Token-Level Diffusion", "Yuqi Yang"),
    ("IMAGINE-E: ", " Text-to-Image Models", "Jiayi Lei"),
    ("Z-Image: ", " Diffusion Transformer", "Z-Image Team"),
    ("Decoupled DMD: ", " as the Shield", "Dongyang Liu"),
    ("Clue Me In: ", " Out-of-Distribution Data", "Ruoyi Du"),
    ("Making a Bird ", " for You and Me", "Dongliang Chang"),
    ("Fine-Grained ", " Multi-grained Features", "Dongliang Chang"),
    ("Fine-Grained ", " Jigsaw Patches", "Ruoyi Du"),
    ("D-OPSD: ", " Diffusion Models", "Dengyang Jiang"),
    ("VisualCloze: ", " In-Context Learning", "Zhong-Yu Li"),
    ("OneVAE: ", " Train Better", "Yupeng Zhou"),
    ("Lumina-Next: ", " with Next-DiT", "Le Zhuo"),
    ("Lumina-T2X: ", " Diffusion Transformers", "Peng Gao"),
    ("Domain Generalization ", " and Interaction", "Jingye Wang"),
    ("Knowledge Transfer ", " Visual Classification", "Siqing Zhang"),
]


def saved_page(number: str, as_of: date = AS_OF) -> Fetched:
    (file,) = SEEDS.glob(f"{number}_*.txt")
    return read_listing(file.read_bytes(), file.name, as_of)


def test_the_dense_page_gives_all_titles_and_first_authors() -> None:
    fetched = saved_page("000")

    assert fetched.problems == ()
    assert fetched.profiles == ()
    assert len(fetched.papers) == len(DENSE) == 20
    for paper, (start, end, first_author) in zip(fetched.papers, DENSE, strict=True):
        assert paper.title.startswith(start)
        assert paper.title.endswith(end)
        assert paper.authors[0] == FetchedAuthor(first_author)
        assert len(paper.authors) == 3


def test_the_dense_page_gives_dates_topics_and_code() -> None:
    papers = saved_page("000").papers

    assert [paper.published_on for paper in papers[:6]] == [
        date(2023, 11, 24),
        date(2022, 4, 18),
        date(2022, 6, 1),
        date(2022, 6, 2),
        date(2025, 3, 27),
        date(2026, 3, 19),
    ]
    assert [paper.primary_topic for paper in papers] == ["cs.CV", "cs.SD", *["cs.CV"] * 18]
    assert sum(paper.has_code is True for paper in papers) == 10
    assert papers[4].code_url == "https://github.com/Alpha-VLLM/Lumina-Image-2.0"
    assert [paper.line for paper in papers] == list(range(1, 60, 3))


def test_a_date_without_year_moves_with_the_day_of_saving() -> None:
    assert saved_page("000", date(2026, 3, 18)).papers[5].published_on == date(2025, 3, 19)


def test_the_spaced_page_gives_its_author() -> None:
    assert saved_page("002").profiles == (
        AuthorProfile(
            name="Xinmei Tian",
            topic="cs.CV",
            h_index=34,
            paper_count=54,
            citation_count=4246,
            novelty=55.0,
            ai_score=64.0,
            line=1,
        ),
    )


def test_the_spaced_page_gives_all_papers() -> None:
    fetched = saved_page("002")
    papers = fetched.papers

    assert fetched.problems == ()
    assert len(papers) == 50
    assert sum(paper.has_code is True for paper in papers) == 19
    assert all(paper.primary_topic and paper.abstract for paper in papers)
    assert all("Xinmei Tian" in {author.name for author in paper.authors} for paper in papers)
    assert {len(paper.authors) for paper in papers} == {2, 3, 4}
    assert [paper.line for paper in papers] == list(range(12, 360, 7))


def test_the_spaced_page_gives_the_small_print() -> None:
    by_line = {paper.line: paper for paper in saved_page("002").papers}

    assert by_line[12].authors == (
        FetchedAuthor("Kaiwen Yang", "uw"),
        FetchedAuthor("Yanchao Sun", "uw"),
        FetchedAuthor("Jiahao Su", "uw"),
        FetchedAuthor("Xinmei Tian"),  # whose page it is, cut off by "et al."
    )
    assert by_line[12].code_url == "https://github.com/kai-wen-yang/LPA3"
    assert by_line[19].authors[0] == FetchedAuthor("Fuchen Long")
    assert by_line[110].authors == (FetchedAuthor("Chengchao Xu"), FetchedAuthor("Xinmei Tian"))
    assert by_line[131].primary_topic == "quant-ph"
    assert by_line[138].published_on == date(2026, 5, 21)
    assert by_line[159].has_code is True


def test_the_daily_page_gives_all_papers_of_its_day() -> None:
    fetched = saved_page("001")
    papers = fetched.papers

    assert fetched.problems == ()
    assert len(papers) == 59
    assert papers[0].title.startswith("DiCo: ")
    assert papers[-1].title.endswith(" Generative Zero-Shot Learning")
    assert {paper.published_on for paper in papers} == {date(2025, 7, 31)}
    assert sum(paper.has_code is True for paper in papers) == 21
    assert all(not paper.authors and len(paper.abstract) > 300 for paper in papers)

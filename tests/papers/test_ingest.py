from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from papers.ingest import IngestReport, ingest
from papers.models import Author, Authorship, Paper, Topic
from papers.sources import AuthorProfile, Fetched, FetchedAuthor, FetchedPaper, Problem
from tests.factories import PaperFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
DICE = FetchedPaper(
    title="Dice Are Fair, Mostly",
    abstract="We threw dice.",
    authors=(FetchedAuthor("Ada Lovelace", "uw"), FetchedAuthor("Émile Borel")),
    published_on=date(2026, 11, 1),
    primary_topic="math.PR",
    topics=("math.PR", "stat.ME"),
    has_code=True,
    code_url="https://github.com/ada/dice",
    line=7,
)
PROFILE = AuthorProfile(
    "Ada Lovelace", topic="cs.CV", h_index=34, paper_count=54, citation_count=4246, novelty=55.0
)


def load(*papers: FetchedPaper, now: datetime = NOW) -> IngestReport:
    return ingest(Fetched(papers), source="listing", now=now, file="page.txt")


def counts(report: IngestReport) -> tuple[int, int, int]:
    return report.created, report.updated, report.unchanged


def authors_of(paper: Paper) -> list[tuple[str, str]]:
    places = Authorship.objects.filter(paper=paper).order_by("position")
    return [(place.author.name, place.affiliation) for place in places]


def everything() -> list[Sequence[object]]:
    papers = Paper.objects.order_by("pk").values_list(
        *("title", "first_author_key", "abstract", "published_on", "primary_topic__code"),
        *("has_code", "code_url", "arxiv_id", "doi", "first_seen_at", "updated_at"),
    )
    places = Authorship.objects.order_by("pk").values_list("pk", "paper", "author", "affiliation")
    topics = Paper.topics.through.objects.order_by("pk").values_list("pk", "paper", "topic")
    authors = Author.objects.order_by("pk").values_list("pk", "name", "h_index", "metrics_read_on")
    return [*papers, *places, *topics, *authors]


def test_a_fetched_paper_becomes_a_row_with_authors_and_topics() -> None:
    report = load(DICE)

    paper = Paper.objects.get()
    assert report == IngestReport(read=1, created=1)
    assert (paper.title, paper.abstract) == ("Dice Are Fair, Mostly", "We threw dice.")
    assert (paper.title_key, paper.first_author_key) == ("dicearefairmostly", "ada lovelace")
    assert (paper.published_on, paper.first_seen_at) == (date(2026, 11, 1), NOW)
    assert (paper.has_code, paper.code_url) == (True, "https://github.com/ada/dice")
    assert paper.primary_topic == Topic.objects.get(code="math.PR")
    assert {topic.code for topic in paper.topics.all()} == {"math.PR", "stat.ME"}
    assert authors_of(paper) == [("Ada Lovelace", "uw"), ("Émile Borel", "")]


def test_a_second_time_changes_nothing() -> None:
    load(DICE)
    before = everything()

    report = load(DICE, now=LATER)

    assert counts(report) == (0, 0, 1)
    assert everything() == before


def test_unchanged_papers_are_not_written(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    papers = [replace(DICE, title=f"The Dice of Player Number {n}") for n in range(40)]
    load(*papers)

    with django_assert_max_num_queries(8) as queries:
        load(*papers, now=LATER)

    statements = [query["sql"] for query in queries.captured_queries]
    assert not [sql for sql in statements if sql.startswith(("UPDATE", "INSERT", "DELETE"))]


def test_what_the_source_leaves_empty_erases_nothing() -> None:
    load(DICE)
    before = everything()

    report = load(FetchedPaper(title=DICE.title), now=LATER)

    assert counts(report) == (0, 0, 1)
    assert everything() == before


def test_what_the_source_tells_anew_is_updated() -> None:
    load(DICE)

    report = load(replace(DICE, abstract="We threw more dice.", has_code=False), now=LATER)

    paper = Paper.objects.get()
    assert counts(report) == (0, 1, 0)
    assert (paper.abstract, paper.has_code) == ("We threw more dice.", False)
    assert (paper.first_seen_at, paper.updated_at) == (NOW, LATER)


def test_what_editors_write_stays() -> None:
    load(DICE)
    Paper.objects.update(
        title="Dice are fair (mostly)", summary="Ours.", status="hidden", featured=True
    )

    load(DICE, now=LATER)

    paper = Paper.objects.get()
    assert (paper.title, paper.summary) == ("Dice are fair (mostly)", "Ours.")
    assert (paper.status, paper.featured) == ("hidden", True)


class TestWhichPaperItIs:
    def test_the_arxiv_id_decides_even_with_another_title(self) -> None:
        load(replace(DICE, arxiv_id="2611.00001"))

        report = load(replace(DICE, arxiv_id="2611.00001", title="Dice Are Not Fair"), now=LATER)

        assert counts(report) == (0, 1, 0)
        assert Paper.objects.get().title_key == "dicearenotfair"

    def test_else_the_doi_decides(self) -> None:
        load(replace(DICE, doi="10.1000/DICE"))

        report = load(replace(DICE, doi="10.1000/dice", title="Dice Are Not Fair"))

        assert counts(report) == (0, 1, 0)

    def test_two_arxiv_ids_are_two_papers_whatever_the_title(self) -> None:
        report = load(replace(DICE, arxiv_id="2611.00001"), replace(DICE, arxiv_id="2611.00002"))

        assert counts(report) == (2, 0, 0)

    def test_an_id_that_was_missing_is_filled_in(self) -> None:
        load(DICE)

        report = load(replace(DICE, arxiv_id="2611.00001", doi="10.1000/dice"))

        paper = Paper.objects.get()
        assert counts(report) == (0, 1, 0)
        assert (paper.arxiv_id, paper.doi) == ("2611.00001", "10.1000/dice")

    @pytest.mark.parametrize(
        "title", ["DICE ARE FAIR: MOSTLY", "Dice are fair,\n mostly", "Dicé are fair mostly"]
    )
    def test_the_spelling_of_the_title_makes_no_difference(self, title: str) -> None:
        load(DICE)

        report = load(replace(DICE, title=title))

        assert counts(report) == (0, 0, 1)

    def test_the_same_title_by_another_author_is_another_paper(self) -> None:
        load(DICE)

        report = load(replace(DICE, authors=(FetchedAuthor("Blaise Pascal"),)))

        assert counts(report) == (1, 0, 0)

    def test_a_paper_known_without_authors_gets_them(self) -> None:
        load(replace(DICE, authors=()))

        report = load(DICE)

        assert counts(report) == (0, 1, 0)
        assert Paper.objects.get().first_author_key == "ada lovelace"

    def test_a_title_that_two_papers_share_is_none_of_them_without_an_author(self) -> None:
        load(DICE, replace(DICE, authors=(FetchedAuthor("Blaise Pascal"),)))
        unnamed = replace(DICE, authors=())

        assert counts(load(unnamed)) == (1, 0, 0)
        assert counts(load(unnamed)) == (0, 0, 1)

    def test_a_short_title_needs_the_same_author(self) -> None:
        load(replace(DICE, title="MOSS"))
        unnamed = replace(DICE, title="MOSS", authors=())

        assert counts(load(unnamed)) == (1, 0, 0)
        assert counts(load(unnamed)) == (0, 0, 1)

    def test_the_same_paper_twice_in_one_source_is_one(self) -> None:
        report = load(DICE, replace(DICE, authors=(), abstract=""), DICE)

        assert counts(report) == (1, 0, 2)


class TestAuthors:
    def test_fewer_names_than_known_keep_the_rest(self) -> None:
        load(DICE)

        report = load(replace(DICE, authors=(FetchedAuthor("ada lovelace"),)))

        assert counts(report) == (0, 0, 1)
        assert authors_of(Paper.objects.get()) == [("Ada Lovelace", "uw"), ("Émile Borel", "")]

    def test_another_order_is_taken_over(self) -> None:
        load(replace(DICE, arxiv_id="2611.00001"))

        load(replace(DICE, arxiv_id="2611.00001", authors=DICE.authors[::-1]))

        paper = Paper.objects.get()
        assert [name for name, _ in authors_of(paper)] == ["Émile Borel", "Ada Lovelace"]
        assert paper.first_author_key == "emile borel"

    def test_one_person_on_two_papers_is_one_author(self) -> None:
        other = FetchedPaper("Another Study", authors=(FetchedAuthor("EMILE BOREL"),))

        load(DICE, other)

        assert Author.objects.count() == 2

    def test_a_person_named_twice_stands_once(self) -> None:
        twice = (*DICE.authors, FetchedAuthor("Ada  Lovelace"), FetchedAuthor("…"))

        report = load(replace(DICE, authors=twice))

        assert report.problems == ()
        assert len(authors_of(Paper.objects.get())) == 2

    def test_a_profile_sets_the_metrics_and_their_day(self) -> None:
        load(DICE)

        report = ingest(Fetched((), profiles=(PROFILE,)), source="listing", now=NOW)

        ada = Author.objects.get(name="Ada Lovelace")
        assert counts(report) == (0, 0, 0)
        assert (ada.h_index, ada.citation_count, ada.ai_score) == (34, 4246, None)
        assert (ada.main_topic and ada.main_topic.code, ada.metrics_read_on) == (
            "cs.CV",
            NOW.date(),
        )

    def test_a_profile_that_leaves_metrics_out_keeps_them(self) -> None:
        ingest(Fetched((), profiles=(PROFILE,)), source="listing", now=NOW)
        before = everything()

        ingest(Fetched((), profiles=(AuthorProfile("Ada Lovelace"),)), source="listing", now=LATER)

        assert everything() == before

    def test_an_older_page_never_replaces_newer_metrics(self) -> None:
        ingest(Fetched((), profiles=(PROFILE,)), source="listing", now=NOW)

        old = replace(PROFILE, h_index=3)
        ingest(Fetched((), profiles=(old,)), source="listing", now=LATER, as_of=date(2024, 1, 1))

        assert Author.objects.get().h_index == 34


class TestProblems:
    def test_what_the_source_could_not_read_is_handed_on(self) -> None:
        problem = Problem("page.txt", 3, "the line is odd.")

        report = ingest(Fetched((DICE,), (problem,)), source="listing", now=NOW)

        assert report == IngestReport(read=1, created=1, problems=(problem,))

    @pytest.mark.parametrize(
        ("paper", "reason"),
        [
            (replace(DICE, title="x" * 1001), "title: Ensure this value has at most 1000"),
            (replace(DICE, title=" \x00\n"), "title: This field cannot be blank"),
            (replace(DICE, arxiv_id="9" * 33), "arxiv_id: Ensure this value has at most 32"),
            (replace(DICE, code_url="javascript:alert(1)"), "code_url: Enter a valid URL"),
        ],
    )
    def test_a_paper_that_cannot_be_stored_loses_no_other(
        self, paper: FetchedPaper, reason: str
    ) -> None:
        first, last = replace(DICE, title="The First"), replace(DICE, title="The Last")

        report = load(first, paper, last)

        (problem,) = report.problems
        assert counts(report) == (2, 0, 0)
        assert (problem.file, problem.line) == ("page.txt", 7)
        assert reason in problem.message

    def test_what_the_database_refuses_loses_no_other(self) -> None:
        PaperFactory.create(arxiv_id="2611.00001")
        PaperFactory.create(arxiv_id=None, doi="10.1000/dice")
        torn = replace(DICE, arxiv_id="2611.00001", doi="10.1000/dice")

        report = load(replace(DICE, title="The First"), torn, replace(DICE, title="The Last"))

        (problem,) = report.problems
        assert counts(report) == (2, 0, 0)
        assert problem.line == 7
        assert "another one has its arXiv id, DOI or title" in problem.message

    @pytest.mark.postgresql
    def test_a_figure_beyond_the_databases_range_is_a_problem(self) -> None:
        absurd = replace(PROFILE, citation_count=2**40, line=3)

        report = ingest(
            Fetched((DICE,), profiles=(absurd,)), source="listing", now=NOW, file="page.txt"
        )

        assert counts(report) == (1, 0, 0)
        assert [(problem.file, problem.line) for problem in report.problems] == [("page.txt", 3)]

    def test_control_characters_are_left_out(self) -> None:
        load(replace(DICE, title="Dice\x00 Are\n\tFair\u202e", abstract="We\x00 threw."))

        paper = Paper.objects.get()
        assert (paper.title, paper.abstract) == ("Dice Are Fair", "We threw.")

    def test_topics_outside_the_taxonomy_are_left_out(self) -> None:
        report = load(replace(DICE, primary_topic="I.2.6", topics=("I.2.6", "cs.LG")))

        paper = Paper.objects.get()
        assert report.problems == ()
        assert paper.primary_topic is None
        assert [topic.code for topic in paper.topics.all()] == ["cs.LG"]


TITLES = ["Dice Are Fair, Mostly", "Dice Are Fair, Mostly: A Reply", "On the Throwing of Dice"]
TELLINGS = st.builds(
    # the same facts each time, told in full or in part
    lambda title, *told: replace(
        DICE,
        title=title,
        abstract=DICE.abstract * told[0],
        authors=DICE.authors[: told[1]],
        has_code=DICE.has_code if told[2] else None,
        arxiv_id=f"2611.0000{TITLES.index(title)}" * told[3],
    ),
    st.sampled_from(TITLES),
    st.booleans(),
    st.integers(0, 2),
    st.booleans(),
    st.booleans(),
)


@given(papers=st.lists(TELLINGS, max_size=8))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_told_in_whatever_order_each_paper_is_there_once(
    db: None, papers: list[FetchedPaper]
) -> None:
    Paper.objects.all().delete()

    load(*papers)
    again = load(*papers, now=LATER)

    assert sorted(Paper.objects.values_list("title", flat=True)) == sorted(
        {paper.title for paper in papers}
    )
    assert again == IngestReport(read=len(papers), unchanged=len(papers))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_ingests_at_once_make_no_duplicates() -> None:
    papers = [replace(DICE, title=f"The Dice of Player Number {n}") for n in range(300)]

    def load_all(_: int) -> IngestReport:
        try:
            return load(*papers)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(load_all, range(2))

    assert first.created + second.created == 300
    assert first.unchanged + second.unchanged == 300
    assert first.problems == second.problems == ()
    assert Paper.objects.count() == 300
    assert Author.objects.count() == 2

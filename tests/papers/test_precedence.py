"""Several sources tell of one paper: in any order, the most trusted one is believed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from papers.ingest import IngestReport, ingest
from papers.models import Author, AuthorId, Authorship, Paper, Signal
from papers.sources import AuthorProfile, Count, Fetched, FetchedAuthor, FetchedPaper

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)

ARXIV = FetchedPaper(
    title="Tides of the $z$ Sea",
    abstract="We measured tides.",
    authors=(FetchedAuthor("Ada Byron", "Harbour University"), FetchedAuthor("Lin Wu")),
    published_on=date(2026, 11, 18),
    primary_topic="cs.LG",
    topics=("cs.LG", "stat.ML"),
    arxiv_id="2611.01234v1",
    revised_on=date(2026, 11, 18),
    comment="12 pages",
)
FEED = FetchedPaper(
    title="Tides of the $z$ Sea",
    abstract="We measured tides.",
    authors=(FetchedAuthor("Ada Byron"), FetchedAuthor("Lin Wu")),
    primary_topic="cs.LG",
    topics=("cs.LG", "cs.AI"),
    arxiv_id="2611.01234v1",
    announced_at=datetime(2026, 11, 20, 5, tzinfo=UTC),
)
DAILY = FetchedPaper(
    title="Tides of the Sea",
    abstract="Tides, shortened.",
    authors=(FetchedAuthor("A. Byron"),),
    published_on=date(2026, 11, 19),
    arxiv_id="2611.01234",
    announced_at=datetime(2026, 11, 21, 3, tzinfo=UTC),
    code_url="https://github.com/ada/tides",
    has_code=True,
    ai_summary="Tides are measured.",
    keywords=("tides",),
    counts=(Count("votes", 10), Count("comments", 1)),
)
SCHOLAR = FetchedPaper(
    title="TIDES OF THE Z SEA",
    authors=(
        FetchedAuthor("A. Byron", ids=(("semantic-scholar", "11"),)),
        FetchedAuthor("Lin Wu", ids=(("semantic-scholar", "12"),)),
    ),
    arxiv_id="2611.01234",
    doi="10.1000/TIDES",
    counts=(Count("citations", 3),),
)
LISTING = FetchedPaper(
    title="Tides of the $z$ Sea",
    authors=(FetchedAuthor("Ada Byron"),),
    primary_topic="cs.SY",
    topics=("cs.SY",),
    has_code=False,
)
SOURCES = {
    "arxiv-api": ARXIV,
    "arxiv-feed": FEED,
    "daily-papers": DAILY,
    "semantic-scholar": SCHOLAR,
}
ORDERS = list(permutations(SOURCES))
ORDERS_OF_THREE = list(permutations(("listing", "daily-papers", "arxiv-api")))


def tell(source: str, *papers: FetchedPaper, now: datetime = NOW) -> IngestReport:
    report = ingest(Fetched(papers), source=source, now=now)
    assert report.problems == ()
    return report


def everything() -> dict[str, list[Any]]:
    """What readers and editors could see, without the numbers of rows."""
    own = {"id", "created_at", "updated_at", "told_by"}
    papers = [
        {name: value for name, value in row.items() if name not in own}
        for row in Paper.objects.order_by("title_key").values()
    ]
    places = Authorship.objects.order_by("paper__title_key", "position")
    ids = AuthorId.objects.order_by("scheme", "value")
    signals = Signal.objects.order_by("source", "kind", "observed_at")
    topics = Paper.objects.order_by("title_key", "topics__code")
    return {
        "papers": papers,
        "places": list(places.values_list("author__name", "affiliation", "position")),
        "topics": list(topics.values_list("title_key", "topics__code")),
        "ids": list(ids.values_list("author__name", "scheme", "value")),
        "signals": list(signals.values_list("source", "kind", "count", "growth")),
    }


@pytest.mark.parametrize("order", ORDERS)
def test_any_order_ends_in_the_same_rows(order: tuple[str, ...]) -> None:
    for source in order:
        tell(source, SOURCES[source])

    paper = Paper.objects.get()
    assert (paper.title, paper.abstract) == ("Tides of the $z$ Sea", "We measured tides.")
    assert (paper.arxiv_id, paper.doi, paper.version) == ("2611.01234", "10.1000/tides", 1)
    assert (paper.published_on, paper.comment) == (date(2026, 11, 18), "12 pages")
    assert (paper.code_url, paper.ai_summary) == (DAILY.code_url, "Tides are measured.")
    assert paper.first_seen_at == paper.announced_at == FEED.announced_at
    assert paper.primary_topic
    assert paper.primary_topic.code == "cs.LG"
    assert {topic.code for topic in paper.topics.all()} == {"cs.LG", "stat.ML", "cs.AI"}
    assert everything()["places"] == [
        ("Ada Byron", "Harbour University", 0),
        ("Lin Wu", "", 1),
    ]
    assert everything()["ids"] == [
        ("Ada Byron", "semantic-scholar", "11"),
        ("Lin Wu", "semantic-scholar", "12"),
    ]


@pytest.mark.parametrize("order", ORDERS)
def test_a_second_round_changes_nothing(order: tuple[str, ...]) -> None:
    for source, paper in SOURCES.items():
        tell(source, paper)
    before = everything()

    for source in order:
        report = tell(source, SOURCES[source], now=NOW + HOUR)
        assert (report.created, report.updated) == (0, 0)

    assert everything() == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_newer_version_wins_whichever_comes_first(order: tuple[int, int]) -> None:
    second = replace(
        ARXIV,
        arxiv_id="2611.01234v2",
        title="Tides of the Whole Sea",
        revised_on=date(2026, 11, 20),
    )
    for number in order:
        tell("arxiv-api", (ARXIV, second)[number])

    paper = Paper.objects.get()
    assert (paper.title, paper.version) == ("Tides of the Whole Sea", 2)
    assert paper.revised_on == date(2026, 11, 20)


def test_a_harvest_without_versions_is_dated_by_its_revision() -> None:
    tell("arxiv-api", ARXIV)

    tell(
        "arxiv-oai", replace(ARXIV, arxiv_id="2611.01234", abstract="Anew.", revised_on=NOW.date())
    )

    assert Paper.objects.get().abstract == "Anew."


def test_a_guess_of_a_saved_page_gives_way_to_arxiv() -> None:
    tell("listing", LISTING)

    tell("arxiv-api", ARXIV)
    tell("listing", LISTING)

    paper = Paper.objects.get()
    assert {topic.code for topic in paper.topics.all()} == {"cs.LG", "stat.ML"}
    assert paper.primary_topic
    assert paper.primary_topic.code == "cs.LG"


def test_an_editor_is_believed_above_all_sources() -> None:
    tell("arxiv-api", ARXIV)
    Paper.objects.update(abstract="Ours.", told_by={"abstract": ["editor", 0, ""]})

    tell("arxiv-api", replace(ARXIV, arxiv_id="2611.01234v2", abstract="Theirs."))

    assert Paper.objects.get().abstract == "Ours."


def test_two_rows_that_a_source_knows_as_one_paper_become_one() -> None:
    tell("arxiv-api", ARXIV)
    published = FetchedPaper("Tides of the Sea (Journal)", doi="10.1000/tides")
    tell("bibtex", published)

    tell("semantic-scholar", SCHOLAR)
    tell("bibtex", published)

    kept = Paper.objects.visible().get()
    double = Paper.objects.get(status="hidden")
    assert (kept.arxiv_id, kept.doi) == ("2611.01234", "10.1000/tides")
    assert (double.doi, double.hidden_reason) == (None, "The same paper as 2611.01234")


def test_two_papers_of_arxiv_that_name_one_doi_stay_two() -> None:
    first, second = replace(ARXIV, doi="10.1000/tides"), replace(SCHOLAR, title="Short Tides")
    tell("arxiv-api", first, replace(second, arxiv_id="2611.05678"))

    assert sorted(Paper.objects.values_list("arxiv_id", "title")) == [
        ("2611.01234", "Tides of the $z$ Sea"),
        ("2611.05678", "Short Tides"),
    ]


@pytest.mark.parametrize("order", ORDERS_OF_THREE)
def test_a_name_that_one_source_abbreviates_makes_no_second_paper(order: tuple[str, ...]) -> None:
    told = {
        "listing": LISTING,
        "daily-papers": replace(DAILY, title=LISTING.title),
        "arxiv-api": ARXIV,
    }
    for source in order:
        tell(source, told[source])

    assert Paper.objects.count() == 1


def test_titles_of_signs_alone_are_different_papers() -> None:
    tell("jsonl", FetchedPaper("∞ → ∞"), FetchedPaper("★★★"))

    assert Paper.objects.count() == 2


class TestWithdrawn:
    def test_a_withdrawn_paper_is_hidden_with_the_reason(self) -> None:
        tell("arxiv-api", ARXIV)

        tell("arxiv-oai", replace(ARXIV, withdrawn="an error in Lemma 2"))

        paper = Paper.objects.get()
        assert (paper.status, paper.withdrawn) == ("hidden", "an error in Lemma 2")
        assert paper.hidden_reason == "Withdrawn: an error in Lemma 2"

    def test_a_notice_without_a_title_hides_the_paper_and_changes_nothing_else(self) -> None:
        tell("arxiv-api", ARXIV)

        tell("arxiv-oai", FetchedPaper("", arxiv_id="2611.01234", withdrawn="deleted"))

        paper = Paper.objects.get()
        assert (paper.title, paper.status) == ("Tides of the $z$ Sea", "hidden")

    def test_a_notice_of_a_paper_that_never_was_here_makes_none(self) -> None:
        tell("arxiv-oai", FetchedPaper("", arxiv_id="2611.01234", withdrawn="deleted"))

        assert not Paper.objects.exists()

    def test_editors_who_show_it_again_are_not_overruled(self) -> None:
        tell("arxiv-api", replace(ARXIV, withdrawn="an error"))
        Paper.objects.update(status="visible", hidden_reason="")

        tell("arxiv-api", replace(ARXIV, withdrawn="an error"))

        assert Paper.objects.get().status == "visible"

    def test_a_late_notice_of_an_older_version_hides_nothing(self) -> None:
        tell("arxiv-api", replace(ARXIV, arxiv_id="2611.01234v3"))

        tell("arxiv-api", replace(ARXIV, arxiv_id="2611.01234v2", withdrawn="an error"))

        assert Paper.objects.get().status == "visible"

    def test_a_newer_version_shows_it_again(self) -> None:
        tell("arxiv-api", replace(ARXIV, arxiv_id="2611.01234v2", withdrawn="an error"))

        tell("arxiv-api", replace(ARXIV, arxiv_id="2611.01234v3"))

        paper = Paper.objects.get()
        assert (paper.status, paper.withdrawn, paper.hidden_reason) == ("visible", "", "")

    def test_what_editors_hid_stays_hidden_whatever_the_version(self) -> None:
        tell("arxiv-api", replace(ARXIV, arxiv_id="2611.01234v2", withdrawn="an error"))
        Paper.objects.update(hidden_reason="Not for us")

        tell("arxiv-api", replace(ARXIV, arxiv_id="2611.01234v3"))

        assert Paper.objects.get().status == "hidden"

    def test_a_source_of_less_trust_cannot_withdraw(self) -> None:
        tell("arxiv-api", ARXIV)

        tell("jsonl", replace(ARXIV, withdrawn="so they say"))

        assert Paper.objects.get().status == "visible"


class TestWhenItCameIn:
    @pytest.mark.parametrize("order", list(permutations(("listing", "jsonl", "arxiv-oai"))))
    def test_of_several_days_it_is_the_earliest_in_any_order(self, order: tuple[str, ...]) -> None:
        told = {
            "listing": FetchedPaper("A Study of Something", arxiv_id="2411.00001"),
            "jsonl": FetchedPaper("A Study of Something", arxiv_id="2411.00001"),
            "arxiv-oai": FetchedPaper(
                "A Study of Something", arxiv_id="2411.00001", published_on=date(2024, 11, 3)
            ),
        }
        for source in order:
            tell(source, told[source])

        assert Paper.objects.get().first_seen_at == datetime(2024, 11, 3, tzinfo=UTC)

    def test_an_announcement_of_the_future_is_none(self) -> None:
        tell("arxiv-api", ARXIV)

        tell("daily-papers", replace(DAILY, announced_at=NOW + 1000 * HOUR))

        paper = Paper.objects.get()
        assert (paper.first_seen_at, paper.announced_at) == (NOW, None)

    def test_a_day_that_an_editor_wrote_stays(self) -> None:
        tell("arxiv-api", ARXIV)
        by_hand = {"first_seen_at": ["editor", 0, ""]}
        Paper.objects.update(first_seen_at=NOW - 99 * HOUR, told_by=by_hand)

        tell("arxiv-feed", FEED)

        assert Paper.objects.get().first_seen_at == NOW - 99 * HOUR

    @pytest.mark.parametrize(
        ("source", "told", "expected"),
        [
            ("arxiv-feed", {"announced_at": NOW - 9 * HOUR}, NOW - 9 * HOUR),
            ("arxiv-feed", {"announced_at": NOW + HOUR}, NOW),
            ("arxiv-api", {"published_on": date(2026, 11, 10)}, NOW),
            ("arxiv-oai", {"published_on": date(2024, 2, 3)}, datetime(2024, 2, 3, tzinfo=UTC)),
            ("arxiv-feed", {"arxiv_id": "2402.00001"}, datetime(2024, 2, 29, tzinfo=UTC)),
            ("arxiv-feed", {"arxiv_id": "math/9912001"}, datetime(1999, 12, 31, tzinfo=UTC)),
            ("jsonl", {}, NOW),
            ("listing", {"published_on": date(2022, 2, 3)}, NOW),
        ],
    )
    def test_it_is_the_announcement_or_now_and_for_old_papers_their_own_day(
        self, source: str, told: dict[str, Any], expected: datetime
    ) -> None:
        tell(source, FetchedPaper("A Study of Something", **told))

        assert Paper.objects.get().first_seen_at == expected


class TestCounts:
    def test_counts_become_signals_and_move_trending(self) -> None:
        tell("daily-papers", DAILY)
        before = Paper.objects.get().trending

        tell("daily-papers", replace(DAILY, counts=(Count("votes", 25),)), now=NOW + HOUR)

        votes = Signal.objects.filter(kind="votes").order_by("observed_at")
        assert [(each.count, each.growth) for each in votes] == [(10, 10), (25, 15)]
        assert Paper.objects.get().trending > before

    def test_the_same_count_again_is_no_new_observation(self) -> None:
        tell("daily-papers", DAILY)

        tell("daily-papers", DAILY, now=NOW + HOUR)

        assert Signal.objects.count() == 2

    def test_first_votes_of_a_paper_of_long_ago_count_from_then(self) -> None:
        tell("daily-papers", replace(DAILY, announced_at=NOW - 1000 * HOUR))

        votes = Signal.objects.get(kind="votes")
        assert (votes.count, votes.observed_at) == (10, NOW - 976 * HOUR)

    def test_a_kind_that_nobody_knows_is_left_out(self) -> None:
        tell("jsonl", replace(DAILY, counts=(Count("likes", 3), Count("stars", -1))))

        assert not Signal.objects.exists()


class TestWhoIsWho:
    def test_two_ids_of_one_source_are_two_people_of_one_name(self) -> None:
        for number, paper_id in enumerate(("2611.00001", "2611.00002")):
            person = FetchedAuthor("Wei Zhang", ids=(("semantic-scholar", str(number)),))
            tell("semantic-scholar", replace(SCHOLAR, arxiv_id=paper_id, doi="", authors=(person,)))

        assert Author.objects.filter(name="Wei Zhang").count() == 2

    def test_an_id_is_one_person_under_two_names(self) -> None:
        for name, paper_id in (("Ada Byron", "2611.00001"), ("Ada Lovelace", "2611.00002")):
            person = FetchedAuthor(name, ids=(("orcid", "0000-0001"),))
            tell("semantic-scholar", replace(SCHOLAR, arxiv_id=paper_id, doi="", authors=(person,)))

        assert Author.objects.count() == 1

    def test_a_name_alone_is_not_merged_with_whom_a_source_calls_another(self) -> None:
        tell("arxiv-api", replace(ARXIV, authors=(FetchedAuthor("Wei Zhang"),)))
        first = FetchedAuthor("Wei Zhang", ids=(("semantic-scholar", "1"),))
        tell("semantic-scholar", replace(SCHOLAR, authors=(first,)))

        other = FetchedAuthor("Wei Zhang", ids=(("semantic-scholar", "2"),))
        tell("semantic-scholar", replace(SCHOLAR, arxiv_id="2611.09999", doi="", authors=(other,)))

        assert sorted(AuthorId.objects.values_list("value", flat=True)) == ["1", "2"]
        assert Author.objects.count() == 2

    def test_metrics_reach_the_author_that_the_source_means(self) -> None:
        tell("arxiv-api", ARXIV)
        profile = AuthorProfile("A. Byron", h_index=12, ids=(("semantic-scholar", "11"),))

        ingest(Fetched((SCHOLAR,), profiles=(profile,)), source="semantic-scholar", now=NOW)

        ada = Author.objects.get(name="Ada Byron")
        assert (ada.h_index, ada.metrics_read_on) == (12, NOW.date())

    def test_a_profile_that_comes_along_makes_no_author_without_papers(self) -> None:
        tell("arxiv-api", ARXIV)
        stranger = AuthorProfile("X. Stranger", h_index=1, ids=(("semantic-scholar", "99"),))

        ingest(Fetched((SCHOLAR,), profiles=(stranger,)), source="semantic-scholar", now=NOW)

        assert not Author.objects.filter(name="X. Stranger").exists()

    def test_metrics_of_a_better_source_stay(self) -> None:
        profile = AuthorProfile("Ada Byron", h_index=12, novelty=55)
        ingest(Fetched(profiles=(profile,)), source="semantic-scholar", now=NOW)

        page = AuthorProfile("Ada Byron", h_index=3, novelty=60, ai_score=64)
        ingest(Fetched(profiles=(page,)), source="listing", now=NOW)

        ada = Author.objects.get()
        assert (ada.h_index, ada.novelty, ada.ai_score) == (12, 55, 64)

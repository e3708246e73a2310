"""Cards: what is shown of a paper, and that it survives being kept as JSON."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from papers import cards
from papers.models import Paper, Signal
from tests.factories import PaperFactory

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def card_of(paper: Paper) -> cards.Card:
    return cards.cards(Paper.objects.with_card_facts().filter(pk=paper.pk), NOW)[paper.pk]


@pytest.mark.django_db
def test_shows_three_authors_and_that_there_are_more() -> None:
    card = card_of(PaperFactory.create(authors=["A One", "B Two", "C Three", "D Four"]))

    assert card.authors == ("A One", "B Two", "C Three")
    assert card.more_authors


@pytest.mark.django_db
def test_counts_votes_of_all_sources_and_those_of_the_last_three_days() -> None:
    paper = PaperFactory.create()
    for source, days, count, growth in [("a", 9, 4, 4), ("a", 1, 10, 6), ("b", 2, 5, 5)]:
        Signal.objects.create(
            paper=paper,
            source=source,
            kind="votes",
            count=count,
            growth=growth,
            observed_at=NOW - timedelta(days=days),
        )

    card = card_of(paper)

    assert (card.votes, card.growth) == (15, 11)


@pytest.mark.django_db
def test_comes_back_from_json_as_it_was() -> None:
    card = card_of(PaperFactory.create(also_in=["cs.LG"], published_on=date(2026, 11, 20)))

    assert cards.Card.from_json(json.loads(json.dumps(card.as_json()))) == card


@pytest.mark.django_db
def test_what_is_kept_knows_no_address_of_the_site(settings: Settings) -> None:
    paper = PaperFactory.create()
    kept = json.loads(json.dumps(card_of(paper).as_json()))

    settings.SITE_URL = "https://moved.example.org"

    moved = f"https://moved.example.org{paper.get_absolute_url()}"
    assert cards.Card.from_json(kept).page_url == moved
    assert "localhost" not in json.dumps(kept)


@pytest.mark.django_db
def test_one_kept_with_the_address_of_its_page_comes_back_with_the_sites_of_now(
    settings: Settings,
) -> None:
    card = card_of(PaperFactory.create())
    old = card.as_json()
    old["page_url"] = f"http://localhost:8000{old.pop('page')}"

    settings.SITE_URL = "https://moved.example.org"

    assert cards.Card.from_json(old) == card


@pytest.mark.django_db
def test_a_chunk_of_cards_takes_a_constant_number_of_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(7):
        PaperFactory.create(also_in=["cs.LG"])

    with django_assert_max_num_queries(5):
        cards.cards(Paper.objects.with_card_facts(), NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three.", "One. Two!"),
        ("We use v1.2 of it. It works.", "We use v1.2 of it. It works."),
        ("Just words", "Just words"),
        ("", ""),
    ],
)
def test_a_teaser_is_the_first_two_sentences(text: str, expected: str) -> None:
    assert cards.teaser(text) == expected


def test_a_long_teaser_ends_between_words() -> None:
    text = "word " * 200

    short = cards.teaser(text)

    assert len(short) <= cards.TEASER_LENGTH
    assert short.endswith("word…")


def test_a_teaser_is_not_cut_inside_a_formula() -> None:
    text = "x " * 150 + "$" + "a + " * 50 + "b$ is the end of it"

    assert "$" not in cards.teaser(text)


@pytest.mark.parametrize(("letter", "kept"), [("x", 319), ("研", 212), ("&", 127)])
def test_a_teaser_without_spaces_is_cut_by_characters_and_by_bytes(letter: str, kept: int) -> None:
    assert cards.teaser(letter * 1400) == letter * kept + "…"


def test_a_teaser_that_begins_with_an_endless_formula_says_something() -> None:
    assert len(cards.teaser("$x " + "word " * 200)) > cards.TEASER_LENGTH // 2


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["Long " * 200, "x" * 1000])
def test_an_endless_title_is_cut(title: str) -> None:
    card = card_of(PaperFactory.create(title=title))

    assert cards.TITLE_LENGTH - 5 <= len(card.title) <= cards.TITLE_LENGTH
    assert card.title.endswith("…")


@pytest.mark.django_db
def test_latex_reads_well_in_title_and_teaser() -> None:
    card = card_of(PaperFactory.create(title="At $10^{-3}$", abstract="By \\emph{far} $x_i$."))

    assert (card.title, card.teaser) == ("At 10⁻³", "By far xᵢ.")

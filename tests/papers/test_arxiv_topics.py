"""Promises of `papers.sources.arxiv.topics`: codes that arXiv gave up."""

import pytest

from papers.sources.arxiv import api, feed, oai
from papers.sources.arxiv.topics import RENAMED
from papers.taxonomy import all_topics
from tests.papers.arxiv_harvest_answers import ARXIV, listing, record
from tests.papers.arxiv_search_answers import entry
from tests.papers.arxiv_search_answers import feed as found
from tests.papers.arxiv_stub import ArxivStub, arxiv, ask, recorded, recorded_search

__all__ = ["arxiv"]


def categories(*codes: str) -> str:
    return "".join(f'<category term="{code}"/>' for code in codes)


def test_old_names_lead_to_topics_of_today() -> None:
    codes = {topic.code for topic in all_topics()}

    assert set(RENAMED.values()) <= codes
    assert not codes & set(RENAMED)


def test_an_archive_that_was_renamed_is_told_by_its_new_name(arxiv: ArxivStub) -> None:
    primary = '<primary_category term="cmp-lg"/>'
    arxiv.will_say(found(entry("cmp-lg/9404001v1", primary + categories("cmp-lg", "cs.CL"))))

    (fetched,) = ask(api.fetch)

    (paper,) = fetched.papers
    assert (paper.primary_topic, paper.topics, fetched.note) == ("cs.CL", ("cs.CL",), "")


def test_the_harvest_renames_too(arxiv: ArxivStub) -> None:
    old = ARXIV.replace("cs.CV stat.ML", "alg-geom math.AG")
    arxiv.will_say(listing(record("alg-geom/9708001", old)))

    (fetched,) = ask(oai.fetch)

    assert fetched.papers[0].topics == ("math.AG",)


def test_an_archive_that_was_divided_is_told_once_in_a_note(arxiv: ArxivStub) -> None:
    old = ("astro-ph/0601001v1", "cond-mat/0601001v1", "astro-ph/0601003v1")
    arxiv.will_say(*(found(entry(one, categories(one[:8], "math.AG")), total=3) for one in old))

    answers = ask(api.fetch)

    assert [answer.note for answer in answers] == [
        "topics unknown here: astro-ph",
        "topics unknown here: cond-mat",
        "",
    ]


def test_a_feed_tells_it_beside_its_own_note(arxiv: ArxivStub) -> None:
    old = "<entry><id>oai:arXiv.org:2604.00001v1</id><title>Drift</title>{}</entry>"
    arxiv.will_say(
        f'<feed xmlns="http://www.w3.org/2005/Atom">{old.format(categories("astro-ph"))}</feed>'
    )

    (fetched,) = ask(feed.fetch, topics=("astro-ph",))

    assert fetched.note == "today's announcement is not out yet; topics unknown here: astro-ph"


@recorded
@pytest.mark.parametrize("limit", [None, 1])
def test_the_recorded_old_paper_tells_its_unknown_topic(
    arxiv: ArxivStub, limit: int | None
) -> None:
    arxiv.will_say(recorded_search("id_astro-ph_0601001"))

    (fetched,) = ask(api.fetch, ids=("astro-ph/0601001",), limit=limit)

    assert fetched.note == "topics unknown here: astro-ph"

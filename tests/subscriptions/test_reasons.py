"""Reasons: whatever the ranking says of a paper, readers are told in words."""

import logging

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as some

from subscriptions.ranking import PoolPaper, Reader, Reason, choose
from subscriptions.reasons import SENTENCES, all_in_words, in_words

CODES = some.sampled_from(["cs.CV", "cs.LG", "cs.SD", "stat.ML"])
NAMES = some.text(max_size=20)
PAPERS = some.builds(
    PoolPaper,
    paper=some.integers(),
    topics=some.frozensets(CODES),
    primary=CODES,
    primary_name=NAMES,
    pinned=some.booleans(),
    growth=some.integers(-9, 99),
)
READERS = some.builds(
    Reader,
    topics=some.dictionaries(CODES, NAMES),
    wanted=some.integers(3, 25),
    seen=some.frozensets(some.integers()),
)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ({"kind": "pinned"}, "Chosen by the editors"),
        (
            {"kind": "topic", "topic": "cs.CV", "name": "Computer vision"},
            "In Computer vision, which you follow",
        ),
        ({"kind": "elsewhere", "topic": "cs.SD", "name": "Sound"}, "Rising in Sound"),
        ({"kind": "elsewhere", "topic": "", "name": ""}, "Rising elsewhere"),
        ({"kind": "elsewhere", "topic": "cs.SD", "name": ""}, "Rising in cs.SD"),
        ({"kind": "topic", "topic": "cs.SD", "name": ""}, "In cs.SD, which you follow"),
        ({"kind": "topic", "topic": "", "name": ""}, "In a topic that you follow"),
        (
            {"kind": "keyword", "keyword": "diffusion models"},
            "Mentions “diffusion models”, which you follow",
        ),
        ({"kind": "keyword", "keyword": ""}, "Mentions a keyword that you follow"),
        (
            {"kind": "author", "author": 1, "name": "Ada Lovelace"},
            "By Ada Lovelace, whom you follow",
        ),
        ({"kind": "author", "author": 1, "name": ""}, "By an author you follow"),
        (
            {"kind": "liked", "paper": 1, "title": "Sleep", "terms": ["dream", "night"]},
            "Like “Sleep”, which you liked: both mention dream, night",
        ),
        (
            {"kind": "liked", "paper": 1, "title": "Sleep", "terms": []},
            "Like “Sleep”, which you liked",
        ),
        (
            {"kind": "liked", "paper": 1, "title": "", "terms": ["night"]},
            "Like a paper that you liked",
        ),
        (
            {"kind": "close", "keyword": "image generation", "terms": ["image", "generative"]},
            "Close to “image generation”, which you follow: mentions image, generative",
        ),
        (
            {"kind": "close", "paper": 1, "title": "Sleep", "terms": ["night"]},
            "Close to “Sleep”, which you liked: both mention night",
        ),
        (
            {"kind": "close", "paper": None, "title": "", "terms": ["night"]},
            "Close to a paper that you liked: both mention night",
        ),
        ({"kind": "trending", "topic": "cs.SD", "name": "Sound"}, "Trending in Sound"),
        ({"kind": "trending", "topic": "", "name": ""}, "Trending in its topic"),
        ({"kind": "new", "topic": "cs.SD", "name": "Sound"}, "In Sound, new to you"),
        ({"kind": "new", "topic": "", "name": ""}, "New to you"),
        ({"kind": "votes", "growth": 1, "days": 3}, "+1 vote in 3 days"),
        ({"kind": "trending"}, "Trending among all papers"),
        ({"kind": "votes", "growth": 24, "days": 3}, "+24 votes in 3 days"),
    ],
)
def test_each_kind_has_its_words(reason: Reason, words: str) -> None:
    assert in_words(reason) == words


def test_a_topic_is_named_in_the_readers_language() -> None:
    followed = {"kind": "topic", "topic": "cs.LG", "name": "Machine learning"}
    elsewhere = {"kind": "elsewhere", "topic": "cs.RO", "name": "Robotics"}

    with translation.override("de"):
        assert in_words(followed) == "Zum Thema Maschinelles Lernen, dem Sie folgen"
        assert in_words(elsewhere) == "Im Kommen: Robotik"


def test_braces_and_percent_signs_in_a_name_are_just_text() -> None:
    reason = {"kind": "topic", "topic": "x", "name": "{days} {0} 100 %(name)s %d"}

    assert in_words(reason) == "In {days} {0} 100 %(name)s %d, which you follow"


def test_a_long_title_is_cut_between_words() -> None:
    reason = {"kind": "liked", "paper": 1, "title": "Word " * 80, "terms": ["x" * 400]}

    assert len(in_words(reason)) < 250
    assert "Word…”" in in_words(reason)


def test_what_another_version_kept_is_left_out_and_told_to_the_log_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reasons = [{"kind": "palmistry"}, {"kind": "pinned"}, {"kind": "topic"}, {"name": "of no kind"}]

    with caplog.at_level(logging.WARNING, "subscriptions"):
        said = [all_in_words(reasons) for _ in range(3)]

    assert said == [("Chosen by the editors",)] * 3
    assert [record.msg["kind"] for record in caplog.records] == ["palmistry", "topic", "None"]  # type: ignore[index]  # structlog's


@given(pool=some.lists(PAPERS, max_size=30, unique_by=lambda paper: paper.paper), reader=READERS)
def test_every_chosen_paper_has_one_or_two_reasons_that_can_be_said(
    pool: list[PoolPaper], reader: Reader
) -> None:
    for pick in choose(pool, reader):
        assert 1 <= len(pick.reasons) <= 2
        assert all(reason["kind"] in SENTENCES for reason in pick.reasons)
        assert all(map(in_words, pick.reasons))


@given(pool=some.lists(PAPERS, max_size=30, unique_by=lambda paper: paper.paper), reader=READERS)
def test_the_same_reader_is_always_told_the_same(pool: list[PoolPaper], reader: Reader) -> None:
    picks = choose(pool, reader)

    assert choose(pool, reader) == picks
    assert len(picks) <= reader.wanted
    assert not {pick.paper for pick in picks} & reader.seen

"""A reader's whole way through the site and its mail, clicked as a person would."""

from typing import Any

import pytest
from playwright.sync_api import Page

from subscriptions import links
from tests.browser import answering, arriving, leaving


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "timezone_id": "Asia/Tokyo", "locale": "en-GB"}


@pytest.mark.parametrize("javascript", [False, True], indirect=True)
def test_a_reader_comes_reads_teaches_leaves_comes_back_and_is_forgotten(
    page: Page, site: str, javascript: bool
) -> None:
    arriving.try_a_sample(page)
    arriving.subscribe(page, zone_is_guessed=javascript)
    own_pages = arriving.confirm(page)
    arriving.have_todays_sent_at_once(page)
    arriving.choose_other_topics_words_and_times(page)
    first = answering.read_the_digest(page, site)
    without = answering.what_would_come_next(first)
    liked = answering.ask_for_more_like_the_first(page, first)
    second = answering.get_another_digest_for_it(page, liked, without)
    answering.vote_and_call_it_worth_the_time(page, second)
    answering.take_the_vote_back(page)
    answering.pause_and_resume(page)
    answering.read_the_web_copy(page, second)
    leaving.unsubscribe_by_page_and_say_why(page, second)
    leaving.come_back(page)
    leaving.unsubscribe_as_a_mail_provider(page, second)
    leaving.have_everything_deleted(
        page, [own_pages, links.digest_path(first), links.digest_path(second)]
    )

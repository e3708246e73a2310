"""What a reader does with digests, one step a function, each with its sign in the database."""

from playwright.sync_api import Page, expect

from papers.editions import refresh
from papers.latex import readable
from papers.models import Paper
from subscriptions.digests import pipeline
from subscriptions.models import Digest
from tests.browser.reading import (
    EMAIL,
    follow,
    have_the_digest_sent,
    heading,
    newest_digest,
    open_mail,
    reader,
    titles,
    tomorrow,
)
from tests.factories import PaperFactory


def read_the_digest(page: Page, site: str) -> Digest:
    digest = newest_digest()
    mail = open_mail(page, digest.subject)
    expect(mail.get_by_role("heading", level=3)).to_have_text(titles(digest))
    assert digest.state == "sent"

    paper = follow(page, titles(digest)[0])
    heading(paper, titles(digest)[0])
    preferences = follow(page, "Change topics, time or frequency")
    expect(preferences.get_by_label("Papers in a digest")).to_have_value("5")
    for link in mail.get_by_role("link").all():
        address = link.get_attribute("href") or ""
        if address.startswith(site):
            assert page.request.get(address).status == 200, address
    return digest


def what_would_come_next(digest: Digest) -> list[str]:
    """Overnight a paper comes in that is like the first, though few readers know that one yet."""
    first = digest.items.select_related("paper")[0].paper
    title = f"Revisited: {first.title}"
    PaperFactory.create(title=title, abstract=first.abstract, topic="cs.CV", trending=0.01)
    refresh(tomorrow())
    return [item.card.title for item in pipeline.preview(reader(), tomorrow()).items]


def ask_for_more_like_the_first(page: Page, digest: Digest) -> Paper:
    paper = digest.items.select_related("paper")[0].paper
    button = follow(page, "More like this")
    heading(button, "More like this?")
    assert not reader().interests.learned().exists()

    button.get_by_role("button", name="More like this").click()

    heading(button, "Noted: more like this")
    assert reader().interests.learned().get().paper == paper
    return paper


def get_another_digest_for_it(page: Page, liked: Paper, without: list[str]) -> Digest:
    digest = have_the_digest_sent(tomorrow())

    assert titles(digest) != without
    mail = open_mail(page, digest.subject)
    reason = mail.get_by_text(f"Like “{readable(liked.title)[:30]}").first
    expect(reason).to_contain_text("which you liked")
    return digest


def vote_and_call_it_worth_the_time(page: Page, digest: Digest) -> None:
    ballot = follow(page, "Vote")
    heading(ballot, "Vote for this paper?")
    ballot.get_by_role("button", name="Vote for it").click()
    heading(ballot, "You voted for this paper")
    assert reader().votes.get().paper == digest.items.select_related("paper")[0].paper

    worth = follow(page, "Yes")
    assert newest_digest().worth_reading is None
    worth.get_by_role("button", name="Yes, it was").click()
    heading(worth, "Noted: worth your time")
    assert newest_digest().worth_reading is True


def take_the_vote_back(page: Page) -> None:
    own = follow(page, "Change topics, time or frequency")
    own.get_by_role("link", name="Authors and papers").click()
    learned = own.get_by_role("region", name="What was learned from your feedback")
    expect(learned.get_by_role("listitem")).to_have_count(3)
    learned.get_by_role("listitem").filter(has_text="You voted for").get_by_role("button").click()

    expect(own.get_by_role("status")).to_have_text("Your vote is taken back.")
    expect(learned.get_by_role("listitem")).to_have_count(2)
    assert not reader().votes.exists()
    assert (newest_digest().worth_reading, reader().interests.learned().count()) == (True, 1)


def pause_and_resume(page: Page) -> None:
    pause = follow(page, "Pause")
    pause.get_by_role("button", name="For a week").click()
    heading(pause, "Your digest is paused")
    assert (reader().state, reader().paused_until is None) == ("paused", False)

    pause.get_by_role("button", name="Resume now").click()
    expect(pause.get_by_role("status")).to_have_text("Your pause is over.")
    assert (reader().state, reader().paused_until) == ("active", None)


def read_the_web_copy(page: Page, digest: Digest) -> None:
    copy = follow(page, "Read on the web")

    expect(copy.get_by_role("heading", level=3)).to_have_text(titles(digest))
    expect(copy.get_by_text(EMAIL)).to_have_count(0)

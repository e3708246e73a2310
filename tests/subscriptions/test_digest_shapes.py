"""The shapes of a digest: weekly, short, after a pause, as plain text, on the web, at its worst."""

import logging
import re
from dataclasses import replace
from datetime import datetime
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from papers import editions
from papers.models import Candidate
from papers.taxonomy import all_topics
from seeds import mail_cards, mails
from subscriptions import links
from subscriptions.digests import composition, pipeline
from subscriptions.emails.content import DigestContent, Item, Section
from subscriptions.emails.digest import as_mail, web_copy
from subscriptions.emails.rendering import wrapped
from subscriptions.emails.sentences import intro
from subscriptions.links import Purpose
from subscriptions.models import Digest
from tests.factories import PaperFactory, SubscriberFactory
from tests.subscriptions.sent_digests import mail_of, paper_at, sent_to

MOST = 95 * 1024
WEB = "https://papers.example.org/w/AAAAAAHPoP06zgJOZubs/"

DAYS = [
    "Top pick · Wednesday 18 November",
    "Friday 20 November",
    "Thursday 19 November",
    "Wednesday 18 November",
    "Tuesday 17 November",
    "Monday 16 November",
]


def digest(*, missed: int = 0, elsewhere: int = 2, for_you: int = 6, **facts: Any) -> DigestContent:
    papers = iter(enumerate(mail_cards.ordinary(18), start=1))
    counts = {"for_you": for_you, "elsewhere": elsewhere, "missed": missed}
    sections = tuple(
        Section(name, tuple(Item(*next(papers), ("Chosen",)) for _ in range(count)), name)
        for name, count in counts.items()
        if count
    )
    return made(sections, **facts)


def made(sections: tuple[Section, ...], **facts: Any) -> DigestContent:
    plain: dict[str, Any] = {
        "to": "ada@example.com",
        "subject": "A Study",
        "message_id": "<digest-1@example.org>",
        "edition_date": mail_cards.EDITION,
        "due_at": mails.MORNING,
        "candidates": 1482,
        "next_send_at": mails.MORNING + mails.DAY,
        "timezone": "Europe/Berlin",
        "preferences_url": "https://papers.example.org/preferences/x/",
        "pause_url": "https://papers.example.org/pause/x/",
        "unsubscribe_url": "https://papers.example.org/u/x",
        "web_url": WEB,
    }
    return DigestContent(sections=sections, **(plain | facts))


def worst(cards: tuple[Any, ...], **facts: Any) -> DigestContent:
    reasons = ("Like “" + "研" * 80 + "”, which you liked", "+9 votes in 3 days")
    items = tuple(Item(position, card, reasons) for position, card in enumerate(cards, start=1))
    return made((Section("For you", items, "for_you"),), **facts)


def words(html: str) -> str:
    body = html.split("</head>")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


# --- what it begins with ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {},
            (
                "1,482 papers are in this edition. The 6 here fit you best. "
                "2 more are rising elsewhere."
            ),
        ),
        (
            {"for_you": 1, "elsewhere": 0, "candidates": 1},
            "1 paper is in this edition. The one here fits you best.",
        ),
        (
            {"kind": "weekly", "elsewhere": 1},
            (
                "The best of the week: 1,482 papers are in this edition. The 6 here fit you best. "
                "One more is rising elsewhere."
            ),
        ),
        (
            {"kind": "short", "for_you": 1},
            (
                "A quiet day: only one new paper fits what you follow. "
                "So that you still have something to read, 2 papers come from elsewhere."
            ),
        ),
        (
            {"kind": "short", "for_you": 0, "elsewhere": 0},
            "A quiet day: nothing new fits what you follow.",
        ),
        (
            {"elsewhere": 0, "missed": 5, "missed_since": mails.MORNING - 9 * mails.DAY},
            (
                "1,482 papers are in this edition. The 6 here fit you best. "
                "Welcome back from your pause since 11 November: the best 5 you missed come last."
            ),
        ),
    ],
)
def test_says_what_it_is_with_its_numbers(facts: dict[str, Any], expected: str) -> None:
    assert intro(digest(**facts)) == expected


# --- its order -------------------------------------------------------------------------


def test_a_weekly_one_has_the_top_pick_first_and_then_day_by_day() -> None:
    mail = next(one for one in mails.samples("en") if one.name == "digest-weekly").mail

    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", mail.html) == ["For you", *DAYS, "Rising elsewhere"]
    assert [line for line in mail.text.splitlines() if line in DAYS] == DAYS
    assert mail.html.index('class="title top"') < mail.html.index("Friday 20 November</h2>")


def test_the_numbers_of_a_weekly_one_go_up_in_both_parts() -> None:
    mail = next(one for one in mails.samples("en") if one.name == "digest-weekly").mail

    numbers = [str(number) for number in range(1, 13)]
    assert re.findall(r'class="rank"[^>]*>(\d+)<', mail.html) == numbers
    assert re.findall(r"^\[(\d+)\]", mail.text, re.MULTILINE) == numbers


def of_a_week(*days: str) -> DigestContent:
    cards = zip(mail_cards.ordinary(len(days)), days, strict=True)
    items = (
        Item(number, replace(card, came_in=day), ("Chosen",))
        for number, (card, day) in enumerate(cards, start=1)
    )
    return made((Section("For you", tuple(items), "for_you", by_day=True),), kind="weekly")


def test_a_weekly_one_that_was_numbered_by_rank_keeps_its_numbers_below_its_days() -> None:
    mail = as_mail(of_a_week("2026-11-18", "2026-11-17", "2026-11-20", "2026-11-17"))

    assert re.findall(r'class="rank"[^>]*>(\d+)<', mail.html) == ["1", "3", "2", "4"]
    assert re.findall(r"^\[(\d+)\]", mail.text, re.MULTILINE) == ["1", "3", "2", "4"]
    for number in range(1, 5):
        assert mail.html.count(f'href="{WEB}{number}/more/"') == 1


def test_a_weekly_one_of_before_days_were_kept_has_no_headings_of_days() -> None:
    mail = as_mail(of_a_week("", "", ""))

    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", mail.html) == ["For you"]
    assert "Top pick" not in mail.text
    assert re.findall(r"^\[(\d+)\]", mail.text, re.MULTILINE) == ["1", "2", "3"]


def test_headings_skip_no_level() -> None:
    for sample in mails.samples("en"):
        levels = [int(level) for level in re.findall(r"<h([1-6])", sample.mail.html)]
        assert levels[:1] in ([1], [])
        assert all(after - before <= 1 for before, after in pairwise(levels)), sample.name


def test_each_paper_has_its_own_way_to_say_more_less_and_vote() -> None:
    html = as_mail(digest()).html

    for position in range(1, 9):
        for wish in ("vote", "more", "less"):
            assert html.count(f'href="{WEB}{position}/{wish}/"') == 1
    assert f"{WEB}worth/?answer=yes" in html
    assert "<!--card" not in html
    assert "<!--feedback" not in html


def test_nobodys_digest_names_no_personal_page() -> None:
    nobody = digest(to="", preferences_url="", pause_url="", unsubscribe_url="", web_url="")
    mail = as_mail(nobody)

    for part in (mail.html, mail.text):
        assert "Unsubscribe" not in part
        assert "Pause" not in part
        assert "You get this" not in part
    assert "More like this" not in mail.html
    assert "Worth your time" not in mail.html


# --- its two parts ---------------------------------------------------------------------


def test_the_text_part_has_each_personal_link_once() -> None:
    content = digest()
    text = as_mail(content).text

    for url in (WEB, content.preferences_url, content.pause_url, content.unsubscribe_url):
        assert len(re.findall(rf"^{re.escape(url)}$", text, re.MULTILINE)) == 1


def test_the_text_part_has_the_pdf_and_the_code_of_a_paper() -> None:
    card = replace(mail_cards.ordinary(1)[0], code_url="https://code.example.org/")
    same = replace(card, read_url=card.pdf_url)

    assert f"\nPDF: {card.pdf_url}\nCode: {card.code_url}\n" in as_mail(worst((card,))).text
    assert as_mail(worst((same,))).text.count(card.pdf_url) == 1


def test_plain_text_only_is_plain_text_only() -> None:
    mail = as_mail(digest(format="text"))

    message = mail.as_email().message()

    assert mail.html == ""
    assert message.get_content_type() == "text/plain"


def test_no_address_is_broken_and_no_other_line_is_too_long() -> None:
    url = "https://example.org/" + "very-long-" * 20
    lines = wrapped(f"{'word ' * 30}{url} {'研' * 200}").splitlines()

    assert url in lines
    assert all(len(line) <= 72 for line in lines if "://" not in line)


def test_mail_programs_find_three_titles_and_then_nothing_in_the_preheader() -> None:
    content = digest()
    html = as_mail(content).html

    found = re.search(r'<div class="preheader"[^>]*>(.*?)</div>', html, re.DOTALL)
    assert found
    assert content.preheader.count(" · ") == 2
    assert unescape(found[1]).startswith(content.preheader)
    assert len(found[1].encode()) < 1200


def test_outlook_and_dark_rules_survive_inlining() -> None:
    html = as_mail(digest()).html

    for rule in ("<!--[if mso]>", "(prefers-color-scheme: dark)", "[data-ogsc]", "[data-ogsb]"):
        assert rule in html
    assert '<html lang="en" dir="ltr"' in html
    assert "<img" not in html


def test_speaks_its_language_whatever_is_active() -> None:
    german = as_mail(digest(language="de"))

    assert '<html lang="de"' in german.html
    assert "Freitag, 20. November 2026" in german.html
    assert "Freitag, 20. November 2026" in german.text
    assert german.headers["Content-Language"] == "de"
    assert "Friday 20 November 2026" in as_mail(digest()).html


@pytest.mark.parametrize("title", ["No $$$", "cost $5 and $6"])
@pytest.mark.django_db
def test_dollars_stay_dollars(now: datetime, title: str) -> None:
    PaperFactory.create(title=title, first_seen_at=now.replace(hour=1))

    editions.refresh(now)
    assert title in as_mail(pipeline.preview(SubscriberFactory.create(), now)).html


@pytest.mark.django_db
def test_formulas_become_readable(now: datetime) -> None:
    PaperFactory.create(title=r"In $\mathcal{O}(n^2)$", first_seen_at=now.replace(hour=1))

    editions.refresh(now)
    mail = as_mail(pipeline.preview(SubscriberFactory.create(), now))

    assert "n²" in mail.html
    assert "mathcal" not in mail.html + mail.text


# --- its size --------------------------------------------------------------------------


def heavy(count: int, letter: str) -> tuple[Any, ...]:
    longest = mail_cards.longest(count)
    address = f"https://code.example.org/{'&' * 450}"
    return tuple(
        replace(
            card,
            paper=number,
            title=letter * 150,
            teaser=letter * 160,
            authors=(letter * 200,) * 3,
            affiliation=letter * 200,
            code_url=address,
        )
        for number, card in enumerate(longest)
    )


@pytest.mark.parametrize("letter", ["x", "研", "🙂", "&", "ש"])
@pytest.mark.parametrize("count", [1, 25, 30])
def test_is_never_so_large_that_it_would_be_clipped(letter: str, count: int) -> None:
    mail = as_mail(worst(heavy(count, letter)))

    assert len(mail.html.encode()) < MOST
    assert "https://papers.example.org/u/x" in mail.html
    assert mail.text.count("\n[") == count


def test_says_how_many_papers_had_no_room() -> None:
    mail = as_mail(worst(heavy(25, "&")))

    shown = mail.html.count("<h3")
    assert 1 <= shown < 25
    assert f"{25 - shown} more papers are" in words(mail.html)
    assert web_copy(worst(heavy(25, "&"))).count("<h3") == 25


def test_teasers_go_before_papers_do() -> None:
    cards = tuple(replace(card, teaser="word " * 400) for card in mail_cards.ordinary(18))
    content = worst(cards * 2)
    html = as_mail(replace(content)).html

    assert html.count("<h3") == 36
    assert len(html.encode()) < MOST


def test_a_large_one_is_told_to_the_log_without_an_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "subscriptions"):
        as_mail(worst(heavy(25, "&")))
        as_mail(digest())

    assert len(caplog.records) == 1
    assert "<digest-1@example.org>" in caplog.text
    assert "ada@example.com" not in caplog.text


def test_the_same_content_is_the_same_bytes_however_large() -> None:
    first, second = (as_mail(worst(heavy(25, "🙂"))).as_email().message() for _ in range(2))

    assert first.as_bytes() == second.as_bytes()


# --- where it comes from ---------------------------------------------------------------


def test_the_web_copy_says_that_it_is_private_and_not_whose_it_is() -> None:
    page = words(web_copy(digest()))

    assert "private to its link" in page
    assert "ada@example.com" not in page
    assert "Unsubscribe" not in page


@pytest.mark.django_db
@pytest.mark.usefixtures("todays_papers", "mailbox")
def test_once_the_site_has_moved_its_papers_are_linked_where_they_are_now(
    settings: Settings,
) -> None:
    sent = sent_to(topics=["cs.CV"])
    before = mail_of(sent)
    paper = paper_at(sent).get_absolute_url()
    assert f'href="http://localhost:8000{paper}"' in before.html

    settings.SITE_URL = "https://moved.example.org"

    moved = mail_of(sent)
    assert f'href="https://moved.example.org{paper}"' in moved.html
    assert f'href="http://localhost:8000{paper}"' not in moved.html
    settings.SITE_URL = "http://localhost:8000"
    assert mail_of(sent) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("todays_papers", "mailbox")
def test_cards_that_an_edition_froze_with_whole_addresses_are_composed_the_same() -> None:
    sent = sent_to(topics=["cs.CV"])
    before = mail_of(sent)
    for candidate in Candidate.objects.all():
        candidate.card["page_url"] = f"http://localhost:8000{candidate.card.pop('page')}"
        candidate.save()

    assert mail_of(sent) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("todays_papers", "mailbox")
def test_a_digest_frozen_before_there_were_shapes_is_composed(now: datetime) -> None:
    sent = sent_to(topics=["cs.CV"])
    kept = {name: sent.frozen[name] for name in ("timezone", "next_send_at", "candidates")}
    Digest.objects.update(frozen=kept)
    old = Digest.objects.select_related("subscriber", "edition").get()

    compose = composition.composer([old], now)

    assert as_mail(compose(old)).html.count("<h3") == sent.items.count()


@pytest.mark.django_db
@pytest.mark.usefixtures("todays_papers", "mailbox")
def test_a_reason_that_has_no_words_any_more_is_left_out_of_the_pages(client: Client) -> None:
    sent = sent_to(topics=["cs.CV"])
    sent.items.update(reasons=[{"kind": "horoscope"}, {"kind": "pinned"}])
    my_data = links.path(Purpose.PREFERENCES, sent.subscriber, timezone.now(), page="my_data")

    for page in (links.digest_path(sent), my_data):
        response = client.get(page)
        assert response.status_code == 200
        assert "Chosen by the editors" in unescape(response.text)
        assert "horoscope" not in response.text


def test_an_edition_of_one_paper_is_told_as_one() -> None:
    mail = as_mail(digest(for_you=1, elsewhere=0, candidates=1))

    assert "The one paper of this edition:" in mail.text
    assert "See the one paper of this edition" in words(mail.html)


def test_the_web_copy_calls_itself_a_page() -> None:
    page = words(web_copy(digest()))

    assert "on this page" in page
    assert "in this mail" not in page


@pytest.mark.django_db
def test_a_zone_that_is_no_more_is_told_in_utc(now: datetime) -> None:
    PaperFactory.create(first_seen_at=now.replace(hour=1))
    editions.refresh(now)
    content = pipeline.preview(SubscriberFactory.create(), now)

    assert "at 07:00" in as_mail(replace(content, timezone="Mars/Base")).text


def test_topics_with_long_names_are_shown_whole() -> None:
    longest = max((topic.name for topic in all_topics()), key=len)
    card = replace(mail_cards.ordinary(1)[0], topic_name=longest)

    assert longest in unescape(as_mail(worst((card,))).html)

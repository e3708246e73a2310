import json
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from papers.models import Author, Authorship, Paper
from papers.search import index
from tests.factories import AuthorFactory, PaperFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
FORMATS = ["rss", "atom", "json"]
SITE = "http://localhost:8000"


def make(title: str, *, days_ago: int = 0, **facts: Any) -> Paper:
    when = NOW - timedelta(days=days_ago)
    paper = PaperFactory.create(title=title, first_seen_at=when, **facts)
    index([paper.pk])
    return paper


def titles(client: Client, address: str) -> list[str]:
    """As a reader of that format sees them."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    if address.partition("?")[0].endswith("json"):
        return [item["title"] for item in json.loads(answer.content)["items"]]
    fromstring(answer.content)
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    return [entry.title for entry in feed.entries]


@pytest.mark.parametrize("form", FORMATS)
def test_everything_comes_newest_first_and_hidden_papers_not(client: Client, form: str) -> None:
    make("Older", days_ago=2)
    make("Newer", days_ago=1)
    make("Hidden", status="hidden")

    assert titles(client, f"/feeds/all.{form}") == ["Newer", "Older"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_feed_holds_the_newest_fifty(client: Client, form: str) -> None:
    for number in range(52):
        make(f"Number {number}", days_ago=number)

    shown = titles(client, f"/feeds/all.{form}")

    assert (len(shown), shown[-1]) == (50, "Number 49")


@pytest.mark.parametrize("form", FORMATS)
def test_a_topic_has_a_feed(client: Client, form: str) -> None:
    make("Primary", topic="cs.LG")
    make("Also", topic="cs.CV", also_in=["cs.LG"], days_ago=1)
    make("Other", topic="cs.CV")

    assert titles(client, f"/feeds/topics/cs.LG.{form}") == ["Primary", "Also"]


@pytest.mark.parametrize("form", FORMATS)
def test_an_author_has_a_feed_that_outlives_the_spelling(client: Client, form: str) -> None:
    make("Theirs", authors=["Ada Example", "Zoë Łuk"])
    make("Other", authors=["Ada Example"])
    author = Author.objects.get(name="Zoë Łuk")

    assert titles(client, f"/feeds/authors/{author.slug}.{form}") == ["Theirs"]
    assert titles(client, f"/feeds/authors/former-name-{author.pk}.{form}") == ["Theirs"]


def test_the_feed_of_a_merged_author_leads_to_the_other(client: Client) -> None:
    kept = AuthorFactory.create(name="Ada Example")
    merged = AuthorFactory.create(name="A. Example", merged_into=kept)

    answer = client.get(f"/feeds/authors/{merged.slug}.atom")

    assert (answer.status_code, answer["Location"]) == (301, f"/feeds/authors/{kept.slug}.atom")


@pytest.mark.parametrize("form", FORMATS)
def test_a_search_has_a_feed_with_the_same_filters(client: Client, form: str) -> None:
    make("Model with code", has_code=True, days_ago=3)
    make("Modelling code", has_code=True, trending=-9)
    make("Model without")

    shown = titles(client, f"/feeds/search.{form}?q=model&code=on")

    assert shown == ["Modelling code", "Model with code"]


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/all.xml",
        "/feeds/all",
        "/feeds/topics/cs.XX.rss",
        "/feeds/topics/cs.CV.html",
        "/feeds/topics/%00.rss",
        "/feeds/topics/cs.CV%00.atom",
        "/feeds/authors/nobody-999999.atom",
        "/feeds/authors/nobody.atom",
        "/feeds/authors/x-99999999999999999999.atom",
        "/feeds/search.html?q=x",
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("asked", ["", "q=", "q=%00", "q=the", "q=x&since=soon", "q=x&topic=cs.XX"])
def test_a_search_for_nothing_says_what_to_do(client: Client, asked: str) -> None:
    answer = client.get(f"/feeds/search.rss?{asked}")

    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content


def test_an_atom_entry_tells_all_that_readers_use(client: Client) -> None:
    paper = make(
        "Light < Dark & “More”",
        arxiv_id="2611.00001",
        abstract="If a < b & c.\n\nThen <script>.",
        summary="Our words.",
        authors=["Ada Example", "Ben Example"],
        also_in=["cs.LG"],
    )

    feed = feedparser.parse(client.get("/feeds/all.atom").content)
    entry = feed.entries[0]

    assert entry.title == "Light < Dark & “More”"
    assert entry.link == f"{SITE}/p/2611.00001/"
    assert entry.id == f"{SITE}/p/n{paper.pk}/"
    assert [author.name for author in entry.authors] == ["Ada Example", "Ben Example"]
    assert [tag.term for tag in entry.tags] == ["cs.CV", "cs.LG"]
    assert entry.summary.startswith("<p>Our words.</p>\n\n<p>If a &lt; b &amp; c.</p>")
    assert "<script>" not in entry.summary
    assert entry.published == "2026-11-21T08:00:00+00:00"
    assert entry.updated >= entry.published
    links = {link.rel: link.href for link in feed.feed.links}
    assert links == {"alternate": f"{SITE}/", "self": f"{SITE}/feeds/all.atom"}
    assert feed.feed.language == "en"


def test_an_rss_item_tells_all_that_readers_use(client: Client) -> None:
    paper = make("A Paper", authors=["Ada Example", "Ben Example"])

    content = client.get("/feeds/all.rss").content.decode()

    for words in [
        f'<guid isPermaLink="true">{SITE}/p/n{paper.pk}/</guid>',
        "<dc:creator>Ada Example</dc:creator><dc:creator>Ben Example</dc:creator>",
        "<pubDate>Sat, 21 Nov 2026 08:00:00 +0000</pubDate>",
        "<category>cs.CV</category>",
        "<language>en</language>",
        f'<atom:link href="{SITE}/feeds/all.rss" rel="self"/>',
    ]:
        assert words in content, content


def test_a_json_item_tells_all_that_readers_use(client: Client) -> None:
    paper = make("A Paper", arxiv_id="2611.00001", abstract="If a < b.", authors=["Ada Example"])

    feed = json.loads(client.get("/feeds/all.json").content)
    item = feed["items"][0]

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["feed_url"], feed["language"]) == (f"{SITE}/feeds/all.json", "en")
    assert item["id"] == f"{SITE}/p/n{paper.pk}/"
    assert item["url"] == f"{SITE}/p/2611.00001/"
    assert item["external_url"] == "https://arxiv.org/abs/2611.00001"
    assert item["content_text"] == "If a < b."
    assert item["authors"] == [{"name": "Ada Example"}]
    assert item["tags"] == ["cs.CV"]
    assert item["date_published"] == "2026-11-21T08:00:00+00:00"


@pytest.mark.parametrize("form", FORMATS)
def test_signs_that_xml_forbids_break_no_feed(client: Client, form: str) -> None:
    bad = "a\x01b\x0bc\ufffed\U0001f600"
    paper = make("A Paper", abstract=bad, authors=[f"Ada {bad}"])
    Paper.objects.filter(pk=paper.pk).update(title=f"Odd {bad}")

    assert titles(client, f"/feeds/all.{form}") == ["Odd abcd\U0001f600"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("address", ["all.{}", "topics/cs.CV.{}", "search.{}?q=model"])
def test_an_unchanged_feed_is_not_sent_again(client: Client, form: str, address: str) -> None:
    make("Model")
    address = f"/feeds/{address.format(form)}"
    first = client.get(address)

    by_tag = client.get(address, headers={"If-None-Match": first["ETag"]})
    by_date = client.get(address, headers={"If-Modified-Since": first["Last-Modified"]})

    for answer in (by_tag, by_date):
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["ETag"] == first["ETag"]
        assert answer["Cache-Control"] == first["Cache-Control"] == "public, max-age=600"
    assert "Vary" not in first or "Cookie" not in first["Vary"]


def test_a_change_makes_another_etag(client: Client) -> None:
    paper = make("Model", authors=["Ada Example"])
    seen = [client.get("/feeds/all.rss")["ETag"]]

    Author.objects.update(name="Ada Renamed")
    seen.append(client.get("/feeds/all.rss")["ETag"])
    make("Another", days_ago=1)
    seen.append(client.get("/feeds/all.rss")["ETag"])
    paper.title = "Other Model"
    paper.save()
    seen.append(client.get("/feeds/all.rss")["ETag"])
    Paper.objects.filter(pk=paper.pk).update(status="hidden")
    seen.append(client.get("/feeds/all.rss")["ETag"])

    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("form", FORMATS)
def test_a_feed_without_papers_is_one_still(client: Client, form: str) -> None:
    assert titles(client, f"/feeds/all.{form}") == []
    assert client.get(f"/feeds/all.{form}").content == client.get(f"/feeds/all.{form}").content


def test_feeds_are_read_only(client: Client) -> None:
    answer = client.head("/feeds/all.rss")

    assert (answer.status_code, answer.content) == (200, b"")
    assert "ETag" in answer
    assert client.post("/feeds/all.rss").status_code == 405


@pytest.mark.parametrize("form", FORMATS)
def test_a_paper_of_thousands_breaks_no_feed(client: Client, form: str) -> None:
    paper = make("A Big One")
    authors = Author.objects.bulk_create(
        Author(name=f"Member {number}", name_key=f"member {number}") for number in range(2500)
    )
    Authorship.objects.bulk_create(
        Authorship(paper=paper, author=author, position=number)
        for number, author in enumerate(authors, start=2)
    )

    assert titles(client, f"/feeds/all.{form}") == ["A Big One"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("address", ["all.{}", "topics/cs.CV.{}", "search.{}?q=model&topic=cs.CV"])
def test_feeds_need_few_queries(
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    form: str,
    address: str,
) -> None:
    for number in range(20):
        make(f"Model {number}", authors=[f"Ada {number}", f"Ben {number}"])

    with django_assert_max_num_queries(12):
        titles(client, f"/feeds/{address.format(form)}")

"""Authors, liked papers, and what was learned: chosen, searched, brought along, taken back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from papers.models import Paper
from papers.naming import title_key
from papers.sources import FetchedPaper
from subscriptions import interests, liking, links, voting
from subscriptions.links import Purpose
from subscriptions.models import Interest, Subscriber, Vote
from tests.factories import AuthorFactory, DigestFactory, PaperFactory, SubscriberFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
HALF_BROKEN = (
    "@article{one, title = {A Study of Subject Here}, eprint = {2401.01234}}\n"
    "@article{two, author = {Nobody}}\n"
    "@article{three, title = {A Study that is Unknown Here}}\n"
)


def address(reader: Subscriber, query: str = "") -> str:
    return links.path(Purpose.PREFERENCES, reader, datetime.now(UTC), page="interests") + query


def press(client: Client, reader: Subscriber, **button: Any) -> str:
    return client.post(address(reader), button, follow=True).content.decode()


def bring(client: Client, reader: Subscriber, text: str, **more: Any) -> str:
    given = {"like": "these", "papers": text} | more
    return client.post(address(reader), given, follow=True).content.decode()


@pytest.fixture
def reader() -> Subscriber:
    return SubscriberFactory.create()


def test_looking_and_searching_change_nothing(client: Client, reader: Subscriber) -> None:
    AuthorFactory.create(name="Ada Lovelace")

    client.get(address(reader))
    client.get(address(reader, "?q=ada&follow=1&remove=1"))
    client.head(address(reader))

    assert not Interest.objects.exists()


def test_an_author_is_found_by_name_and_told_apart_from_namesakes(
    client: Client, reader: Subscriber
) -> None:
    one = AuthorFactory.create(name="Wei Li", affiliation="A University")
    AuthorFactory.create(name="Wei Li")
    AuthorFactory.create(name="Nobody Else")
    PaperFactory.create().authors.add(one)

    page = client.get(address(reader, "?q=li+wei")).content.decode()

    assert page.count("<bdi>Wei Li</bdi></a>") == 2
    assert "1 paper here" in page
    assert "0 papers here" in page
    assert "A University" in page
    assert "Nobody Else" not in page


def test_at_most_twenty_authors_are_shown(client: Client, reader: Subscriber) -> None:
    for number in range(25):
        AuthorFactory.create(name=f"Wei Li{number}")

    page = client.get(address(reader, "?q=Wei")).content.decode()

    assert page.count('name="follow"') == 20


@pytest.mark.parametrize("sought", ["Xyzzy", "%00", "%", "_", "x" * 5000, "<b>", "🙂", "שלום", " "])
def test_a_search_that_finds_nobody_says_so(
    client: Client, reader: Subscriber, sought: str
) -> None:
    AuthorFactory.create(name="Ada Lovelace")

    answer = client.get(address(reader), {"q": sought})

    assert answer.status_code == 200
    assert "Ada Lovelace" not in answer.content.decode()


def test_an_author_is_followed_then_muted_then_removed(client: Client, reader: Subscriber) -> None:
    author = AuthorFactory.create(name="Ada Lovelace")

    assert "You follow Ada Lovelace." in press(client, reader, follow=author.pk)
    assert "are never sent to you" in press(client, reader, mute=author.pk)
    interest = reader.interests.get()
    assert interest.muted
    assert "Removed." in press(client, reader, remove=interest.pk)
    assert "It was removed before." in press(client, reader, remove=interest.pk)
    assert not reader.interests.exists()


def test_pressing_twice_follows_once(client: Client, reader: Subscriber) -> None:
    author = AuthorFactory.create()

    press(client, reader, follow=author.pk)
    press(client, reader, follow=author.pk)

    assert reader.interests.count() == 1


def test_after_following_the_search_is_still_there(client: Client, reader: Subscriber) -> None:
    author = AuthorFactory.create(name="Ada Lovelace")

    assert 'value="ada"' in press(client, reader, follow=author.pk, q="ada")


@pytest.mark.parametrize("button", ["follow", "mute", "remove", "unvote", "unanswer"])
@pytest.mark.parametrize("row", ["", "0", "-1", "nonsense", "9" * 30, "\u0661", "\0"])
def test_a_row_that_is_none_changes_nothing(
    client: Client, reader: Subscriber, button: str, row: str
) -> None:
    interests.like(reader, PaperFactory.create())

    answer = client.post(address(reader), {button: row})

    assert answer.status_code == 302
    assert reader.interests.count() == 1


def test_nobody_removes_what_is_anothers(client: Client, reader: Subscriber) -> None:
    other = SubscriberFactory.create()
    interests.like(other, PaperFactory.create())
    digest = DigestFactory.create(subscriber=other, worth_reading=True)

    press(client, reader, remove=other.interests.get().pk)
    press(client, reader, unanswer=digest.pk)

    digest.refresh_from_db()
    assert other.interests.count() == 1
    assert digest.worth_reading is True


def test_pasted_papers_are_taken_and_counted(client: Client, reader: Subscriber) -> None:
    PaperFactory.create(arxiv_id="2401.01234", title="A Paper that is Here")

    page = bring(client, reader, "https://arxiv.org/abs/2401.01234v2\n10.1000/182\n2401.99999")

    assert "3 papers taken. 1 is here. 2 are not here: they count by their titles" in page
    assert "A Paper that is Here" in page
    assert set(reader.interests.values_list("key", flat=True)) == {"", "10.1000/182", "2401.99999"}


@pytest.mark.parametrize("by", ["arxiv_id", "doi", "title_key"])
def test_a_paper_that_came_in_later_is_shown_as_it_is_called(
    client: Client, reader: Subscriber, by: str
) -> None:
    title = "A Paper that Came In Later"
    key = {"arxiv_id": "2401.01234", "doi": "10.1000/182", "title_key": title_key(title)}[by]
    interests.like_unknown(reader, key, title="As the reader spelt it")
    assert "not here yet" in client.get(address(reader)).content.decode()
    paper = PaperFactory.create(title=title)
    Paper.objects.filter(pk=paper.pk).update(**{by: key})
    paper.refresh_from_db()

    page = client.get(address(reader)).content.decode()

    assert title in page
    assert paper.get_absolute_url() in page
    assert "not here yet" not in page
    assert "As the reader spelt it" not in page


def test_of_a_hidden_paper_that_came_in_later_the_readers_own_words_stay(
    client: Client, reader: Subscriber
) -> None:
    interests.like_unknown(reader, "2401.01234", title="As the reader spelt it")
    PaperFactory.create(arxiv_id="2401.01234", title="Nonsense", status=Paper.Status.HIDDEN)

    page = client.get(address(reader)).content.decode()

    assert "As the reader spelt it" in page
    assert "Nonsense" not in page


def test_bringing_the_same_twice_likes_each_once(client: Client, reader: Subscriber) -> None:
    PaperFactory.create(arxiv_id="2401.01234")

    bring(client, reader, "2401.01234\n10.1000/182\n2401.01234v2")
    bring(client, reader, "2401.01234\n10.1000/182")

    assert reader.interests.count() == 2


def test_what_was_brought_by_its_id_gets_its_title_when_it_is_brought_again(
    client: Client, reader: Subscriber
) -> None:
    bibtex = "@misc{a, title = {A Told Title}, abstract = {Told words.}, eprint = {2401.01234}}"

    bare = bring(client, reader, "2401.01234")
    told = bring(client, reader, bibtex)
    bring(client, reader, "2401.01234")

    interest = reader.interests.get()
    assert (interest.text, interest.abstract) == ("A Told Title", "Told words.")
    assert "A Told Title" in told
    assert "1 of them is known by its id alone, and counts once it comes here." in bare
    assert "known by its id alone" not in told


def test_a_title_that_is_kept_is_not_replaced(reader: Subscriber) -> None:
    for title, abstract in (("", ""), ("The First", ""), ("", "Words."), ("A Second", "Others.")):
        liking.take(reader, [FetchedPaper(title=title, abstract=abstract, arxiv_id="2401.01234")])

    interest = reader.interests.get()
    assert (interest.text, interest.abstract) == ("The First", "Words.")


def test_one_that_is_liked_again_by_its_id_alone_keeps_its_title(reader: Subscriber) -> None:
    interests.like_unknown(reader, "2401.01234", title="A Told Title", abstract="Told words.")
    interests.like_unknown(reader, "2401.01234")

    interest = reader.interests.get()
    assert (interest.text, interest.abstract) == ("A Told Title", "Told words.")


def test_an_id_that_cannot_exist_is_named_and_not_taken(client: Client, reader: Subscriber) -> None:
    page = bring(client, reader, "2401.01234\n9999.99999")

    assert "Line 2: arXiv has given no id 9999.99999 yet." in page
    assert reader.interests.get().key == "2401.01234"


def test_of_json_the_entry_is_named_and_not_the_line(client: Client, reader: Subscriber) -> None:
    page = bring(client, reader, '[{"title": "A Sound Entry"}, {"author": []}]')

    assert "Entry 2 has no “title” and no “DOI”: it was left out." in page
    assert "Line " not in page


def test_what_a_mail_said_less_of_is_liked_when_it_is_brought_along(
    client: Client, reader: Subscriber
) -> None:
    paper = PaperFactory.create(arxiv_id="2401.01234")
    interests.like(reader, paper, muted=True, origin="learned")

    bring(client, reader, "2401.01234")

    interest = reader.interests.get()
    assert (interest.muted, interest.origin) == (False, "chosen")


def test_of_a_half_broken_file_the_good_half_is_taken_and_the_bad_lines_are_named(
    client: Client, reader: Subscriber
) -> None:
    PaperFactory.create(arxiv_id="2401.01234")

    page = bring(client, reader, HALF_BROKEN)

    assert "2 papers taken. 1 is here. 1 is not here: it counts by its title" in page
    assert "Line 2: the entry &#x27;two&#x27; has no title" in page
    assert "@article{three" in page  # kept for mending
    assert reader.interests.count() == 2


def test_a_file_is_read_like_what_is_pasted(client: Client, reader: Subscriber) -> None:
    file = SimpleUploadedFile("library.bib", HALF_BROKEN.encode())

    page = bring(client, reader, "", file=file)

    assert "2 papers taken" in page


def test_a_title_alone_finds_the_paper_that_is_here(client: Client, reader: Subscriber) -> None:
    paper = PaperFactory.create(title="A Rather Telling Title of a Paper")

    bring(client, reader, "@article{a, title = {A rather telling title of a paper}}")

    assert reader.interests.get().paper == paper


def test_a_hidden_paper_is_not_shown_to_who_brings_its_id(
    client: Client, reader: Subscriber
) -> None:
    PaperFactory.create(arxiv_id="2401.01234", title="Hidden", status=Paper.Status.HIDDEN)

    page = bring(client, reader, "2401.01234")

    assert "Hidden" not in page
    assert reader.interests.get().key == "2401.01234"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "nothing in it"),
        (b"%PDF\0", "no text"),
        (b"\xff\xfe2\x004\x00", "UTF-16"),
        (b"\xe9\xe8", "not UTF-8"),
        (b"<html>", "web page"),
        (b"2" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_plain_words(
    client: Client, reader: Subscriber, file: bytes, words: str
) -> None:
    page = bring(client, reader, "", file=SimpleUploadedFile("odd", file))

    assert words in page
    assert "Please look again" in page
    assert not reader.interests.exists()


@pytest.mark.parametrize(
    "text", ["", "\0", "nonsense", "<script>alert(1)</script>", "🙂", "x" * 10_000]
)
def test_what_holds_no_paper_is_explained_and_kept(
    client: Client, reader: Subscriber, text: str
) -> None:
    answer = client.post(address(reader), {"like": "these", "papers": text})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="note error"' in page
    assert "<script>alert" not in page
    assert not reader.interests.exists()


def test_two_thousand_papers_are_taken_and_one_more_is_not(
    client: Client, reader: Subscriber
) -> None:
    typed = "\n".join(f"2401.{number:05}" for number in range(1, liking.MOST_LIKED + 1))

    assert "2000 papers taken" in bring(client, reader, typed)
    page = bring(client, reader, "10.1000/182")

    assert "There are 1 new papers, and there is room for 0" in page
    assert "10.1000/182" in page
    assert reader.interests.count() == liking.MOST_LIKED
    assert "2000 papers taken" in bring(client, reader, typed)


def test_all_that_was_learned_is_listed_and_each_can_be_undone(
    client: Client, reader: Subscriber
) -> None:
    more, less, voted = (
        PaperFactory.create(title=f"{name} of it") for name in ("More", "Less", "V")
    )
    interests.like(reader, more, origin="learned")
    interests.like(reader, less, muted=True, origin="learned")
    voting.vote(reader, voted, NOW)
    digest = DigestFactory.create(subscriber=reader, worth_reading=False)

    page = client.get(address(reader)).content.decode()
    for words in ("More like this:", "Less like this:", "You voted for:", "Not worth your time"):
        assert words in page

    press(client, reader, remove=reader.interests.get(paper=less).pk)
    press(client, reader, unvote=voted.pk)
    press(client, reader, unanswer=digest.pk)

    digest.refresh_from_db()
    assert list(reader.interests.values_list("paper", flat=True)) == [more.pk]
    assert not Vote.objects.exists()
    assert digest.worth_reading is None


def test_forgetting_all_keeps_what_was_chosen_and_the_votes(
    client: Client, reader: Subscriber
) -> None:
    interests.like(reader, PaperFactory.create(title="Chosen"))
    interests.like(reader, PaperFactory.create(), origin="learned")
    voting.vote(reader, PaperFactory.create(), NOW)
    DigestFactory.create(subscriber=reader, worth_reading=True)

    press(client, reader, forget="all")
    press(client, reader, forget="all")

    assert reader.interests.get().origin == "chosen"
    assert reader.votes.count() == 1
    assert not reader.digests.exclude(worth_reading=None).exists()


def test_another_purpose_opens_nothing(client: Client, reader: Subscriber) -> None:
    token = links.token(Purpose.UNDO, reader, datetime.now(UTC))

    assert client.post(f"/preferences/{token}/interests/", {"forget": "all"}).status_code == 404


def test_the_page_needs_few_queries(
    client: Client, reader: Subscriber, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        interests.follow_author(reader, AuthorFactory.create(name=f"Wei Li{number}"))
        interests.like(reader, PaperFactory.create(), origin=["chosen", "learned"][number % 2])
        voting.vote(reader, PaperFactory.create(), NOW)

    with django_assert_max_num_queries(18):
        client.get(address(reader, "?q=wei"))

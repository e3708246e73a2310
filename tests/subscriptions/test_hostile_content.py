"""Whatever sources, readers and operators type: the mail leaves, is valid, and says it as text."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.conf import LazySettings

from papers.models import Author, Authorship, Edition, Paper
from subscriptions import interests
from subscriptions.digests import pipeline
from subscriptions.emails import rendering
from subscriptions.emails.fitting import MOST
from subscriptions.emails.message import Mail
from subscriptions.models import Digest, Subscriber
from tests.factories import PaperFactory, SubscriberFactory, TopicFactory
from tests.subscriptions.sent_digests import mail_of, sent_to

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
HOSTILE = [
    "$$$ unbalanced $x^{ \\frac{ \\textbf{",
    "\\input{/etc/passwd} $\\input{/etc/passwd}$",
    "Right \u202eto left\u2066 and back",
    "Zero\u200bwidth\u2060\ufeff joiners \u200d",
    "Family \U0001f468\u200d\U0001f469\u200d\U0001f467 on graphs",
    "Piles" + "\u0301" * 200,
    "<script>alert(1)</script> & \"quotes\" 'here'",
    "{{ settings.SECRET_KEY }} {% load x %} {name} {0} %s %(name)s %% {",
    "Title\r\nBcc: eve@example.com",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645",
    "\U0001f600" * 300,
    "<!--card 2--> <!--feedback--> ITEM/",
    "x" * 1000,
]


@pytest.fixture(params=["en", "de"])
def reader(request: pytest.FixtureRequest, now: datetime) -> Subscriber:
    return SubscriberFactory.create(next_send_at=now, paper_count=25, language=request.param)


@pytest.mark.parametrize("text", HOSTILE)
def test_in_titles_abstracts_names_and_keywords(
    now: datetime, reader: Subscriber, text: str
) -> None:
    topic = TopicFactory.create(code="xx.YY", name=text[:80])
    interests.choose_topics(reader, [topic])
    for number in range(4):
        paper = PaperFactory.create(
            title=f"{text[:990]} {number}",
            abstract=f"{text} {number} " * 50,
            topic="xx.YY",
            first_seen_at=now - HOUR,
        )
        paper.authorships.update(affiliation=text[:200])
    Author.objects.update(name=text[:200])
    interests.follow_author(reader, Author.objects.earliest("pk"))
    keywords = [word for word in (text[:80], "graphs") if interests.is_keyword(word)]
    interests.choose_keywords(reader, keywords, [])
    interests.like_unknown(reader, "some-key", title=text, abstract=text)

    assert_sound(sent_to(reader, now))


def test_papers_that_say_nothing_of_themselves(now: datetime, reader: Subscriber) -> None:
    nameless = TopicFactory.create(code="xx.NO", name="")
    for number in range(3):
        paper = PaperFactory.create(abstract="", first_seen_at=now - HOUR)
        Authorship.objects.filter(paper=paper).delete()
        Paper.objects.filter(pk=paper.pk).update(
            arxiv_id=None, primary_topic=nameless if number else None, published_on=None
        )
    interests.choose_topics(reader, [nameless, TopicFactory.create()])

    assert_sound(sent_to(reader, now))


def test_three_hundred_authors_and_a_megabyte(now: datetime, reader: Subscriber) -> None:
    names = [f"Author The {number}th of a Large Collaboration" for number in range(300)]
    for _ in range(3):
        PaperFactory.create(abstract="A very $x^2$ long one. " * 45_000, first_seen_at=now - HOUR)
    PaperFactory.create(authors=names, first_seen_at=now - HOUR)

    assert_sound(sent_to(reader, now))


@pytest.mark.parametrize(
    "subject", ["\U0001f600" * 120, "One\r\nBcc: eve@example.com", "  ", "\u200b"]
)
@pytest.mark.usefixtures("todays_papers")
def test_subjects_that_editors_type(now: datetime, reader: Subscriber, subject: str) -> None:
    Edition.objects.create(date=now.date(), subject=subject)

    assert_sound(sent_to(reader, now))


@pytest.mark.usefixtures("todays_papers")
def test_operators_names_and_addresses(
    now: datetime, reader: Subscriber, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.POSTAL_ADDRESS = "Müller & <b>Söhne</b>\nMain Street 1\n12345 Town"
    settings.SITE_URL = "https://papers.example.org:8443"
    name = 'Müller\'s "Papers" & <b>more</b> %s {0} {{ x }}'
    monkeypatch.setitem(rendering.BASE, "site_name", name)

    digest = sent_to(reader, now)

    mail = mail_of(digest)
    assert name in mail.text
    assert "<b>" not in mail.html
    assert "https://papers.example.org:8443/u/" in mail.headers["List-Unsubscribe"]
    assert_sound(digest)


def assert_sound(digest: Digest) -> None:
    """Sent; one header of each name; HTML without anything that was typed as markup."""
    assert (digest.state, digest.reason) == ("sent", "")
    mail = mail_of(digest)
    message = message_from_bytes(mail.as_email().message().as_bytes(), policy=policy.default)
    assert not message.defects
    names = [name.lower() for name in message]  # each as often as it is there
    assert len(names) == len(set(names))
    assert "bcc" not in names
    assert str(message["Subject"]).strip()
    assert "\n" not in mail.subject
    assert_harmless(mail)
    assert pipeline.run(lambda: digest.due_at) == {}


def assert_harmless(mail: Mail) -> None:
    assert len(mail.html.encode()) < MOST
    assert "<script" not in mail.html
    assert mail.html.count('class="card"') == mail.html.count('class="why"')
    assert not any(sign in mail.text + mail.html for sign in "\u202e\u2066")
    assert "root:" not in mail.text

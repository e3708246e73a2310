"""Topics in the reader's language: on pages, in mails and in reasons."""

import pytest
from django.test import Client
from django.utils import translation

from papers.models import Topic
from papers.taxonomy import all_topics
from papers.topic_names import local_name, translatable


def test_a_topic_and_its_group_are_named_in_the_readers_language() -> None:
    topic = Topic(code="cs.HC", name="How people use computers", group="Computer Science")

    with translation.override("de"):
        assert topic.local_name == "Mensch-Computer-Interaktion"
        assert topic.local_group == "Informatik"
        assert str(topic) == "Mensch-Computer-Interaktion (cs.HC)"
    assert topic.local_name == topic.name
    assert str(topic) == "How people use computers (cs.HC)"


@pytest.mark.parametrize(
    "name", ["Seeing machines", "", "%(topic)s {0}", "Zwölf\nZeilen\x04", "🦊"]
)
def test_a_name_that_nobody_translated_stays_as_it_is(name: str) -> None:
    with translation.override("de"):
        assert local_name(name) == name


def test_every_name_of_the_taxonomy_is_offered_to_translators_once() -> None:
    names = list(translatable())

    assert len(names) == len(set(names))
    assert {topic.name for topic in all_topics()} | {topic.group for topic in all_topics()} == set(
        names
    )


def test_no_two_topics_get_the_same_name() -> None:
    with translation.override("de"):
        named = [local_name(topic.name) for topic in all_topics()]

    assert len(named) == len(set(named))


def test_names_can_stand_in_a_catalogue_as_they_are() -> None:
    assert not [name for name in translatable() if set(name) & set('"\\\n')]


@pytest.mark.django_db
def test_pages_name_a_topic_that_an_editor_worded_as_the_editor_did(client: Client) -> None:
    Topic.objects.filter(code="cs.CV").update(name="Seeing machines")

    page = client.get("/topics/", headers={"accept-language": "de"}).text

    assert "Seeing machines" in page
    assert "Maschinelles Lernen" in page
    assert "Machine learning" not in page

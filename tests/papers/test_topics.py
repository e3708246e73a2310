import pytest
from django.core.management import call_command
from django.db.migrations.state import ProjectState
from pytest_django import DjangoAssertNumQueries

from papers.models import Topic
from papers.taxonomy import all_topics
from papers.topics import load_after_migrate, load_taxonomy

pytestmark = pytest.mark.django_db


def test_every_topic_exists_after_migrate_in_the_taxonomys_order() -> None:
    codes = list(Topic.objects.order_by("position").values_list("code", flat=True))

    assert codes == [topic.code for topic in all_topics()]


def test_loading_twice_keeps_the_rows_and_takes_one_query(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    before = list(Topic.objects.values())

    with django_assert_max_num_queries(3):  # the statement, within a transaction
        load_taxonomy()

    assert list(Topic.objects.values()) == before


def test_an_editors_name_stays_and_the_rest_follows_the_taxonomy() -> None:
    Topic.objects.filter(code="cs.CV").update(name="Seeing", group="Other", position=0)

    load_taxonomy()

    topic = Topic.objects.get(code="cs.CV")
    assert (topic.name, topic.group) == ("Seeing", "Computer Science")
    assert topic.position > 0


def test_an_editors_own_topic_stays() -> None:
    Topic.objects.create(code="own.XX", name="Our own")

    load_taxonomy()

    assert Topic.objects.filter(code="own.XX").exists()


def test_nothing_is_loaded_where_papers_is_migrated_back_to_nothing() -> None:
    Topic.objects.all().delete()

    load_after_migrate(using="default", apps=ProjectState().apps)

    assert not Topic.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_flush_brings_the_topics_back() -> None:
    call_command("flush", interactive=False, verbosity=0)

    assert Topic.objects.count() == len(all_topics())

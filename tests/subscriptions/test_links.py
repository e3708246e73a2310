from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from subscriptions import links
from subscriptions.links import LIFETIMES, ExpiredLink, Purpose, UnknownLink
from tests.factories import SubscriberFactory

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db
each_purpose = pytest.mark.parametrize("purpose", Purpose)


@each_purpose
def test_a_link_leads_to_its_subscriber(purpose: Purpose) -> None:
    SubscriberFactory.create()
    reader = SubscriberFactory.create()

    assert links.resolve(purpose, links.token(purpose, reader, NOW), NOW) == reader


@each_purpose
def test_a_link_of_another_purpose_is_unknown(purpose: Purpose) -> None:
    token = links.token(purpose, SubscriberFactory.create(), NOW)

    for other in set(Purpose) - {purpose}:
        with pytest.raises(UnknownLink):
            links.resolve(other, token, NOW)


@each_purpose
def test_a_raised_version_revokes_every_link(purpose: Purpose) -> None:
    reader = SubscriberFactory.create()
    token = links.token(purpose, reader, NOW)

    reader.link_version += 1
    reader.save()

    with pytest.raises(UnknownLink):
        links.resolve(purpose, token, NOW)


@pytest.mark.parametrize("purpose", [one for one in Purpose if LIFETIMES[one]])
def test_a_link_lives_for_its_lifetime_and_then_names_whose_it_was(purpose: Purpose) -> None:
    reader = SubscriberFactory.create()
    lifetime = purpose.lifetime or timedelta()
    token = links.token(purpose, reader, NOW)

    assert links.resolve(purpose, token, NOW + lifetime) == reader
    with pytest.raises(ExpiredLink) as caught:
        links.resolve(purpose, token, NOW + lifetime + timedelta(hours=1))
    assert caught.value.subscriber == reader


def test_the_unsubscribe_link_of_an_old_digest_still_works() -> None:
    reader = SubscriberFactory.create()
    token = links.token(Purpose.UNSUBSCRIBE, reader, NOW)

    later = NOW + timedelta(days=20 * 365)
    assert links.resolve(Purpose.UNSUBSCRIBE, token, later) == reader


def test_the_unsubscribe_address_fits_into_58_characters(settings: LazySettings) -> None:
    settings.SITE_URL = "https://" + "h" * 27

    assert len(links.url(Purpose.UNSUBSCRIBE, SubscriberFactory.create(), NOW)) <= 58


def test_links_made_with_another_key_are_unknown(settings: LazySettings) -> None:
    token = links.token(Purpose.UNSUBSCRIBE, SubscriberFactory.create(), NOW)

    settings.LINK_KEY = "another-key"

    with pytest.raises(UnknownLink):
        links.resolve(Purpose.UNSUBSCRIBE, token, NOW)


def test_links_outlive_a_changed_secret_key(settings: LazySettings) -> None:
    reader = SubscriberFactory.create()
    token = links.token(Purpose.UNSUBSCRIBE, reader, NOW)

    settings.SECRET_KEY = "another-key"

    assert links.resolve(Purpose.UNSUBSCRIBE, token, NOW) == reader


@pytest.mark.parametrize("change", ["{}=", "{}A", " {}", "{}\n", "{}==", "{}%", "é{}", "{}\0"])
@each_purpose
def test_a_token_written_in_any_other_way_is_unknown(purpose: Purpose, change: str) -> None:
    token = links.token(purpose, SubscriberFactory.create(), NOW)

    with pytest.raises(UnknownLink):
        links.resolve(purpose, change.format(token), NOW)


@pytest.mark.parametrize("token", ["", "A", "x" * 20, "x" * 24, "☕" * 20, "A" * 100_000])
@each_purpose
def test_nonsense_is_unknown(purpose: Purpose, token: str) -> None:
    with pytest.raises(UnknownLink):
        links.resolve(purpose, token, NOW)


def test_a_resolved_link_costs_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    token = links.token(Purpose.PREFERENCES, SubscriberFactory.create(), NOW)

    with django_assert_num_queries(1):
        links.resolve(Purpose.PREFERENCES, token, NOW)


@given(st.data())
def test_no_flipped_bit_is_accepted(data: st.DataObject) -> None:
    purpose = data.draw(st.sampled_from(Purpose))
    reader = SubscriberFactory.create()
    token = links.token(purpose, reader, NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda c: c != token[place]))

    with pytest.raises(UnknownLink):
        links.resolve(purpose, token[:place] + other + token[place + 1 :], NOW)

"""Who may open which page of the admin site. A page without a line here fails.

E: Editors, S: Support, O: Operators; superusers may open all that anybody may. `staff`: all of
them, without any right; `anybody`: before logging in, too; `nobody`: not even superusers.
"""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from tests.admin_site import act
from tests.factories import SubscriberFactory
from tests.staff.admin_urls import GUESSED, Address, a_row_of, addresses

MAY_OPEN = """
app_list                                   staff
auditlog_logentry_add                      nobody
auditlog_logentry_change                   O
auditlog_logentry_changelist               O
auditlog_logentry_delete                   nobody
auditlog_logentry_history                  O
auth_group_add                             superusers
auth_group_change                          superusers
auth_group_changelist                      superusers
auth_group_delete                          superusers
auth_group_history                         superusers
auth_user_add                              superusers
auth_user_change                           superusers
auth_user_changelist                       superusers
auth_user_delete                           superusers
auth_user_history                          superusers
auth_user_password_change                  superusers
edition_before                             ESO
edition_freeze                             E
edition_hold                               EO
edition_papers                             ESO
edition_release                            EO
enrol                                      staff
index                                      staff
jsi18n                                     staff
login                                      anybody
logout                                     anybody
papers_author_add                          E
papers_author_change                       EO
papers_author_changelist                   EO
papers_author_delete                       superusers
papers_author_history                      EO
papers_correction_add                      E
papers_correction_change                   EO
papers_correction_changelist               EO
papers_correction_delete                   nobody
papers_correction_history                  EO
papers_edition_add                         nobody
papers_edition_change                      ESO
papers_edition_changelist                  ESO
papers_edition_delete                      nobody
papers_edition_history                     ESO
papers_paper_add                           E
papers_paper_change                        ESO
papers_paper_changelist                    ESO
papers_paper_delete                        nobody
papers_paper_export                        ESO
papers_paper_history                       ESO
papers_paper_import                        E
papers_paper_process_import                E
papers_paperimport_add                     E
papers_paperimport_change                  E
papers_paperimport_changelist              E
papers_paperimport_delete                  nobody
papers_paperimport_history                 E
papers_paperimport_lines                   E
papers_scheduledingest_add                 nobody
papers_scheduledingest_change              EO
papers_scheduledingest_changelist          EO
papers_scheduledingest_delete              nobody
papers_scheduledingest_history             EO
papers_submission_add                      nobody
papers_submission_change                   EO
papers_submission_changelist               EO
papers_submission_delete                   nobody
papers_submission_history                  EO
papers_topic_add                           nobody
papers_topic_change                        EO
papers_topic_changelist                    EO
papers_topic_delete                        nobody
papers_topic_export                        EO
papers_topic_history                       EO
papers_topic_import                        E
papers_topic_process_import                E
password_change                            staff
password_change_done                       staff
preview                                    ESO
preview_mail                               ESO
preview_test                               E
second_step                                staff
subscriptions_dayfigures_changelist        EO
subscriptions_dayfigures_edition           EO
subscriptions_dayfigures_table             EO
subscriptions_digest_add                   nobody
subscriptions_digest_change                ESO
subscriptions_digest_changelist            ESO
subscriptions_digest_delete                nobody
subscriptions_digest_history               ESO
subscriptions_digest_mail                  ESO
subscriptions_notice_add                   nobody
subscriptions_notice_change                SO
subscriptions_notice_changelist            SO
subscriptions_notice_delete                nobody
subscriptions_notice_history               SO
subscriptions_providerevent_add            nobody
subscriptions_providerevent_change         SO
subscriptions_providerevent_changelist     SO
subscriptions_providerevent_delete         nobody
subscriptions_providerevent_history        SO
subscriptions_sending_changelist           O
subscriptions_subscriber_add               nobody
subscriptions_subscriber_address           S
subscriptions_subscriber_change            SO
subscriptions_subscriber_changelist        SO
subscriptions_subscriber_data              S
subscriptions_subscriber_delete            superusers
subscriptions_subscriber_history           SO
subscriptions_subscriber_timeline          SO
subscriptions_subscriber_why               SO
subscriptions_suppression_add              SO
subscriptions_suppression_change           SO
subscriptions_suppression_changelist       SO
subscriptions_suppression_delete           nobody
subscriptions_suppression_export           SO
subscriptions_suppression_history          SO
subscriptions_suppression_import           SO
subscriptions_suppression_process_import   SO
subscriptions_vote_add                     nobody
subscriptions_vote_change                  SO
subscriptions_vote_changelist              SO
subscriptions_vote_delete                  nobody
subscriptions_vote_history                 SO
view_on_site                               superusers
your_sign_in                               staff
"""
EXPECTED = dict(line.split() for line in MAY_OPEN.strip().splitlines())
ELSEWHERE = {"autocomplete", "app_list"}  # tests of their own below
GROUPS = {"E": "Editors", "S": "Support", "O": "Operators"}
FORBIDDEN = 403


def member(group: str = "") -> Client:
    user = User.objects.create(username=f"one of {group}", is_staff=True)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return signed_in(user)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def people(db: None) -> dict[str, Client]:
    chief = User.objects.create_superuser("chief")
    return {
        "anonymous": Client(),
        "no rights": member(),
        **{letter: member(group) for letter, group in GROUPS.items()},
        "superuser": signed_in(chief),
    }


@pytest.fixture
def rows(db: None) -> dict[Any, Any]:
    return {model: a_row_of(model) for model in {each.model for each in addresses()} if model}


def allowed(who: str) -> set[str]:
    return {
        "anybody": {"anonymous", "no rights", *GROUPS, "superuser"},
        "staff": {"no rights", *GROUPS, "superuser"},
        "superusers": {"superuser"},
        "nobody": set(),
    }.get(who, {*who, "superuser"})


def ask(client: Client, url: str) -> Any:
    """As a browser does; where only a form leads, an empty form."""
    answer = client.get(url)
    return client.post(url) if answer.status_code == 405 else answer


def opened(answer: Any) -> bool:
    to_login = answer.get("Location", "").startswith("/admin/login/")
    return not to_login and answer.status_code != FORBIDDEN


def in_the_table() -> list[Address]:
    return [address for address in addresses() if address.name not in {*ELSEWHERE, "logout"}]


def test_every_page_has_a_line_and_every_line_a_page() -> None:
    assert {address.name for address in addresses()} - {"autocomplete"} == EXPECTED.keys()


@pytest.mark.ignore_template_errors  # each page's own tests see to them
def test_each_page_opens_for_whom_it_should_and_for_nobody_else(
    people: dict[str, Client], rows: dict[Any, Any]
) -> None:
    wrong = [
        f"{address.name}: {who} {answer.status_code}, expected {EXPECTED[address.name]}"
        for address in in_the_table()
        for who, client in people.items()
        for answer in [ask(client, address.of(rows[address.model].pk if address.model else 1))]
        if opened(answer) != (who in allowed(EXPECTED[address.name]))
    ]

    assert not wrong


def test_guessed_numbers_give_nothing_away(people: dict[str, Client], rows: dict[Any, Any]) -> None:
    """Whoever may not see a row is answered alike whether there is one or not."""
    told = [
        f"{address.name}: {who}"
        for address in in_the_table()
        if address.model and address.arguments
        for who, client in people.items()
        if who not in allowed(EXPECTED[address.name])
        if len(
            {ask(client, address.of(row)).status_code for row in (rows[address.model].pk, GUESSED)}
        )
        > 1
    ]

    assert not told


# --- ways around ---------------------------------------------------------------------------------


def test_an_app_without_anything_to_see_is_not_there(people: dict[str, Client]) -> None:
    answers = {
        who: [client.get(f"/admin/{app}/").status_code for app in ("papers", "auditlog", "auth")]
        for who, client in people.items()
    }

    assert answers == {
        "anonymous": [302, 302, 302],
        "no rights": [404, 404, 404],
        "E": [200, 404, 404],
        "S": [200, 404, 404],
        "O": [200, 200, 404],
        "superuser": [200, 200, 200],
    }


def test_lists_to_choose_from_name_nobody_to_who_may_not_see_them(
    people: dict[str, Client],
) -> None:
    SubscriberFactory.create(email="reader@example.com")
    asked = [
        {"app_label": "subscriptions", "model_name": "interest", "field_name": "subscriber"},
        {"app_label": "subscriptions", "model_name": "digest", "field_name": "subscriber"},
        {"app_label": "auditlog", "model_name": "logentry", "field_name": "actor"},
        {"app_label": "auth", "model_name": "user", "field_name": "groups"},
    ]

    answers = [people["E"].get(reverse("admin:autocomplete"), facts) for facts in asked]

    assert {answer.status_code for answer in answers} == {FORBIDDEN}


@pytest.mark.parametrize(
    "query",
    ["?_to_field=email", "?_to_field=address_hash&_popup=1", "?e=1&email__startswith=r"],
)
def test_no_query_spells_an_address_out(people: dict[str, Client], query: str) -> None:
    SubscriberFactory.create(email="reader@example.com")
    url = reverse("admin:subscriptions_subscriber_changelist")

    answer = people["O"].get(url + query, follow=True)

    assert "reader@" not in answer.text


def test_actions_of_others_do_nothing(people: dict[str, Client], rows: dict[Any, Any]) -> None:
    reader = SubscriberFactory.create()
    url = reverse("admin:subscriptions_subscriber_changelist")
    for who in ("E", "O"):
        act(people[who], url, "unsubscribe", reader, confirmed="yes")
        act(people[who], url, "delete_selected", reader, post="yes")

    reader.refresh_from_db()
    assert reader.state == "active"


def test_nobody_makes_a_superuser_of_himself_by_a_right_alone(db: None) -> None:
    kim = User.objects.create(username="kim", is_staff=True)
    kim.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    url = reverse("admin:auth_user_change", args=[kim.pk])

    answer = signed_in(kim).post(url, {"username": "kim", "is_superuser": "on", "is_staff": "on"})

    kim.refresh_from_db()
    assert answer.status_code == FORBIDDEN
    assert not kim.is_superuser

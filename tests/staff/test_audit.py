"""Every change by staff is written down, with no address; what machines and readers do is not."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from digest_project.staff.acting import acting
from papers.admin.log import log_sight
from papers.models import Paper
from subscriptions import erasing, interests
from tests.admin_site import act, cost, form_of, sign_in
from tests.factories import EditionFactory, PaperFactory, SubscriberFactory
from tests.staff.codes import PASSWORD, give_password

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LOG = "/admin/auditlog/logentry/"
Action = LogEntry.Action


@pytest.fixture
def at_work(client: Client, sam: User) -> Client:
    give_password(client)
    return client


def change_of(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def save(client: Client, row: Any, **facts: Any) -> None:
    url = change_of(row)
    answer = client.post(url, {**form_of(client, url), **facts})
    assert answer.status_code == 302, answer.context["errors"]


def test_a_form_saved_is_written_down_with_who_and_from_what_to_what(
    at_work: Client, sam: User
) -> None:
    edition = EditionFactory.create(subject="")

    save(at_work, edition, subject="A good day")

    entry = LogEntry.objects.get()
    assert (entry.actor, entry.action, entry.object_repr) == (sam, Action.UPDATE, str(edition))
    assert entry.changes == {"subject": ["", "A good day"]}


def test_a_form_saved_without_a_change_is_none(at_work: Client) -> None:
    save(at_work, EditionFactory.create())

    assert not LogEntry.objects.exists()


def test_a_bulk_action_is_written_down_for_each_row(at_work: Client, sam: User) -> None:
    papers = PaperFactory.create_batch(2)
    url = reverse("admin:papers_paper_changelist")

    act(at_work, url, "hide", *papers, reason="withdrawn", confirmed="yes")

    told = LogEntry.objects.values_list("object_id", "actor", "additional_data__told")
    assert sorted(told) == [(paper.pk, sam.pk, "Hidden: withdrawn") for paper in papers]


def test_rights_given_are_written_down(at_work: Client) -> None:
    kim = User.objects.create_user("kim", password=PASSWORD)
    editors = Group.objects.get(name="Editors")

    save(at_work, kim, groups=[editors.pk], is_staff="on")

    written = [entry.changes for entry in LogEntry.objects.order_by("pk")]
    assert written[0]["is_staff"] == ["False", "True"]
    assert {"groups": {"type": "m2m", "operation": "add", "objects": ["Editors"]}} in written


def test_a_new_password_is_written_down_without_it(at_work: Client, sam: User) -> None:
    new = "another good and long one"
    facts = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

    at_work.post("/admin/password_change/", facts)

    assert LogEntry.objects.get().changes == {"password": ["…", "…"]}


def test_an_address_is_written_nowhere(at_work: Client) -> None:
    reader = SubscriberFactory.create(email="reader@example.com", topics=["cs.CV"])
    at_work.post("/admin/subscriptions/suppression/add/", {"email": "o@x.org", "reason": "asked"})
    save(at_work, reader, send_hour=9)
    with acting(User.objects.get()):
        reader.email = "another@example.com"
        reader.save()

    kept = str(list(LogEntry.objects.values()))
    assert "send_hour" in kept
    assert not [
        word for word in ("reader@", "another@", "o@x", reader.address_hash) if word in kept
    ]


def test_interests_changed_by_staff_stand_with_their_subscriber(at_work: Client, sam: User) -> None:
    reader = SubscriberFactory.create()
    with acting(sam):
        interest = reader.interests.create(kind="keyword", text="diffusion", key="diffus")
        interest.delete()

    told = LogEntry.objects.order_by("pk").values_list("object_id", "additional_data__told")
    assert list(told) == [
        (reader.pk, "Interest added: keyword diffusion"),
        (reader.pk, "Interest deleted: keyword diffusion"),
    ]


def test_what_machines_and_readers_do_is_not_written_down(at_work: Client) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])
    paper = PaperFactory.create()
    paper.title = "Another"
    paper.save()
    interests.choose_keywords(reader, ["diffusion"], [])
    at_work.get("/")

    assert not LogEntry.objects.exists()


def test_machines_do_not_pay_for_it(db: None) -> None:
    paper = PaperFactory.create()

    with CaptureQueriesContext(connection) as seen:
        paper.save()

    assert len(seen) == 1


def test_a_staff_member_who_has_gone_home_does_nothing(at_work: Client, sam: User) -> None:
    at_work.get("/admin/")
    PaperFactory.create()

    assert not LogEntry.objects.exists()


def test_an_address_seen_is_an_entry_of_its_own(sam: User, rf: RequestFactory) -> None:
    reader = SubscriberFactory.create()
    request = rf.get("/")
    request.user = sam

    log_sight(request, reader)

    entry = LogEntry.objects.get()
    assert (entry.action, entry.actor, entry.object_id) == (Action.ACCESS, sam, reader.pk)
    assert entry.object_repr == str(reader)


def test_with_a_subscriber_all_that_was_written_goes(at_work: Client) -> None:
    reader, other = SubscriberFactory.create(topics=["cs.CV"]), SubscriberFactory.create()
    save(at_work, reader, send_hour=9)
    save(at_work, other, send_hour=9)

    erasing.erase(reader, NOW)

    assert list(LogEntry.objects.values_list("object_id", flat=True)) == [other.pk]


def test_that_staff_deleted_one_is_all_that_stays(at_work: Client, sam: User) -> None:
    reader = SubscriberFactory.create(topics=["cs.CV"])
    save(at_work, reader, send_hour=9)
    with acting(sam):
        reader.delete()

    entry = LogEntry.objects.get()
    assert (entry.action, entry.additional_data) == (Action.DELETE, {"told": "Deleted"})


# --- reading it ----------------------------------------------------------------------------------


def write(sam: User, count: int) -> None:
    for number in range(count):
        paper = PaperFactory.create(title=f"Old {number}")
        paper.title = f"New {number}"
        with acting(sam):
            paper.save()


def test_it_is_read_with_a_right_and_changed_by_nobody(client: Client, sam: User) -> None:
    write(sam, 1)
    entry = LogEntry.objects.latest("pk")
    sign_in_as_reader = Permission.objects.filter(
        codename="view_logentry", content_type__app_label="auditlog"
    )
    User.objects.filter(username="sam").update(username="chief")
    sign_in(client, sign_in_as_reader)
    url = f"{LOG}{entry.pk}/"
    chief = Client()
    chief.force_login(User.objects.get(username="chief"))

    assert "title: Old 0 → New 0" in client.get(LOG).text
    assert "<h1>Audit log</h1>" in client.get(LOG).text
    assert "Log entries" not in client.get(f"{url}change/").text
    assert "title: Old 0 → New 0" in client.get(f"{url}change/").text
    for reader in (client, chief):
        tries = [f"{url}change/", f"{url}delete/", f"{LOG}add/"]
        assert [reader.post(one, {"post": "yes"}).status_code for one in tries] == [403] * 3
        act(reader, LOG, "delete_selected", entry, post="yes")
    assert LogEntry.objects.get() == entry


def test_it_is_filtered_by_person_kind_action_and_day(at_work: Client, sam: User) -> None:
    write(sam, 1)
    entry = LogEntry.objects.latest("pk")
    fitting = [
        f"actor__id__exact={sam.pk}",
        f"kind={entry.content_type_id}",
        f"action__exact={Action.UPDATE}",
        f"timestamp__year={entry.timestamp.year}",
    ]

    pages = [at_work.get(f"{LOG}?{query}") for query in [*fitting, "kind=0", "kind=x"]]

    counts = [page.context["cl"].result_count for page in pages]
    assert counts == [1, 1, 1, 1, 0, 1]


def test_a_page_costs_the_same_however_many_entries(at_work: Client, sam: User) -> None:
    write(sam, 2)
    few = cost(at_work, LOG)
    write(sam, 20)

    assert cost(at_work, LOG) == few
    assert Paper.objects.count() == 22


def test_what_a_command_did_is_told_with_its_name(admin_client: Client) -> None:
    call_command("suppress", "reader@example.com", stdout=StringIO())

    for page in (LOG, f"{LOG}{LogEntry.objects.get().pk}/change/"):
        assert "manage.py suppress" in admin_client.get(page).content.decode()

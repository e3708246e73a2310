"""Editions, sources, digests and staff."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import get_user_model

from digest_project.doctor.findings import Finding, Question, fail, ok, unfit, warn
from digest_project.staff.second_factor import is_enrolled
from subscriptions.admin.overview.facts import gather
from subscriptions.admin.overview.line import Level
from subscriptions.admin.overview.verdict import verdict
from subscriptions.equation import left_behind
from subscriptions.models import Digest

WORK = "work"


def work_goes_on(question: Question) -> Iterator[Finding]:
    """As the first page of the admin tells it."""
    told = verdict(gather(question.now))
    for line in (told.headline, *told.problems):
        if line.level <= Level.WRONG:
            yield (unfit if line.level == Level.STOPPED else warn)(WORK, line.says, line.todo)
        else:
            yield ok(WORK, line.says)


def sources_are_asked(_: Question) -> Iterator[Finding]:
    if settings.INGEST_SCHEDULED:
        yield ok("sources", "are asked when their time comes")
    else:
        yield warn("sources", "none is asked by itself", "Set INGEST_SCHEDULED=true.")


def digests_are_explained(question: Question) -> Iterator[Finding]:
    if lost := Digest.objects.filter(left_behind(question.now)).count():
        told = f"{lost} unexplained: no tick brings them further"
        todo = "See that ticks go on; then look at them in the admin, and report it."
        yield fail("digests", told, todo)
    else:
        yield ok("digests", "0 unexplained")


def staff_can_sign_in(_: Question) -> Iterator[Finding]:
    staff = list(get_user_model().objects.filter(is_staff=True, is_active=True))
    without = sum(not is_enrolled(user) for user in staff)
    if not staff:
        yield warn("staff", "nobody can sign in", "Run manage.py createsuperuser.")
    elif not settings.STAFF_SECOND_FACTOR:
        yield warn("staff", "a password alone lets them in", "Set STAFF_SECOND_FACTOR=true.")
    elif without:
        who = "1 member of staff has" if without == 1 else f"{without} members of staff have"
        yield warn("staff", f"{who} no second factor yet", "Have them sign in once.")
    else:
        yield ok("staff", f"{len(staff)}, each with a second factor")

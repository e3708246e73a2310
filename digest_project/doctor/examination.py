"""All checks, in the order in which they are told."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from digest_project.doctor import configuration, domain, learning, machinery, sending, storage, work
from digest_project.doctor.findings import Check, Finding, Question, fail, in_one_line, ok, skipped
from digest_project.doctor.refusals import refused

SETTINGS: list[Check] = [
    configuration.settings_are_accepted,
    configuration.settings_can_go_live,
    configuration.provider_may_tell,
    configuration.everybody_may_get_mail,
    configuration.forms_work_behind_a_proxy,
]
MACHINE: list[Check] = [
    storage.zones_are_known,
    storage.disk_has_room,
    storage.data_can_be_written,
    storage.static_files_are_collected,
]
DATABASE: list[Check] = [
    storage.database_answers,
    storage.tables_are_current,
    storage.clocks_agree,
    storage.search_index_is_in_step,
    storage.copies_would_be_noticed,
    work.work_goes_on,
    work.sources_are_asked,
    work.digests_are_explained,
    work.staff_can_sign_in,
    learning.relevance_is_learned,
]
MAIL: list[Check] = [sending.headers_are_right, sending.test_mail_leaves]
NETWORK: list[Check] = [
    machinery.broker_answers,
    sending.mail_server_answers,
    domain.domain_can_be_answered,
    domain.spf_is_published,
    domain.dkim_is_published,
    domain.dmarc_is_published,
]


def examine(question: Question) -> Iterator[Finding]:
    """What is excused, because somebody is only trying it out, is counted in one."""
    excused: Counter[str] = Counter()
    for finding in _all(question):
        if finding.excused:
            excused[finding.subject] += 1
        else:
            yield finding
    if excused:
        of = ", ".join(f"{count} of {subject}" for subject, count in excused.items())
        yield ok("warnings", f"left out, because this is a demonstration: {of}")


def _all(question: Question) -> Iterator[Finding]:
    with ThreadPoolExecutor(len(NETWORK)) as side:  # the slow ones beside the others
        beside = [side.submit(_guarded, check, question) for check in NETWORK]
        for check in (*SETTINGS, *MACHINE):
            yield from _guarded(check, question)
        yield from _of_the_database(question)
        for check in MAIL:
            yield from _guarded(check, question)
        for answer in beside:
            yield from answer.result()


def _of_the_database(question: Question) -> Iterator[Finding]:
    """Without a database that answers and has its tables, the others would all say the same."""
    if "DATABASE_URL" in refused:
        yield skipped("database", "DATABASE_URL is refused")
        return
    for check in DATABASE:
        found = _guarded(check, question)
        yield from found
        first = check in DATABASE[:2]
        if first and any(finding.level == "fail" for finding in found):
            yield skipped("all else in the database", "first mend this")
            return


def _guarded(check: Check, question: Question) -> list[Finding]:
    """One that breaks is a finding, too."""
    try:
        return list(check(question))
    except Exception as error:  # noqa: BLE001  # whatever is wrong with this installation
        name = check.__name__.replace("_", " ")
        told = f"“{name}” could not be found out: {type(error).__name__}: {in_one_line(error)}"
        return [fail(name.split()[0], told, "Mend what it names, then ask again.")]

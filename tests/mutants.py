"""Mutants: the ledger's code is broken in one place at a time, and some test must notice.

    python -m tests.mutants                  every module of MODULES, in as many processes as cores
    python -m tests.mutants breaker notice   those alone

A state is exchanged, a condition or a written column left out, a comparison turned round, a step of
a query or a statement dropped. Each mutant lives in a child process with a copy of the database,
and runs the tests that come through its statement, the quickest first, until one fails.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from shutil import copyfile

import pytest
from coverage import Coverage
from django.db import connection, connections

from tests.mutating import Mutant, forget_cached, live_as, mutants_of

MODULES = [
    "subscriptions.models.states",
    "subscriptions.models.outgoing",
    "subscriptions.models.digest",
    "subscriptions.models.notice",
    "subscriptions.digests.recovery",
    "subscriptions.claiming",
    "subscriptions.breaker",
    "subscriptions.settling",
    "subscriptions.events.standing",
]
TESTS = [
    "brakes",
    "breaker",
    "claiming",
    "corrections",
    "delivery",
    "due",
    "equation",
    "events",
    "fence",
    "notices",
    "pausing",
    "pipeline",
    "rates",
    "recovery",
    "replaying",
    "settling",
    "switch",
    "admin_digests",
    "between_stages",
    "ledger_machine",
]
ENOUGH = 0.9  # of the mutants are to be noticed
PATIENCE = 10  # times and seconds longer than without a mutant; one that hangs is noticed too


class Mutation:
    """Takes pytest's place once the tests are collected."""

    def __init__(self, modules: list[str]) -> None:
        self.mutants = [mutant for module in modules for mutant in mutants_of(module)]
        files = sorted({mutant.file for mutant in self.mutants})
        self.lines = Coverage(data_file=None, include=files)
        self.reached: dict[str, dict[int, list[str]]] = {}
        self.seconds: dict[str, float] = {}
        self.items: dict[str, pytest.Item] = {}
        self.failed = False
        self.survivors: list[Mutant] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        with self.lines.collect():
            for item, after in pairwise([*session.items, session.items[0]]):
                self._look_at(item, after)
        for file in {mutant.file for mutant in self.mutants}:
            self.reached[file] = self.lines.get_data().contexts_by_lineno(file)
        session._setupstate.teardown_exact(_Nothing(session))  # type: ignore[arg-type]
        connections.close_all()  # a child opens its own
        self._let_live(session)
        return True

    def _look_at(self, item: pytest.Item, after: pytest.Item) -> None:
        """Run it as it is, and note which lines it comes through."""
        forget_cached()  # else the first test alone comes through what is cached
        self.lines.switch_context(item.nodeid)
        begun, self.failed = time.monotonic(), False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if self.failed:
            sys.stderr.write(f"left out, because it fails without a mutant: {item.nodeid}\n")
            return
        self.seconds[item.nodeid] = time.monotonic() - begun
        self.items[item.nodeid] = item

    def _let_live(self, session: pytest.Session) -> None:
        living: dict[int, Mutant] = {}
        for mutant in self.mutants:
            if len(living) >= (os.cpu_count() or 1):
                self._bury(living)
            living[self._born(mutant, session)] = mutant
        while living:
            self._bury(living)

    def _born(self, mutant: Mutant, session: pytest.Session) -> int:
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            ended = 1  # whatever breaks, breaks by the mutant
            try:
                session.config.pluginmanager.unregister(name="terminalreporter")
                with _own_database():
                    live_as(mutant)
                    ended = int(self._is_noticed(mutant, session))
            finally:
                os._exit(ended)
        return pid

    def _is_noticed(self, mutant: Mutant, session: pytest.Session) -> bool:
        tests = self._tests_of(mutant)
        self.failed = False
        for item, after in zip(tests, [*tests[1:], _Nothing(session)], strict=True):
            signal.alarm(PATIENCE + round(PATIENCE * self.seconds[item.nodeid]))
            session.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.failed:
                return True
        return False

    def _tests_of(self, mutant: Mutant) -> list[pytest.Item]:
        """Those that come through its statement, or its file if that runs only once."""
        reached = self.reached[mutant.file]
        first, last = mutant.statement if mutant.function else (0, max(reached))
        names = {name for line in range(first, last + 1) for name in reached.get(line, [])}
        return [
            self.items[name]
            for name in sorted(names & set(self.items), key=self.seconds.__getitem__)
        ]

    def _bury(self, living: dict[int, Mutant]) -> None:
        pid, status = os.wait()
        mutant = living.pop(pid)
        if status == 0:
            self.survivors.append(mutant)
            sys.stdout.write(f"\nsurvived: {mutant}\n")

    def told(self) -> Iterator[str]:
        """The table at the end."""
        yield f"{'module':<34} {'mutants':>8} {'noticed':>8}"
        for module in dict.fromkeys(mutant.module for mutant in self.mutants):
            of = [mutant for mutant in self.mutants if mutant.module == module]
            left = [mutant for mutant in self.survivors if mutant.module == module]
            yield f"{module:<34} {len(of):>8} {1 - len(left) / len(of):>8.1%}"
        yield f"{'all':<34} {len(self.mutants):>8} {self.share:>8.1%}"
        yield from sorted(map(str, self.survivors))

    @property
    def share(self) -> float:
        return 1 - len(self.survivors) / len(self.mutants)


class _Nothing:
    """No test comes next, but the session goes on."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


class _own_database:  # noqa: N801  # a context manager
    def __enter__(self) -> None:
        shared = connection.settings_dict["NAME"]
        self.own = Path(f"{shared}-{os.getpid()}")
        copyfile(shared, self.own)
        connection.settings_dict["NAME"] = str(self.own)

    def __exit__(self, *_: object) -> None:
        for file in self.own.parent.glob(f"{self.own.name}*"):
            file.unlink()


def main(wanted: list[str]) -> int:
    modules = [name for name in MODULES if not wanted or name.rpartition(".")[2] in wanted]
    if not modules:
        known = ", ".join(name.rpartition(".")[2] for name in MODULES)
        sys.stderr.write(f"No such module: {' '.join(wanted)}. There are: {known}\n")
        return 2
    folder = Path(__file__).parent / "subscriptions"
    tests = sorted({str(file) for name in TESTS for file in folder.glob(f"test_{name}*.py")})
    options = ["-q", "-p", "no:cacheprovider", "--hypothesis-profile", "ci", "-m", "not browser"]
    mutation = Mutation(modules)
    pytest.main([*tests, *options], plugins=[mutation])
    sys.stdout.write("\n" + "\n".join(mutation.told()) + "\n")
    return 0 if mutation.share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

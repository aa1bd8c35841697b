"""One governed step of a case beside the same rows written bare, and beside the naive way. See ``figures``.

    python tests/benchmarks/step.py [--json]

*governed*: ``services.verbs.do`` on a shipped workflow: account, key, the case read fresh, role, requirements, separate
hands, move, chained event, deadline, worklist line, one durable commit. *bare*: the same statements with values of the
same shape, recorded from a governed run and replayed as text on one ``sqlite3`` connection, with the same transactions
and durability. *naive*: a session, a mapped row, a ``Machine`` and one history row per request. All of it happens in a
temporary folder (``TMPDIR``), on whose disk the fdatasync is measured, too.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from figures import Figure, interleaved, report
from naive import naive
from prepared import COORDINATOR, act, applications

from privileging.queries.loading import case_of
from privileging.services import verbs
from privileging.store.driver import Store, open_store
from privileging.store.history import verify

CASES, ROUNDS, WARM_UP = 12, 360, 24
PRAGMAS = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON")
WHY = {"reasons": "The photograph is missing"}
_keys = count()
Calls = list[tuple[str, Any, bool]]


class Recorder(sqlite3.Connection):
    """A connection that keeps every statement it is given: text, parameters, whether for many rows."""

    calls: ClassVar[Calls] = []

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(RecordingCursor)


class RecordingCursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = ()) -> Any:
        Recorder.calls.append((sql, parameters, False))
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any) -> Any:
        Recorder.calls.append((sql, parameters, True))
        return super().executemany(sql, parameters)


class Governed:
    """The steps of a few applications in turn: returned to the applicant, submitted again."""

    def __init__(self, store: Store, cases: list[tuple[str, str]]) -> None:
        self.store, self.cases = store, cases
        with store.reading() as unit:
            self.seen = {case: case_of(unit, case)[0].version for _, case in cases}

    def __call__(self, number: int) -> None:
        turn, at = divmod(number, len(self.cases))
        account, case = self.cases[at]
        terms = {"key": f"step-{next(_keys)}", "seen": self.seen[case]}
        if turn % 2:
            done = verbs.do(self.store, act(account, **terms), case, "resubmit")
        else:
            done = verbs.do(self.store, act(COORDINATOR, **terms), case, "return_incomplete", facts=WHY)
        self.seen[case] = done.last


def recorded(path: Path, cases: list[tuple[str, str]], steps: int) -> list[Calls]:
    """What each governed step says to the database, its settings of the connection left out."""
    store = open_store(str(path), connect_args={"factory": Recorder})
    step, said = Governed(store, cases), []
    for number in range(steps):
        Recorder.calls = []
        step(number)
        said.append([call for call in Recorder.calls if not call[0].startswith("PRAGMA")])
    store.close()
    return said


def bare(path: Path, said: list[Calls]) -> Callable[[int], None]:
    """Says the same to one plain connection."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    cursor = connection.cursor()

    def step(number: int) -> None:
        for sql, parameters, many in said[number]:
            if many:
                cursor.executemany(sql, parameters)
            elif sql.startswith("SELECT"):
                cursor.execute(sql, parameters).fetchall()
            else:
                cursor.execute(sql, parameters)

    return step


def synced(path: Path) -> Callable[[int], None]:
    """Writes one page and waits for the disk."""
    handle, page = os.open(path, os.O_CREAT | os.O_WRONLY), b"x" * 4096

    def step(number: int) -> None:
        os.pwrite(handle, page, 0)
        os.fdatasync(handle)

    return step


def grown(folder: Path, cases: list[tuple[str, str]]) -> float:
    """A step's CPU time on cases of about 200 events, over that on cases of about 20."""
    store = open_store(str(folder / "grown.db"))
    short, long = Governed(store, cases[:1]), Governed(store, cases[1:2])
    for number in range(190):
        long(number)
        if number < 10:
            short(number)
    times = interleaved(12, {"short": short, "long": long}, warm_up=2)
    store.close()
    return times["long"].cpu / times["short"].cpu


def held(path: Path) -> int:
    """How many events the database holds, every one of them verified."""
    store = open_store(str(path))
    with store.reading() as unit:
        events = verify(unit).events
    store.close()
    return events


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, steps = Path(name), ROUNDS + WARM_UP
        cases = list(applications(folder / "office.db", CASES))
        for copy in ("recorded", "bare", "governed", "grown"):
            shutil.copyfile(folder / "office.db", folder / f"{copy}.db")
        said = recorded(folder / "recorded.db", cases, steps)
        store = open_store(str(folder / "governed.db"))
        ways: dict[str, Callable[[int], None]] = {
            "fdatasync": synced(folder / "page"),
            "bare": bare(folder / "bare.db", said),
            "governed": Governed(store, cases),
            "naive": naive(folder / "naive.db"),
        }
        times = interleaved(ROUNDS, ways, WARM_UP)
        store.close()
        if not held(folder / "governed.db") == held(folder / "bare.db") == held(folder / "office.db") + steps:
            raise SystemExit("the two ways did not write the same number of events")
        growth = grown(folder, cases)
    plain, step, naively = times["bare"], times["governed"], times["naive"]
    durable = times["fdatasync"].wall >= 0.1
    figures = [Figure(f"{way} wall", took.wall, "ms") for way, took in times.items()]
    figures += [Figure(f"{way} CPU", took.cpu, "ms") for way, took in times.items() if way != "fdatasync"]
    figures += [
        Figure("governed / bare, wall", step.wall / plain.wall, "x", "<= 3" if durable else ""),
        Figure("governed / bare, CPU", step.cpu / plain.cpu, "x", "<= 4" if durable else ""),
        Figure("naive / governed, wall", naively.wall / step.wall, "x", ">= 5" if durable else ""),
        Figure("naive / governed, CPU", naively.cpu / step.cpu, "x"),
        Figure("step at 200 events / at 20, CPU", growth, "x"),
    ]
    statements = len([call for call in said[-1] if not call[0].startswith(("BEGIN", "COMMIT", "ROLLBACK"))])
    notes = [f"{ROUNDS} interleaved rounds, medians; {statements} statements a step; both histories verified"]
    if not durable:
        notes.append("the targets hold where fdatasync takes at least 0.1 ms: not here")
    report("One governed step of a case (SQLite, synchronous=FULL)", figures, notes)


if __name__ == "__main__":
    main()

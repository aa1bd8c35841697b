"""The worklist's first page with its counts, at a thousand cases and at a million. See ``figures``.

    python tests/benchmarks/worklist.py [--json]

The skewed shape of a real office: 98 % of the cases are finished and older. Twenty open ones are the reader's, over
three owners: all there are among a thousand cases, one in a thousand among a million; the others belong to forty
coordinators. The script fills the derived table ``case_file`` directly, without events.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from figures import Figure, interleaved, report

from privileging.queries.worklist import counts, worklist
from privileging.store import schema, tables
from privileging.store.driver import Store, open_store
from privileging.store.projections import insert_into

FEW, MANY, OPEN_EVERY, OWN = 1_000, 1_000_000, 50, 20
PART, COORDINATORS = 10_000, 40
NOW, SOON = "2026-03-02T15:00:00.000000Z", "2026-03-16T15:00:00.000000Z"
READER = ("person/ortiz", "facility/0|coordinator", "body/0/credentials_committee")
BUSY = ("person/park", "facility/1|coordinator", "body/1/credentials_committee")
_PUT = insert_into(tables.case_file)
_SAME = {
    "workflow": "initial_appointment",
    "digest": "0" * 64,
    "title": "Initial appointment and clinical privileges",
    "department": "surgery",
    "opener": None,
    "state": "verification",
    "state_title": "Verification at primary sources",
}


def case(number: int, of: int) -> dict[str, Any]:
    """The ``number``-th case of the office, oldest first; the newest are open."""
    running = number - (of - of // OPEN_EVERY)
    opened = date(2026, 1, 1) - timedelta(days=(of - number) * 9_000 // of)
    return {
        **_SAME,
        "id": f"case/{opened.year}-{number:07}",
        "practitioner": f"person/{number}",
        "practitioner_name": f"Practitioner {number}",
        "facility": f"facility/{number % COORDINATORS}",
        "since": f"{opened}T15:00:00.000000Z",
        "due": f"{date(2026, 2, 1) + timedelta(days=number * 7 % 90)}T05:59:59.000000Z",
        "owner": _owner(running, of // OPEN_EVERY // OWN) if running >= 0 else None,
        "opened_at": f"{opened}T15:00:00.000000Z",
        "ended_at": None if running >= 0 else f"{opened + timedelta(days=90)}T15:00:00.000000Z",
        "outcome": None if running >= 0 else "granted",
    }


def _owner(running: int, to_each_of_mine: int) -> str:
    turn, other = divmod(running, to_each_of_mine)
    return f"facility/{other % COORDINATORS + 1}|coordinator" if other else READER[turn % len(READER)]


def filled(path: Path, many: int) -> Store:
    """A new database with ``many`` cases on its worklists."""
    schema.migrate(str(path))
    store = open_store(str(path))
    for part in _parts(many):
        with store.writing() as unit:
            unit.many(_PUT, part)
    return store


def _parts(many: int) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, many, PART):
        yield [case(number, many) for number in range(first, min(first + PART, many))]


def first_page(store: Store, owners: Sequence[str] = READER) -> Callable[[int], None]:
    """What the first page needs: its lines and its counts, in one transaction."""

    def read(_number: int) -> None:
        with store.reading() as unit:
            worklist(unit, owners)
            counts(unit, owners, now=NOW, soon=SOON)

    return read


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        few, many = filled(Path(name) / "few.db", FEW), filled(Path(name) / "many.db", MANY)
        pages = {"few": first_page(few), "many": first_page(many), "busy": first_page(many, BUSY)}
        times = interleaved(400, pages, warm_up=20)
        shown = {}
        for what, store, owners in ((f"{FEW:,}", few, READER), (f"{MANY:,}", many, READER), ("busy", many, BUSY)):
            with store.reading() as unit:
                shown[what] = counts(unit, owners, now=NOW, soon=SOON)
        few.close()
        many.close()
    figures = [Figure(f"page and counts at {FEW:,}", times["few"].wall, "ms")]
    figures.append(Figure(f"page and counts at {MANY:,}", times["many"].wall, "ms"))
    figures.append(Figure(f"the same for a busy reader at {MANY:,}", times["busy"].wall, "ms"))
    figures.append(Figure("growth, wall", times["many"].wall / times["few"].wall, "x", "<= 1.5"))
    figures.append(Figure("growth, CPU", times["many"].cpu / times["few"].cpu, "x", "<= 1.5"))
    notes = ["case_file filled directly, 98 % of it finished and older; 400 interleaved rounds, medians"]
    notes += [f"{what}: {said}" for what, said in shown.items()]
    report("The worklist's first page with its counts (SQLite)", figures, notes)


if __name__ == "__main__":
    main()

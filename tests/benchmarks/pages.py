"""What a page costs at a thousand cases and at a hundred thousand: statements, size, server time. See ``figures``.

    python tests/benchmarks/pages.py [--json]

The demo office with its real cases, and around them rows of the derived tables ``case_file`` and ``practitioner`` that
the script fills in directly, without events: 98 % finished and older, the open ones waiting on two hundred owners.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles
from time import thread_time_ns
from typing import Any

sys.path.append(str(Path(__file__).parents[1]))

from demo_office import HOST, NOW, SECRET, Browser, build, number_of
from figures import Figure, report

from privileging.engine.headline import NEVER
from privileging.store import tables
from privileging.store.driver import Store, Unit, open_store
from privileging.store.projections import insert_into
from web import create_app

FEW, MANY, OPEN_EVERY, OWNERS, ROUNDS = 1_000, 100_000, 50, 200, 40
PAGES = (
    ("worklist", "ortiz", "/", ""),
    ("worklist, others", "ortiz", "/?bucket=others", ""),
    ("worklist, ended", "ortiz", "/?bucket=ended", ""),
    ("case", "ortiz", "/cases/{}", "verification"),
    ("application", "ortiz", "/cases/{}/application", "verification"),
    ("vote", "castellanos", "/cases/{}/vote", "committee_review"),
    ("history", "quigley", "/cases/{}/history", "granted"),
    ("search", "quigley", "/history", ""),
    ("diagram", "ortiz", "/cases/{}/diagram", "committee_review"),
    ("people", "ortiz", "/people", ""),
    ("workflow", "ortiz", "/workflows/reappointment", ""),
)
_CASE, _PERSON = insert_into(tables.case_file), insert_into(tables.practitioner)
asked = 0


def filler(number: int, of: int) -> dict[str, Any]:
    """The ``number``-th case around the demo's, oldest first; the newest are open."""
    running = number >= of - of // OPEN_EVERY
    opened = date(2026, 9, 1) - timedelta(days=(of - number) * 9_000 // of)
    due = f"{date(2026, 12, 20) + timedelta(days=number % 90)}T05:59:59.000000Z"
    return {
        "id": f"case/{opened.year - 30}-{number:07}",
        "workflow": "initial_appointment",
        "digest": "0" * 64,
        "title": "Initial appointment and clinical privileges",
        "practitioner": f"person/{number}",
        "practitioner_name": f"Practitioner {number}",
        "facility": "facility/main",
        "department": "surgery",
        "opener": None,
        "state": "verification",
        "state_title": "Verification at primary sources",
        "since": f"{opened}T15:00:00.000000Z",
        "due": due if running else NEVER,
        "owner": f"person/other-{number % OWNERS}" if running else None,
        "opened_at": f"{opened}T15:00:00.000000Z",
        "ended_at": None if running else f"{opened + timedelta(days=90)}T15:00:00.000000Z",
        "outcome": None if running else "granted",
    }


def fill(store: Store, many: int) -> None:
    """Puts ``many`` cases and a practitioner for each around the demo's."""
    with store.writing() as unit:
        unit.many(_CASE, [filler(number, many) for number in range(many)])
        people = [{"person": f"person/{n}", "npi": None, "name": f"Practitioner {n}"} for n in range(many)]
        unit.many(_PERSON, [{**person, "credential": "MD", "taxonomy": "Surgery"} for person in people])


def counting(name: str) -> None:
    """Counts the statements that a unit of work runs by this method."""
    plain = getattr(Unit, name)

    def counted(*args: Any, **options: Any) -> Any:
        global asked
        asked += 1
        return plain(*args, **options)

    setattr(Unit, name, counted)


def measured(folder: Path, many: int) -> Iterator[tuple[str, int, int, list[float]]]:
    """For each page: its name, statements, bytes, and the server's milliseconds of processor time, round by round."""
    build(folder / f"{many}.db")
    store = open_store(str(folder / f"{many}.db"))
    numbers = {state: number_of(store, "initial_appointment", state) for _, _, _, state in PAGES if state}
    fill(store, many)
    app = create_app(store, secret=SECRET, now=lambda: NOW)
    app.test_client_class = Browser
    for name, account, address, state in PAGES:
        path = address.format(numbers.get(state))
        browser = app.test_client()
        assert browser.sign_in(account).status_code == 302  # type: ignore[attr-defined]
        yield name, *_visits(browser, path)
    store.close()


def _visits(browser: Any, path: str) -> tuple[int, int, list[float]]:
    global asked
    taken = []
    for _ in range(ROUNDS):
        asked, began = 0, thread_time_ns()
        answer = browser.get(path, base_url=HOST)
        taken.append((thread_time_ns() - began) / 1e6)
        assert answer.status_code == 200, (path, answer.status_code)
    return asked, len(answer.data), taken


def main() -> None:
    for name in ("run", "all", "first", "stream"):
        counting(name)
    with tempfile.TemporaryDirectory() as folder:
        few = {name: rest for name, *rest in measured(Path(folder), FEW)}
        many = {name: rest for name, *rest in measured(Path(folder), MANY)}
    figures = []
    for name, (statements, size, taken) in many.items():
        before, after = sorted(few[name][2])[ROUNDS // 2], sorted(taken)[ROUNDS // 2]
        figures += [
            Figure(f"{name}: statements", statements, "", "<= 12"),
            Figure(f"{name}: size", size / 1_000, "kB", "<= 60"),
            Figure(f"{name}: median", after, "ms CPU"),
            Figure(f"{name}: p95", quantiles(taken, n=20)[-1], "ms CPU", "<= 100"),
            Figure(f"{name}: growth", after / before, "x", "<= 1.5"),
        ]
    report(f"Pages at {MANY:,} cases, growth from {FEW:,}", figures, ["derived tables filled in directly"])


if __name__ == "__main__":
    main()

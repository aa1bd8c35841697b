"""How fast ``verify`` reads the history, and in how much memory. See ``figures``.

    python tests/benchmarks/history.py [--json]

The events are chained by ``streams.append`` itself, a hundred streams a transaction, straight into the tables: nothing
is decided, and no read table is filled. Each database is verified in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from figures import Figure, report

from privileging.store import schema, streams
from privileging.store.driver import open_store
from privileging.store.history import verify
from privileging.store.streams import NewEvent

FEW, MANY, A_STREAM, AT_ONCE = 100_000, 1_000_000, 100, 100
NOW = "2026-03-02T15:00:00.000000Z"
_BODY = {
    "action": "return_incomplete",
    "from": "intake",
    "to": "awaiting_applicant",
    "outcome": "",
    "facts": {"reasons": "The photograph is missing"},
    "dates": {},
    "performers": ["person/ortiz"],
    "late": [],
    "relied_on": {"streams": {"facility/main": 3, "person/ortiz": 2}, "verifications": [1, 2, 3]},
}


def filled(path: Path, events: int) -> None:
    """A new database whose streams hold so many events."""
    schema.migrate(str(path))
    store = open_store(str(path))
    moved = [NewEvent("moved", _BODY, NOW, "person/ortiz", "coordinator", account="ortiz")] * A_STREAM
    cases = [f"case/2026-{number:07}" for number in range(events // A_STREAM)]
    for first in range(0, len(cases), AT_ONCE):
        with store.writing() as unit:
            for id in cases[first : first + AT_ONCE]:
                streams.append(
                    unit, id=id, kind="case", head=None, events=moved, command=id, now=NOW, fold=1, snapshot="{}"
                )
    store.close()


def measured(path: str) -> dict[str, float]:
    """Verifies one database: events, seconds, and the most memory this process ever had, in MiB."""
    store = open_store(path)
    wall, cpu = perf_counter(), process_time()
    with store.reading() as unit:
        events = verify(unit).events
    took = {"events": events, "wall": perf_counter() - wall, "cpu": process_time() - cpu}
    return {**took, "memory": _peak()}


def _peak() -> float:
    """The most memory this program had, in MiB; ``ru_maxrss`` would count what started it, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def apart(path: Path) -> dict[str, float]:
    """The same, measured in a process of its own."""
    done = subprocess.run([sys.executable, __file__, "--of", str(path)], check=True, capture_output=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        paths = {events: Path(name) / f"{events}.db" for events in (FEW, MANY)}
        for events, path in paths.items():
            filled(path, events)
        few, many = apart(paths[FEW]), apart(paths[MANY])
    figures = [
        Figure("events verified", many["events"], ""),
        Figure("events a second of CPU, one core", many["events"] / many["cpu"] / 1e6, "million", ">= 0.2"),
        Figure("events a second of wall time", many["events"] / many["wall"] / 1e6, "million"),
        Figure(f"peak memory at {FEW:,}", few["memory"], "MiB"),
        Figure(f"peak memory at {MANY:,}", many["memory"], "MiB"),
        Figure("growth of peak memory", many["memory"] / few["memory"], "x", "<= 1.1"),
    ]
    report("Verifying the history (SQLite)", figures, ["nothing decided, only chained; each in its process"])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--of"]:
        print(json.dumps(measured(sys.argv[2])))
    else:
        main()

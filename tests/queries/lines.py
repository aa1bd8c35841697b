"""Lines of the worklist put straight into ``case_file``, without a history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from privileging.store import tables
from privileging.store.driver import Store
from privileging.store.projections import insert_into

_PUT = insert_into(tables.case_file)
_SHARED = {
    "workflow": "initial_appointment",
    "digest": "0" * 64,
    "title": "Initial appointment",
    "practitioner": "person/p",
    "practitioner_name": "P",
    "facility": "facility/main",
    "department": "",
    "opener": None,
    "state": "intake",
    "state_title": "Completeness review",
    "since": "2026-03-01",
    "opened_at": "2026-03-01",
}


def line(number: int, owner: str | None, due: str) -> dict[str, Any]:
    """The row of one case; without an owner it has ended."""
    ended = {"ended_at": None, "outcome": None} if owner else {"ended_at": "2026-03-01", "outcome": "granted"}
    return {**_SHARED, **ended, "id": f"case/{number:05}", "owner": owner, "due": due}


def put(store: Store, rows: Sequence[dict[str, Any]]) -> None:
    with store.writing() as unit:
        unit.many(_PUT, rows)

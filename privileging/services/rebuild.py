"""Everything derived, made again from the truth: streams, commands and read tables.

The same ``evolve`` and the same projections as in writing; the rows come out equal, or one of the two has a defect.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import delete, insert

from privileging.engine.snapshot import dump
from privileging.engine.values import Case
from privileging.queries import library
from privileging.queries.loading import FOLDS, as_event, folded, kind_of
from privileging.services.cases import line_rows
from privileging.store import streams, tables
from privileging.store.driver import Statement, Store, Unit
from privileging.store.office_projections import office_rows
from privileging.store.projections import Row, case_rows
from privileging.store.streams import Recorded

_CLEAR = [Statement(delete(table)) for table in tables.DERIVED]
_STREAM, _COMMAND = Statement(insert(tables.stream)), Statement(insert(tables.command))


def rebuild(store: Store) -> int:
    """Drops every derived row and makes it again from the events, in one transaction; the number of events read."""
    with store.writing() as unit:
        for statement in _CLEAR:
            unit.run(statement)
        # A case's line needs its workflow, and a workflow those it opens: so versions come first.
        return sum(_rebuilt(unit, workflows=first) for first in (True, False))


def _rebuilt(unit: Unit, *, workflows: bool) -> int:
    count = 0
    for stream, recorded in groupby(streams.read_all(unit), key=lambda event: event.stream):
        if (kind_of(stream) == "workflow") == workflows:
            events = list(recorded)
            count += len(events)
            for statement, params in _rows(unit, stream, events):
                unit.run(statement, params)
    return count


def _rows(unit: Unit, stream: str, recorded: list[Recorded]) -> Iterator[Row]:
    kind, last = kind_of(stream), recorded[-1]
    events = tuple(as_event(entry) for entry in recorded)
    value = folded(stream, events)
    head = {"id": stream, "kind": kind, "version": last.seq, "digest": last.digest, "recorded_at": last.recorded_at}
    yield _STREAM, {**head, "fold": FOLDS[kind].number, "snapshot": dump(value)}
    yield from _commands(recorded)
    for event in events:
        if kind == "case":
            yield from case_rows(event.kind, stream, event.seq, event.effective_at, event.actor, event.body)
        else:
            yield from office_rows(event.kind, stream, event.effective_at, event.body)
    if isinstance(value, Case):
        yield from line_rows(library.workflow_of(unit, value.digest), value, events)


def _commands(recorded: list[Recorded]) -> Iterator[Row]:
    for key, group in groupby(recorded, key=lambda event: event.command):
        events = list(group)
        sent = events[0].body["command"]
        told = {"key": key, "actor": sent["actor"], "fingerprint": sent["fingerprint"], "stream": events[0].stream}
        yield _COMMAND, {**told, "first": events[0].seq, "last": events[-1].seq}

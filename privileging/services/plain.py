"""Streams without a definition: persons, facilities, bodies, workflows. One write, the same shape as a case's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from privileging.engine.snapshot import dump
from privileging.engine.values import Event
from privileging.queries.loading import FOLDS, folded, head_of, kind_of, value_of
from privileging.services import door
from privileging.store.driver import Unit
from privileging.store.office_projections import office_rows

OPERATOR = "operator"  # whoever runs the command line on the machine that holds the database
Change = tuple[str, Mapping[str, object]]


def write(
    unit: Unit, stream: str, changes: Sequence[Change], *, key: str, actor: str, at: str, account: str = ""
) -> door.Write:
    """The write that adds ``changes`` (kind and body of each event) to a stream, begun if it does not exist."""
    kind, head = kind_of(stream), head_of(unit, stream)
    fold = FOLDS[kind]
    value = value_of(unit, head, fold.value) if head else folded(stream, ())
    events = tuple(
        Event(stream, number, what, at, actor, body, account=account)
        for number, (what, body) in enumerate(changes, (head.version if head else 0) + 1)
    )
    for event in events:
        value = fold.evolve(value, event)
    rows = [row for event in events for row in office_rows(event.kind, stream, at, event.body)]
    return door.Write(stream, kind, key, head, events, fold.number, dump(value), tuple(rows))

"""From a stream's head to the value it stands for, for every kind of stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any, TypeVar

from sqlalchemy import bindparam, select

from privileging.engine import evolve as cases
from privileging.engine import office
from privileging.engine.snapshot import load
from privileging.engine.values import Body, Case, Event, Facility, Person
from privileging.errors import NotFound
from privileging.store import streams, tables
from privileging.store.driver import Statement, Unit
from privileging.store.streams import Head, Recorded

V = TypeVar("V")
_ACCOUNT = Statement(select(tables.account).where(tables.account.c.name == bindparam("name")))


@dataclass(frozen=True, slots=True)
class Fold:
    """How a kind of stream is folded; ``number`` grows when ``evolve`` comes to mean something else."""

    value: type[Any]
    evolve: Callable[[Any, Event], Any]
    number: int


FOLDS: Mapping[str, Fold] = {
    "case": Fold(Case, cases.evolve, cases.FOLD),
    "person": Fold(Person, office.evolve_person, 1),
    "facility": Fold(Facility, office.evolve_facility, 1),
    "body": Fold(Body, office.evolve_body, 1),
    "workflow": Fold(office.Versions, office.evolve_versions, 1),
}


def kind_of(stream: str) -> str:
    """The kind of a stream, which its id begins with."""
    return stream.split("/", 1)[0]


def folded(stream: str, events: Iterable[Event]) -> Any:
    """What a stream's events add up to."""
    fold = FOLDS[kind_of(stream)]
    return reduce(fold.evolve, events, fold.value(id=stream))


def as_event(recorded: Recorded) -> Event:
    """An event as the engine knows it."""
    return Event(
        recorded.stream,
        recorded.seq,
        recorded.kind,
        recorded.effective_at,
        recorded.actor,
        recorded.body,
        recorded.role,
        recorded.for_person,
        recorded.account,
    )


def value_of(unit: Unit, head: Head, kind: type[V]) -> V:
    """The value of a stream: its snapshot, or its events folded again when an older program wrote the snapshot."""
    if head.fold != FOLDS[head.kind].number:
        value: V = folded(head.id, map(as_event, streams.read(unit, head.id)))
        return value
    known: Any = kind
    value = _remembered(known, head.snapshot) if head.kind != "case" else load(kind, head.snapshot)
    return value


@lru_cache(maxsize=2048)
def _remembered(kind: Any, snapshot: str) -> Any:
    return load(kind, snapshot)


def head_of(unit: Unit, stream: str) -> Head | None:
    """The head of a stream, or None where there is no such stream."""
    return streams.heads(unit, [stream]).get(stream)


def case_of(unit: Unit, stream: str) -> tuple[Head, Case]:
    """A case and its head. Raises NotFound."""
    head = head_of(unit, stream)
    if head is None or head.kind != "case":
        raise NotFound(f"There is no case {stream.removeprefix('case/')}")
    return head, value_of(unit, head, Case)


def person_of(unit: Unit, person: str) -> Person:
    """A person as their events tell. Raises NotFound."""
    head = head_of(unit, person)
    if head is None or head.kind != "person":
        raise NotFound(f"There is no person {person.removeprefix('person/')}")
    return value_of(unit, head, Person)


def acting(unit: Unit, account: str) -> tuple[str, str]:
    """The person behind an open account, and the account. Raises NotFound."""
    row = unit.first(_ACCOUNT, {"name": account})
    if row is None or row[3] is not None:
        raise NotFound(f"There is no open account {account!r}")
    return row[1], row[0]

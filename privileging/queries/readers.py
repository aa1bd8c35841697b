"""Who reads: the facilities where they hold a role, the bodies where they have a seat, the log of what they read."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from privileging.engine.values import Facility, Person
from privileging.queries.loading import value_of
from privileging.store import streams, tables
from privileging.store.driver import Statement, Unit

_s = tables.seat.c
_SEATS = Statement(
    select(_s.body)
    .where(
        _s.person == bindparam("person"),
        _s.since <= bindparam("day"),
        (_s.before.is_(None)) | (_s.before > bindparam("day2")),
    )
    .order_by(_s.body)
)


def facilities_of(unit: Unit, person: Person, day: str) -> tuple[Facility, ...]:
    """The facilities where a person holds a role that day."""
    wanted = {role.facility for role in person.roles if role.on(day)}
    found = streams.heads(unit, wanted) if wanted else {}
    return tuple(value_of(unit, found[name], Facility) for name in sorted(found))


def zones_of(unit: Unit, facilities: Collection[str]) -> dict[str, str]:
    """The time zones of facilities, by their streams."""
    found = streams.heads(unit, facilities) if facilities else {}
    return {name: value_of(unit, head, Facility).zone for name, head in found.items()}


def seats_of(unit: Unit, person: Person, day: str) -> tuple[str, ...]:
    """The bodies in which a person has a seat that day."""
    return tuple(row[0] for row in unit.all(_SEATS, {"person": person.id, "day": day, "day2": day}))

"""A practitioner as staff look them up: who they are, what they were granted, their cases within the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from privileging.engine.policy import Scope
from privileging.engine.values import Person
from privileging.errors import NotFound
from privileging.queries.cases import Granted, grants_of
from privileging.queries.loading import person_of
from privileging.queries.visible import within
from privileging.store import tables
from privileging.store.driver import Statement, Unit

_c = tables.case_file.c
MOST_CASES = 100


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of a practitioner. ``outcome`` is empty while it runs."""

    id: str
    title: str
    state_title: str
    since: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A practitioner's page: the person, the privileges granted, the cases; both where the reader may read."""

    person: Person
    grants: tuple[Granted, ...]
    cases: tuple[CaseLine, ...]


def look_up(unit: Unit, person: str, scope: Scope) -> Looked:
    """One practitioner, as far as ``scope`` reaches. Raises NotFound; whoever has no NPI is no practitioner."""
    found = person_of(unit, person)
    if not found.npi:
        raise NotFound(f"There is no practitioner {person.removeprefix('person/')}")
    grants = tuple(grant for grant in grants_of(unit, person) if grant.facility in scope.facilities)
    return Looked(found, grants, _cases(unit, person, scope))


def _cases(unit: Unit, person: str, scope: Scope) -> tuple[CaseLine, ...]:
    shown = select(_c.id, _c.title, _c.state_title, _c.since, _c.outcome)
    mine = _c.practitioner == bindparam("practitioner")
    statement = Statement(
        shown.where(mine, within(scope)).order_by(_c.opened_at.desc(), _c.id.desc()).limit(MOST_CASES)
    )
    rows = unit.all(statement, {"practitioner": person})
    return tuple(CaseLine(id, title, state, since, outcome or "") for id, title, state, since, outcome in rows)

"""A scope as a WHERE clause: the only place that makes one. A list never counts what the reader may not open."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, or_, select

from privileging.engine.policy import CaseFacts, Scope
from privileging.store import tables
from privileging.store.driver import Statement, Unit

_c, _b, _r = tables.case_file.c, tables.case_body.c, tables.recusal.c
_FACTS = Statement(select(_c.practitioner, _c.facility, _c.department).where(_c.id == bindparam("case")))
_BODIES = Statement(select(_b.body).where(_b.case_id == bindparam("case")))
_RECUSED = Statement(select(_r.person).where(_r.case_id == bindparam("case")))


def within(scope: Scope) -> ColumnElement[bool]:
    """The condition on ``case_file`` under which a case is within the scope: what ``Scope.covers`` says, in SQL."""
    mine = _c.practitioner == scope.person
    recused = exists().where(_r.case_id == _c.id, _r.person == scope.person)
    ways: list[ColumnElement[bool]] = [_c.facility.in_(sorted(scope.facilities))] if scope.facilities else []
    ways += [and_(_c.facility == place, _c.department == part) for place, part in sorted(scope.departments)]
    if scope.bodies:
        ways.append(exists().where(_b.case_id == _c.id, _b.body.in_(sorted(scope.bodies))))
    others = and_(~mine, ~recused, or_(*ways)) if ways else false()
    return or_(mine, others) if scope.own else others


def facts_of(unit: Unit, case: str) -> CaseFacts | None:
    """What a scope looks at, of one case; None where there is no such case."""
    row = unit.first(_FACTS, {"case": case})
    if row is None:
        return None
    bodies = frozenset(entry[0] for entry in unit.all(_BODIES, {"case": case}))
    recused = frozenset(entry[0] for entry in unit.all(_RECUSED, {"case": case}))
    return CaseFacts(row[0], row[1], row[2], bodies, recused)

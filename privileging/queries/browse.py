"""Lists of cases as a reader may see them: buckets of the worklist, filters, pages by key, counts of the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, and_, case, func, literal, not_, or_, select, tuple_

from privileging.definition.model import Workflow
from privileging.engine.headline import owner_key
from privileging.engine.policy import Scope
from privileging.engine.values import Person
from privileging.queries.visible import within
from privileging.queries.worklist import SHOWN, Line, Page
from privileging.store import tables
from privileging.store.driver import Statement, Unit

_c = tables.case_file.c
BUCKETS = ("mine", "others", "due_soon", "overdue", "before_a_body", "ended")
FILTERS = ("workflow", "facility", "department")


@dataclass(frozen=True, slots=True)
class Reading:
    """Who looks at the lists, when: their scope, what they act as, now, and until when a thing is due soon.

    ``stand_ins``: the (facility, role) they substitute for, which makes it their turn in that role's own cases.
    """

    scope: Scope
    owners: Sequence[str]
    now: str
    soon: str
    stand_ins: Sequence[tuple[str, str]] = ()


def stand_ins(person: Person, workflows: Iterable[Workflow], day: str) -> tuple[tuple[str, str], ...]:
    """The roles, each at a facility, for which a person is the declared substitute."""
    pairs = {(r.name, r.substitute) for workflow in workflows for r in workflow.roles.values() if r.substitute}
    held = {(held.facility, held.role) for held in person.roles if held.on(day)}
    return tuple(sorted({(place, name) for name, substitute in pairs for place, role in held if role == substitute}))


def listed(
    unit: Unit,
    reading: Reading,
    bucket: str,
    *,
    filters: Mapping[str, str] | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 25,
) -> Page:
    """One page of a bucket: what the reader may open and nothing else, soonest due first.

    Of cases that have ended the newest come first, and ``due`` is the instant they ended.
    """
    where = [_allowed(reading), _in_bucket(reading, bucket), *_filtered(filters or {})]
    ended = bucket == "ended"
    shown = select(_c.ended_at, *SHOWN[1:]) if ended else select(*SHOWN)
    if after:
        key, last = tuple_(_c.ended_at if ended else _c.due, _c.id), tuple_(literal(after[0]), literal(after[1]))
        where.append(key < last if ended else key > last)
    order = (_c.ended_at.desc(), _c.id.desc()) if ended else (_c.due, _c.id)
    rows = unit.all(Statement(shown.where(*where).order_by(*order).limit(limit + 1)))
    lines = tuple(Line(*row) for row in rows[:limit])
    return Page(lines, (lines[-1].due, lines[-1].id) if len(rows) > limit else None)


def readable(unit: Unit, scope: Scope, cases: Iterable[str]) -> frozenset[str]:
    """Those of ``cases`` that are within a scope."""
    wanted = sorted(cases)
    return frozenset(row[0] for row in unit.all(Statement(select(_c.id).where(_c.id.in_(wanted), within(scope)))))


def counted(unit: Unit, reading: Reading, *, filters: Mapping[str, str] | None = None) -> dict[str, int]:
    """How many cases each bucket of open cases holds, under the same filters."""
    names = [name for name in BUCKETS if name != "ended"]
    sums = [func.sum(case((_in_bucket(reading, name), literal(1, Integer)), else_=0)) for name in names]
    where = [_allowed(reading), tables.is_open, *_filtered(filters or {})]
    row = unit.first(Statement(select(*sums).where(*where)))
    return {name: (row[n] if row else 0) or 0 for n, name in enumerate(names)}


def _allowed(reading: Reading) -> ColumnElement[bool]:
    recused = select(tables.recusal.c.case_id).where(tables.recusal.c.person == reading.scope.person)
    return or_(within(reading.scope), and_(_my_turn(reading), _c.id.not_in(recused)))


def _my_turn(reading: Reading) -> ColumnElement[bool]:
    """What waits for the reader: as the subject, as what they act as in others' cases, as a substitute."""
    me, others = reading.scope.person, [owner for owner in reading.owners if owner != reading.scope.person]
    return or_(
        _c.owner == me,
        and_(_c.owner.in_(others), _c.practitioner != me),
        *(and_(_c.practitioner != me, _standing_in(place, role)) for place, role in reading.stand_ins),
    )


def _standing_in(place: str, role: str) -> ColumnElement[bool]:
    """Cases that wait for a role whose holder is the case's own subject."""
    r = tables.role_held.c
    holders = select(r.person).where(r.facility == place, r.role == role, r.before.is_(None))
    key = owner_key(place, role)
    return and_(or_(_c.owner == key, _c.owner.startswith(f"{key}|", autoescape=True)), _c.practitioner.in_(holders))


def _in_bucket(reading: Reading, bucket: str) -> ColumnElement[bool]:
    if bucket == "ended":
        return tables.has_ended
    conditions: dict[str, ColumnElement[bool]] = {
        "mine": _my_turn(reading),
        "others": not_(_my_turn(reading)),
        "due_soon": and_(_c.due >= reading.now, _c.due < reading.soon),
        "overdue": _c.due < reading.now,
        "before_a_body": _c.owner.like("body/%"),
    }
    return and_(tables.is_open, conditions[bucket])


def _filtered(filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
    return [_c[name] == value for name, value in filters.items() if name in FILTERS and value]

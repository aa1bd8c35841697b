"""Lists of cases as a reader may see them: buckets of the worklist, filters, pages by key, counts of the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, and_, case, func, literal, or_, select, tuple_

from privileging.engine.policy import Scope
from privileging.queries.visible import within
from privileging.queries.worklist import SHOWN, Line, Page
from privileging.store import tables
from privileging.store.driver import Statement, Unit

_c = tables.case_file.c
BUCKETS = ("mine", "others", "due_soon", "overdue", "before_a_body", "ended")
FILTERS = ("workflow", "facility", "department")


@dataclass(frozen=True, slots=True)
class Reading:
    """Who looks at the lists, when: their scope, what they act as, now, and until when a thing is due soon."""

    scope: Scope
    owners: Sequence[str]
    now: str
    soon: str


def listed(
    unit: Unit,
    reading: Reading,
    bucket: str,
    *,
    filters: Mapping[str, str] | None = None,
    after: tuple[str, str] | None = None,
    limit: int = 25,
) -> Page:
    """One page of a bucket: what the reader may open and nothing else, soonest due first."""
    where = [_allowed(reading), _in_bucket(reading, bucket), *_filtered(filters or {})]
    if after:
        where.append(tuple_(_c.due, _c.id) > tuple_(literal(after[0]), literal(after[1])))
    rows = unit.all(Statement(select(*SHOWN).where(*where).order_by(_c.due, _c.id).limit(limit + 1)))
    lines = tuple(Line(*row) for row in rows[:limit])
    return Page(lines, (lines[-1].due, lines[-1].id) if len(rows) > limit else None)


def counted(unit: Unit, reading: Reading, *, filters: Mapping[str, str] | None = None) -> dict[str, int]:
    """How many cases each bucket of open cases holds, under the same filters."""
    names = [name for name in BUCKETS if name != "ended"]
    sums = [func.sum(case((_in_bucket(reading, name), literal(1, Integer)), else_=0)) for name in names]
    where = [_allowed(reading), tables.is_open, *_filtered(filters or {})]
    row = unit.first(Statement(select(*sums).where(*where)))
    return {name: (row[n] if row else 0) or 0 for n, name in enumerate(names)}


def _allowed(reading: Reading) -> ColumnElement[bool]:
    return or_(within(reading.scope), _mine(reading)) if reading.owners else within(reading.scope)


def _mine(reading: Reading) -> ColumnElement[bool]:
    recused = select(tables.recusal.c.case_id).where(tables.recusal.c.person == reading.scope.person)
    return and_(_c.owner.in_(list(reading.owners)), _c.id.not_in(recused))


def _in_bucket(reading: Reading, bucket: str) -> ColumnElement[bool]:
    if bucket == "ended":
        return _c.owner.is_(None)
    conditions: dict[str, ColumnElement[bool]] = {
        "mine": _c.owner.in_(list(reading.owners)),
        "others": _c.owner.not_in(list(reading.owners)),
        "due_soon": and_(_c.due >= reading.now, _c.due < reading.soon),
        "overdue": _c.due < reading.now,
        "before_a_body": _c.owner.like("body/%"),
    }
    return and_(tables.is_open, conditions[bucket])


def _filtered(filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
    return [_c[name] == value for name, value in filters.items() if name in FILTERS and value]

"""The worklist: the open cases whose turn is somebody's, soonest due first, with counts.

Keyset paging and counts by ranges of one partial index over open cases: finished cases cost nothing, and no counter
is maintained, since what is overdue changes with the clock (speed.md, 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Integer, Select, Text, bindparam, func, literal_column, select, tuple_, union_all

from privileging.engine.headline import owner_key
from privileging.engine.values import Person
from privileging.store import tables
from privileging.store.driver import Statement, Unit

_c = tables.case_file.c
SHOWN = (
    _c.due,
    _c.id,
    _c.title,
    _c.practitioner,
    _c.practitioner_name,
    _c.facility,
    _c.state_title,
    _c.since,
    _c.owner,
    _c.state,
    _c.digest,
)
_SEATS = Statement(
    select(tables.seat.c.body).where(
        tables.seat.c.person == bindparam("person"),
        tables.seat.c.votes == 1,
        tables.seat.c.since <= bindparam("day"),
        (tables.seat.c.before.is_(None)) | (tables.seat.c.before > bindparam("day2")),
    )
)
MOST_OTHERS = 1_000
MORE = -1


@dataclass(frozen=True, slots=True)
class Line:
    """One open case, as the worklist shows it. ``due`` is 9999 where no deadline runs.

    ``state`` is the state's title, ``stands_at`` its name in the workflow with this ``digest``.
    """

    due: str
    id: str
    title: str
    practitioner: str
    practitioner_name: str
    facility: str
    state: str
    since: str
    owner: str
    stands_at: str
    digest: str


@dataclass(frozen=True, slots=True)
class Page:
    """Lines in order of due date, and where the next page begins (None: this was the last)."""

    lines: tuple[Line, ...]
    after: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases are mine, of them overdue or due soon, and how many others' (counted to 1,000 at most).

    ``others`` knows no scope: it is for whoever may read every case, never for a page or a command of somebody's.
    """

    mine: int
    overdue: int
    due_soon: int
    others: int


def owners_of(unit: Unit, person: Person, day: str) -> tuple[str, ...]:
    """Everything a person acts as that day: themselves, their roles, their seats, as owners of cases."""
    roles = [owner_key(held.facility, held.role, held.department) for held in person.roles if held.on(day)]
    seats = [row[0] for row in unit.all(_SEATS, {"person": person.id, "day": day, "day2": day})]
    return tuple(dict.fromkeys([person.id, *roles, *seats]))


def worklist(unit: Unit, owners: Sequence[str], *, after: tuple[str, str] | None = None, limit: int = 25) -> Page:
    """The open cases of these owners, soonest due first; ``after`` is what the page before ended with."""
    due, last = after or ("", "")
    params = {**_named(owners), "due": due, "id": last, "limit": limit + 1}
    rows = unit.all(_page_of(len(owners)), params) if owners else []
    lines = tuple(Line(*row) for row in rows[:limit])
    return Page(lines, (lines[-1].due, lines[-1].id) if len(rows) > limit else None)


def counts(unit: Unit, owners: Sequence[str], *, now: str, soon: str) -> Counts:
    """The worklist's counts; ``soon``: the instant until which a case counts as due soon."""
    if not owners:
        return Counts(0, 0, 0, 0)
    row = unit.first(_counts_of(len(owners)), {**_named(owners), "now": now, "soon": soon})
    overdue, due_soon, later = row or (0, 0, 0)
    mine = overdue + due_soon + later
    every = unit.first(_EVERY_OPEN, {"enough": mine + MOST_OTHERS}) or (0,)
    return Counts(mine, overdue, due_soon, MOST_OTHERS if every[0] == MORE else every[0] - mine)


def _named(owners: Sequence[str]) -> dict[str, object]:
    return {f"owner_{number}": owner for number, owner in enumerate(owners)}


@cache
def _page_of(size: int) -> Statement:
    """The keys of the page come from the index alone, the first of each owner merged; then its lines are read."""
    parts = [_of_one(number).subquery() for number in range(size)]
    every = union_all(*(select(part) for part in parts)).subquery()
    page = select(every).order_by(every.c.due, every.c.id).limit(bindparam("limit")).subquery()
    lines = select(*SHOWN).join_from(page, tables.case_file, _c.id == page.c.id)
    return Statement(lines.order_by(page.c.due, page.c.id))


def _of_one(number: int) -> Select[tuple[str, str]]:
    later = tuple_(_c.due, _c.id) > tuple_(bindparam("due"), bindparam("id"))
    mine = select(_c.due, _c.id).where(_c.owner == bindparam(f"owner_{number}"), tables.is_open, later)
    return mine.order_by(_c.due, _c.id).limit(bindparam("limit"))


@cache
def _counts_of(size: int) -> Statement:
    """Three ranges of the index that touch each of my cases once: overdue, due soon, later."""
    now, soon = bindparam("now", type_=Text), bindparam("soon", type_=Text)
    owners = [bindparam(f"owner_{number}", type_=Text) for number in range(size)]
    mine = select(func.count()).select_from(tables.case_file).where(_c.owner.in_(owners), tables.is_open)
    ranges = (mine.where(_c.due < now), mine.where(_c.due >= now, _c.due < soon), mine.where(_c.due >= soon))
    return Statement(select(*(part.scalar_subquery() for part in ranges)))


def _every_open() -> Statement:
    """How many cases are open, or MORE when there are more than enough: stepping over them is cheaper than counting."""
    cases = select(func.count()).select_from(tables.case_file).where(tables.is_open)
    beyond = cases.with_only_columns(literal_column(str(MORE), Integer)).limit(1).offset(bindparam("enough"))
    return Statement(select(func.coalesce(beyond.scalar_subquery(), cases.scalar_subquery())))


_EVERY_OPEN = _every_open()

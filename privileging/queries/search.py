"""What an auditor looks for across cases: events, and who read what. Pages by key; nothing outside the scope.

A hit says that something was done, by whom and when, not what it found: that is read in the case, where the reading
is logged. Votes on a motion that is still open are no hits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, or_, select, tuple_

from privileging.canonical import canonical
from privileging.definition.model import Workflow
from privileging.engine.policy import Scope
from privileging.engine.values import CLOCK, Person
from privileging.queries.loading import value_of
from privileging.queries.telling import KINDS, actor_name, plain
from privileging.queries.visible import within
from privileging.store import tables
from privileging.store.driver import Row, Statement, Unit
from privileging.store.streams import Head

_e, _b, _c, _m, _s = (t.c for t in (tables.event, tables.event_body, tables.case_file, tables.motion, tables.stream))
_l, _a = tables.access_log.c, tables.account.c
FILTERS = ("practitioner", "kind", "action", "actor", "workflow")
MOST_PEOPLE, MOST_CASES = 50, 200
FIRST, LAST = "case/", "case0"  # the streams of cases lie between these


@dataclass(frozen=True, slots=True)
class Hit:
    """One event that was looked for."""

    case: str
    seq: int
    kind: str
    at: str
    who: str
    role: str
    practitioner: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Hits:
    """Hits, the newest case first and in it the newest event; where the next page begins (None: this was the last)."""

    hits: tuple[Hit, ...]
    after: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Read:
    """That somebody read something confidential of a case, in that minute."""

    minute: str
    case: str
    account: str
    resource: str
    person: str
    practitioner: str


@dataclass(frozen=True, slots=True)
class Reads:
    reads: tuple[Read, ...]
    after: tuple[str, str, str, str] | None


def search(
    unit: Unit,
    scope: Scope,
    workflows: Mapping[str, Workflow],
    *,
    filters: Mapping[str, str],
    since: str = "",
    before: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 25,
) -> Hits:
    """One page of events within the scope that took effect from ``since`` until before ``before``.

    ``filters``: part of the practitioner's name; kind; name of an action; account or part of the name of who acted;
    workflow. ``workflows`` lend their titles. Raises InvalidInput.
    """
    canonical({**filters, "after": list(after or ())})
    cases = _named(unit, scope, filters.get("practitioner", ""), after[0] if after else LAST)
    among = [_e.stream >= FIRST, _e.stream < LAST] if cases is None else [_e.stream.in_(cases)]
    where = [*among, within(scope), ~votes_unclosed(), *_matching(filters), *_acted(unit, filters.get("actor", ""))]
    where += [_e.effective_at >= since] if since else []
    where += [_e.effective_at < before] if before else []
    if after:
        where.append(tuple_(_e.stream, _e.seq) < tuple_(literal(after[0]), literal(after[1])))
    rows = unit.all(Statement(_found(where).limit(limit + 1)))
    hits = tuple(_hit(unit, workflows, row) for row in rows[:limit])
    if len(rows) <= limit and cases and len(cases) == MOST_CASES:
        return Hits(hits, (cases[-1], 0))
    return Hits(hits, (hits[-1].case, hits[-1].seq) if len(rows) > limit else None)


def _named(unit: Unit, scope: Scope, name: str, last: str) -> list[str] | None:
    """The newest cases of practitioners of this name, not beyond ``last``; None where no name is asked for.

    Their events are then found by key: the name is compared with that of every case, not of every event.
    """
    if not name:
        return None
    like = func.lower(_c.practitioner_name).like(_anywhere(name), escape="\\")
    chosen = select(_c.id).where(within(scope), like, _c.id <= last).order_by(_c.id.desc()).limit(MOST_CASES)
    return [row[0] for row in unit.all(Statement(chosen))]


def _found(where: Iterable[ColumnElement[bool]]) -> Select[Any]:
    """The events with their cases, bodies and the streams of who acted, in the order of the primary key backwards."""
    joined = (
        tables.event.join(tables.case_file, _c.id == _e.stream)
        .join(tables.event_body, and_(_b.stream == _e.stream, _b.seq == _e.seq))
        .outerjoin(tables.stream, and_(_s.id == _e.actor, _s.kind == "person"))
    )
    shown = (
        _e.stream,
        _e.seq,
        _e.kind,
        _e.effective_at,
        _e.actor,
        _e.role,
        _c.practitioner_name,
        _c.title,
        _c.workflow,
    )
    return (
        select(*shown, _b.body, *tables.stream.c)
        .select_from(joined)
        .where(*where)
        .order_by(_e.stream.desc(), _e.seq.desc())
    )


def votes_unclosed() -> ColumnElement[bool]:
    """Votes on the motion that is open: those after the last motion made, in a case with an open motion."""
    made = tables.event.alias("made")
    last = select(func.max(made.c.seq)).where(made.c.stream == _e.stream, made.c.kind == "motion_made")
    is_open = exists().where(_m.case_id == _e.stream, _m.result.is_(None))
    return and_(_e.kind == "vote_cast", is_open, _e.seq > last.scalar_subquery())


_UNCLOSED = Statement(select(func.min(_e.seq)).where(_e.stream == bindparam("case"), votes_unclosed()))


def first_unclosed(unit: Unit, case: str) -> int | None:
    """The first vote of a case that nobody may read yet: an export ends before it."""
    row = unit.first(_UNCLOSED, {"case": case})
    return row[0] if row else None


def _matching(filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if kind := filters.get("kind", ""):
        where.append(_e.kind == kind)
    if workflow := filters.get("workflow", ""):
        where.append(_c.workflow == workflow)
    if action := filters.get("action", ""):
        # The body is canonical: this text is in it where it names the action, and nowhere inside another text.
        told = f'"action":{orjson.dumps(action).decode()}'
        where += [_e.kind.in_(("opened", "moved", "motion_made")), _b.body.like(f"%{_escaped(told)}%", escape="\\")]
    return where


def _acted(unit: Unit, actor: str) -> list[ColumnElement[bool]]:
    """Who acted: the clock, an account, or everybody with an account whose name holds the text."""
    if not actor:
        return []
    if actor.lower() == CLOCK:
        return [_e.actor == CLOCK]
    found = or_(_a.name == actor.lower(), func.lower(_s.snapshot).like(_anywhere(actor), escape="\\"))
    joined = tables.account.join(tables.stream, _s.id == _a.person)
    rows = unit.all(Statement(select(_a.name, *tables.stream.c).select_from(joined).where(found).order_by(_a.name)))
    people = {row[1] for row in rows if row[0] == actor.lower() or actor.lower() in _name(unit, row[1:]).lower()}
    return [_e.actor.in_(sorted(people)[:MOST_PEOPLE])]


def _name(unit: Unit, row: Row) -> str:
    return value_of(unit, Head(*row), Person).name


def _anywhere(text: str) -> str:
    return f"%{_escaped(text.lower())}%"


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in text)


def _hit(unit: Unit, workflows: Mapping[str, Workflow], row: Row) -> Hit:
    case, seq, kind, at, actor, role, practitioner, title, workflow = row[:9]
    names = {actor: _name(unit, row[10:])} if row[10] else {}
    says = _says(workflows.get(workflow), kind, row[9])
    return Hit(case, seq, kind, at, actor_name(names, actor), plain(role), practitioner, title, says)


def _says(workflow: Workflow | None, kind: str, body: str) -> str:
    """The act itself: an action's title, the name of a verification or a notice; not what it found."""
    told = orjson.loads(body)
    name = str(told.get("action") or told.get("check", {}).get("name") or told.get("name") or "")
    titles = {check.name: check.title for check in workflow.verifications.values()} if workflow else {}
    for action in workflow.actions() if workflow else ():
        if action.state == told.get("from") or told.get("body") in action.by:
            titles[action.name] = action.title
    said = titles.get(name, plain(name))
    return f"{plain(kind)}: {said}" if said else plain(kind)


def reads(unit: Unit, scope: Scope, *, after: tuple[str, str, str, str] | None = None, limit: int = 50) -> Reads:
    """One page of the log of confidential reads within the scope, newest first. Raises InvalidInput."""
    canonical(list(after or ()))
    key = (_l.minute, _l.case_id, _l.account, _l.resource)
    where = [within(scope)]
    if after:
        where.append(tuple_(*key) < tuple_(*(literal(part) for part in after)))
    joined = tables.access_log.join(tables.case_file, _c.id == _l.case_id)
    chosen = select(*key, _l.person, _c.practitioner_name).select_from(joined).where(*where)
    rows = unit.all(Statement(chosen.order_by(*(column.desc() for column in key)).limit(limit + 1)))
    found = tuple(Read(*row) for row in rows[:limit])
    last = found[-1] if len(rows) > limit else None
    return Reads(found, (last.minute, last.case, last.account, last.resource) if last else None)


__all__ = ["FILTERS", "KINDS", "Hit", "Hits", "Read", "Reads", "reads", "search"]

"""A case as somebody reads it: where it stands, what is missing to go on, who can cure it, what is due."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from privileging.definition.model import Workflow
from privileging.engine.calendar import Calendar
from privileging.engine.explain import Option, Outlook, outlook
from privileging.engine.standing import current, missing
from privileging.engine.values import CLOCK, Case, Command, Context, Line, Motion, Owed, Running
from privileging.errors import NotFound
from privileging.queries import library
from privileging.queries.contexts import beside, context_for, is_person
from privileging.queries.loading import acting, value_of
from privileging.store import streams, tables
from privileging.store.driver import Statement, Unit

_g = tables.privilege_grant.c
_GRANTS = Statement(
    select(_g.case_id, _g.privilege, _g.title, _g.facility, _g.begins, _g.ends, _g.conditions)
    .where(_g.practitioner == bindparam("practitioner"))
    .order_by(_g.facility, _g.privilege, _g.begins)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One verification: how many records count today, of how many wanted, and what is missing (empty: nothing)."""

    name: str
    title: str
    source: str
    counts: int
    wanted: int
    last_verified_on: str
    missing: str
    by: tuple[str, ...]
    cite: str


@dataclass(frozen=True, slots=True)
class Due:
    """A running deadline; ``late``: it has passed."""

    name: str
    due: str
    rule: str
    lapses: str
    late: bool
    cite: str


@dataclass(frozen=True, slots=True)
class Granted:
    """One privilege granted to a practitioner at a facility for a term."""

    case: str
    privilege: str
    title: str
    facility: str
    begins: str
    ends: str
    conditions: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything the case page says first."""

    id: str
    version: int
    workflow: str
    workflow_version: int
    title: str
    practitioner: str
    practitioner_name: str
    facility: str
    zone: str
    state: str
    state_title: str
    since: str
    outcome: str
    lapsed: tuple[str, ...]
    options: tuple[Option, ...]
    deadlines: tuple[Due, ...]
    unanswered: tuple[str, ...]
    privileges: tuple[Line, ...]
    verifications: tuple[Standing, ...]
    motion: Motion | None
    notices: tuple[Owed, ...]
    children: tuple[str, ...]


def show(unit: Unit, case: str, *, now: str, account: str = "") -> CaseView:
    """The case as it stands at ``now`` (lapses that are due are taken into account), for the reader's account.

    Raises NotFound.
    """
    found = look(unit, case, now=now, reader=acting(unit, account)[0] if account else CLOCK)
    return view_of(found.workflow, found.seen, found.context, found.version)


@dataclass(frozen=True, slots=True)
class Looked:
    """A case as the rules see it at an instant, for one reader."""

    version: int
    workflow: Workflow
    seen: Outlook
    context: Context


def look(unit: Unit, case: str, *, now: str, reader: str) -> Looked:
    """Reads a case and all that the rules look at beside it, for a person or the clock. Raises NotFound."""
    known = streams.heads(unit, {case, *beside(case), *([reader] if is_person(reader) else ())})
    head = known.get(case)
    if head is None or head.kind != "case":
        raise NotFound(f"There is no case {case.removeprefix('case/')}")
    stored = value_of(unit, head, Case)
    workflow = library.workflow_of(unit, stored.digest)
    context = context_for(unit, workflow, stored, Command("", "show", case, reader), now, known)
    return Looked(head.version, workflow, outlook(workflow, stored, context), context)


def view_of(workflow: Workflow, seen: Outlook, context: Context, version: int) -> CaseView:
    case = seen.case
    at = case.ended_at or context.now  # what an ended case relied on is read as of its end
    wanted = workflow.application.values()
    return CaseView(
        id=case.id,
        version=version,
        workflow=workflow.name,
        workflow_version=workflow.version,
        title=workflow.title,
        practitioner=case.practitioner,
        practitioner_name=case.practitioner_name,
        facility=case.facility,
        zone=context.facility.zone,
        state=case.state,
        state_title=workflow.states[case.state].title,
        since=case.since,
        outcome=case.outcome,
        lapsed=seen.lapsed,
        options=seen.options,
        deadlines=tuple(_due(workflow, case, entry, context.now) for entry in case.deadlines),
        unanswered=tuple(item.title for item in wanted if item.required and not case.application.get(item.name)),
        privileges=case.lines,
        verifications=tuple(_standing(workflow, case, name, context.calendar, at) for name in workflow.verifications),
        motion=case.open_motion,
        notices=case.notices,
        children=tuple(child.case for child in case.children),
    )


def _due(workflow: Workflow, case: Case, entry: Running, now: str) -> Due:
    declared = workflow.states[case.state].deadlines if entry.state else workflow.deadlines
    return Due(entry.name, entry.due, entry.rule, entry.lapses, entry.due < now, declared[entry.name].cite)


def _standing(workflow: Workflow, case: Case, name: str, calendar: Calendar, at: str) -> Standing:
    wanted, day = workflow.verifications[name], calendar.day_of(at)
    reason = missing(workflow, case, name, at, day, calendar)
    dates = [check.verified_on for check in case.checks if check.name == name and not check.struck]
    return Standing(
        name=name,
        title=wanted.title,
        source=wanted.source,
        counts=len(current(case, wanted, at, day, calendar)),
        wanted=wanted.at_least,
        last_verified_on=max(dates, default=""),
        missing=reason.text if reason else "",
        by=wanted.by,
        cite=wanted.cite,
    )


def grants_of(unit: Unit, practitioner: str) -> tuple[Granted, ...]:
    """Every privilege ever granted to a practitioner."""
    return tuple(Granted(*row) for row in unit.all(_GRANTS, {"practitioner": practitioner}))


def people_in(view: CaseView) -> set[str]:
    """The persons a case view names."""
    votes = view.motion.votes if view.motion else ()
    mover = {view.motion.moved_by} if view.motion else set()
    return {view.practitioner, *mover, *(vote.person for vote in votes)}

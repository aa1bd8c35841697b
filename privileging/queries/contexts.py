"""What the decider may look at, read from the store: with the version of every stream it came from."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from sqlalchemy import bindparam, select

from privileging.definition.model import NextMeeting, Workflow
from privileging.engine.calendar import Calendar
from privileging.engine.values import Body, Case, Command, Context, Facility, Person, body_id
from privileging.errors import NotFound
from privileging.queries.loading import FOLDS, value_of
from privileging.store import streams, tables
from privileging.store.driver import Statement, Unit
from privileging.store.streams import Head

V = TypeVar("V")
_beside: dict[str, frozenset[str]] = {}  # see ``beside``
_meeting: dict[str, frozenset[str]] = {}  # the bodies whose meetings a workflow counts to, by its digest
_NONE: frozenset[str] = frozenset()
_MOST_NOTED = 10_000
_r, _c = tables.role_held.c, tables.case_file.c
_HOLDERS = Statement(
    select(_r.person).where(_r.facility == bindparam("facility"), _r.role == bindparam("role")).distinct()
)
_OPEN_CASES = Statement(
    select(_c.id)
    .where(
        _c.practitioner == bindparam("practitioner"),
        _c.facility == bindparam("facility"),
        _c.workflow == bindparam("workflow"),
        _c.owner.is_not(None),
        _c.opener.is_(None),
    )
    .order_by(_c.id)
)


def context_for(
    unit: Unit, workflow: Workflow, case: Case, command: Command, now: str, known: dict[str, Head]
) -> Context:
    """The context in which ``command`` is decided. ``known``: heads read already, added to as others are read."""
    facility_id = case.facility or str(command.args["facility"])
    practitioner_id = case.practitioner or str(command.args["practitioner"])
    bodies = {name: body_id(facility_id, name) for name in _bodies(workflow, case, command)}
    actor = {command.actor} if is_person(command.actor) else set()
    wanted = {facility_id, practitioner_id, *bodies.values()}
    if unread := {*actor, *wanted}.difference(known):
        known.update(streams.heads(unit, unread))
        _note(case.id, wanted)
    facility = _value(unit, known, facility_id, Facility)
    practitioner = _value(unit, known, practitioner_id, Person)
    seated = {name: _value(unit, known, stream, Body) for name, stream in bodies.items() if stream in known}
    holders = _holders(unit, workflow, case, command, known, facility_id)
    relied_on = {stream: known[stream].version if stream in known else 0 for stream in (*bodies.values(), facility_id)}
    people = {*actor, practitioner_id, *(p.id for persons in holders.values() for p in persons)}
    relied_on.update({person: known[person].version for person in people})
    return Context(
        now=now,
        calendar=_calendar(facility.zone, facility.holidays, tuple((n, b.meets) for n, b in seated.items())),
        facility=facility,
        actor=_value(unit, known, command.actor, Person) if is_person(command.actor) else Person(command.actor),
        practitioner=practitioner,
        bodies={name: seated.get(name, Body(stream)) for name, stream in bodies.items()},
        holders=holders,
        open_cases=_open_cases(unit, workflow, command) if not case.seq else (),
        versions=relied_on,
    )


def beside(case: str) -> frozenset[str]:
    """The streams that this case was decided on before: to be read with it at once. A guess, and no more."""
    return _beside.get(case, _NONE)


def _note(case: str, read: set[str]) -> None:
    if len(_beside) >= _MOST_NOTED:
        _beside.clear()
    _beside[case] = frozenset(read)


def is_person(actor: str) -> bool:
    """Whether an actor is a person: not the clock, not another case."""
    return actor.startswith("person/")


def _value(unit: Unit, known: dict[str, Head], stream: str, kind: type[V]) -> V:
    head = known.get(stream)
    if head is None or FOLDS[head.kind].value is not kind:
        raise NotFound(f"There is no {kind.__name__.lower()} {stream}")
    return value_of(unit, head, kind)


@lru_cache(maxsize=256)
def _calendar(zone: str, holidays: tuple[str, ...], meetings: tuple[tuple[str, str], ...]) -> Calendar:
    return Calendar(zone, frozenset(holidays), {name: rule for name, rule in meetings if rule})


def _bodies(workflow: Workflow, case: Case, command: Command) -> set[str]:
    """The bodies whose meetings the workflow's deadlines count to, and those that act here."""
    named = set(_meeting_bodies(workflow))
    if command.kind in ("move", "vote", "close", "recuse", "declare", "show") and case.state:
        actions = workflow.states[case.state].actions.values()
        named |= {name for action in actions for name in action.by if name in workflow.bodies}
    if command.kind in ("recuse", "declare") and str(command.args.get("body")) in workflow.bodies:
        named.add(str(command.args["body"]))
    return named


def _meeting_bodies(workflow: Workflow) -> frozenset[str]:
    known = _meeting.get(workflow.digest)
    if known is None:
        every = (
            *(d for state in workflow.states.values() for d in state.deadlines.values()),
            *workflow.deadlines.values(),
        )
        known = _meeting[workflow.digest] = frozenset(d.due.body for d in every if isinstance(d.due, NextMeeting))
    return known


def _holders(
    unit: Unit, workflow: Workflow, case: Case, command: Command, known: dict[str, Head], facility: str
) -> dict[str, tuple[Person, ...]]:
    """Who holds the roles that a substitute may act for: asked only when such an action is taken or shown."""
    actions = workflow.states[case.state].actions if case.state else workflow.opening
    wanted = {"show": tuple(actions), "do": (command.args.get("action"),)}.get(command.kind, ())
    taken = (actions[name] for name in wanted if isinstance(name, str) and name in actions)
    named = dict.fromkeys(name for action in taken for name in action.by if name in workflow.roles)
    roles = [name for name in named if workflow.roles[name].substitute]
    held = {name: [row[0] for row in unit.all(_HOLDERS, {"facility": facility, "role": name})] for name in roles}
    missing = {person for persons in held.values() for person in persons} - set(known)
    known.update(streams.heads(unit, missing) if missing else {})
    return {name: tuple(_value(unit, known, person, Person) for person in persons) for name, persons in held.items()}


def _open_cases(unit: Unit, workflow: Workflow, command: Command) -> tuple[str, ...]:
    about = {
        "practitioner": command.args["practitioner"],
        "facility": command.args["facility"],
        "workflow": workflow.name,
    }
    return tuple(row[0] for row in unit.all(_OPEN_CASES, about))

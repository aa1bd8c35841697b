"""The way a case went through its workflow, as a list and as marks on a picture; for its applicant in public words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from privileging.definition.drawing import Walk, public, wording
from privileging.definition.model import Workflow
from privileging.engine.values import Case, Facility
from privileging.queries import library
from privileging.queries.trail import party_of
from privileging.store import streams
from privileging.store.driver import Unit


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay in a state: since when, until when (empty: the case stands there), by which action it came."""

    state: str
    title: str
    since: str
    by: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What may come next: an action and where it leads; of an action that stays, the state itself."""

    action: str
    to: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """``drawn``: the workflow to draw, in the reader's words; ``walk``: what of it to mark."""

    case: Case
    facility: Facility
    workflow: Workflow
    drawn: Workflow
    walk: Walk
    visits: tuple[Visit, ...]
    ahead: tuple[Ahead, ...]

    def now_only(self) -> Path:
        """Where the case stands, and nothing of how it came there."""
        walk = Walk(frozenset({self.walk.current}), self.walk.current)
        return replace(self, walk=walk, visits=(replace(self.visits[-1], by=""),), ahead=())


def path_of(unit: Unit, case: str, *, in_public: bool) -> Path:
    """The way of a case; ``in_public``: as its applicant is told, which tells apart only what is shown apart.

    Raises NotFound.
    """
    party = party_of(unit, case)
    found, facility = party.case, party.facility
    workflow = library.workflow_of(unit, found.digest)
    visits = _visits(unit, workflow, case)
    if not in_public:
        keys = {*found.performers, *(visit.state for visit in visits)}
        return Path(found, facility, workflow, workflow, Walk(keys, found.state), visits, _ahead(workflow, found))
    drawn, told = public(workflow), _told(workflow, visits)
    pairs = pairwise(told)
    keys = {*(f"{a.state}.{b.state}" for a, b in pairs), *(visit.state for visit in told)}
    state = drawn.states[told[-1].state]
    ahead = tuple(Ahead("", action.title, ()) for action in state.actions.values())
    return Path(found, facility, workflow, drawn, Walk(keys, state.name), told, () if found.outcome else ahead)


def _visits(unit: Unit, workflow: Workflow, case: str) -> tuple[Visit, ...]:
    visits: list[Visit] = []
    for event in streams.read(unit, case):
        if event.kind in ("opened", "moved") and (to := str(event.body["to"])):
            if visits:
                visits[-1] = replace(visits[-1], until=event.effective_at)
            actions = workflow.states[str(event.body["from"])].actions if event.body["from"] else workflow.opening
            by = actions[str(event.body["action"])].title
            visits.append(Visit(to, workflow.states[to].title, event.effective_at, by))
    return tuple(visits)


def _told(workflow: Workflow, visits: tuple[Visit, ...]) -> tuple[Visit, ...]:
    """The visits in public words; those that follow each other under one wording are one."""
    told: list[Visit] = []
    for visit in visits:
        state = workflow.states[visit.state]
        if told and told[-1].state == wording(state):
            told[-1] = replace(told[-1], until=visit.until)
        else:
            told.append(Visit(wording(state), state.shown_as or state.title, visit.since, "", visit.until))
    return tuple(told)


def _ahead(workflow: Workflow, case: Case) -> tuple[Ahead, ...]:
    return tuple(
        Ahead(action.title, workflow.states[action.to or case.state].title, actors(workflow, action.by))
        for action in workflow.states[case.state].actions.values()
    )


def actors(workflow: Workflow, names: Iterable[str]) -> tuple[str, ...]:
    """The titles of who may act."""
    roles = {name: role.title for name, role in workflow.roles.items()}
    titles = {**OTHERS, **roles, **{name: body.title for name, body in workflow.bodies.items()}}
    return tuple(titles.get(name, name.replace("_", " ")) for name in names)


OTHERS = {"clock": "the clock", "opener": "the case that opened it"}

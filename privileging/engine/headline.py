"""A case's line on the worklist: where it stands, since when, whose turn it is, what is due."""

from __future__ import annotations

from privileging.definition.model import Workflow
from privileging.engine.values import CLOCK, Case, body_id

NEVER = "9999"  # what `due` holds where no deadline runs: it sorts last


def headline(workflow: Workflow, case: Case) -> dict[str, object]:
    """The columns of the worklist that change; ``owner`` is None once the case has ended."""
    state = workflow.states[case.state]
    return {
        "department": case.departments[0] if case.departments else "",
        "state": case.state,
        "state_title": state.title,
        "since": case.since,
        "due": min((entry.due for entry in case.deadlines), default=NEVER),
        "owner": None if case.outcome else owner(workflow, case),
        "ended_at": case.ended_at or None,
        "outcome": case.outcome or None,
    }


def owner(workflow: Workflow, case: Case) -> str:
    """Whose turn it is: whoever takes the first action written under the state, clock and opener apart."""
    actors = (by for a in workflow.states[case.state].actions.values() for by in a.by if by not in (CLOCK, "opener"))
    name = next(actors, CLOCK)
    if name in workflow.bodies:
        return body_id(case.facility, name)
    if name not in workflow.roles:
        return f"{case.id}|{name}"
    role = workflow.roles[name]
    if role.of == "case":
        return case.practitioner
    department = case.departments[0] if role.of == "department" and case.departments else ""
    return owner_key(case.facility, name, department)


def owner_key(facility: str, role: str, department: str = "") -> str:
    """How a role at a facility is named as an owner; with a department where the role is held for one."""
    return f"{facility}|{role}|{department}" if department else f"{facility}|{role}"

"""Who may take an action: by role, by substitute, never on one's own case, never with both of two separate hands."""

from __future__ import annotations

from dataclasses import dataclass

from privileging.definition.model import Action, Role, Safeguard, Workflow
from privileging.engine.tally import VotingSeat
from privileging.engine.values import Body, Case, Context, Person
from privileging.errors import Reason


@dataclass(frozen=True, slots=True)
class Authority:
    """``role``: in which the actor may act; empty when they may not, for ``reasons``."""

    role: str
    reasons: tuple[Reason, ...] = ()


def apart(workflow: Workflow, case: Case, action: Action) -> dict[str, Safeguard]:
    """The persons whom a ``never_one_person`` safeguard keeps from this action: each with the safeguard."""
    kept: dict[str, Safeguard] = {}
    for guard in workflow.safeguards.values():
        if _means(guard, action.key):
            others = (done for key, done in case.performers.items() if key != action.key and _means(guard, key))
            kept.update({person: guard for persons in others for person in persons})
    return kept


def _means(guard: Safeguard, key: str) -> bool:
    """Whether the safeguard names this action, bare or in full."""
    return not {key, key.rpartition(".")[2]}.isdisjoint(guard.never_one_person)


def barred(workflow: Workflow, case: Case, action: Action, body: str) -> set[str]:
    """Who takes no part in this body's action: recused, kept apart by a safeguard, or the subject of the case."""
    return {*case.recused(body), *apart(workflow, case, action), case.practitioner}


def authority(workflow: Workflow, case: Case, action: Action, context: Context, today: str) -> Authority:
    """The role in which ``context.actor`` may take ``action`` now, or every reason why not."""
    roles = [workflow.roles[name] for name in action.by if name in workflow.roles]
    found = next((role for role in roles if _holds(role, case, context, context.actor, today)), None)
    found = found or next((r for r in roles if _stands_in(workflow, case, action, r, context, today)), None)
    if found is None:
        return Authority("", (_not_theirs(workflow, action),))
    guard = apart(workflow, case, action).get(context.actor.id)
    if guard is not None:
        others = ", ".join(name for name in guard.never_one_person if name not in (action.key, action.name))
        text = f"{action.title}: whoever took {others} may not take this too ({guard.name})"
        return Authority("", (Reason("never_one_person", text, action.by, guard.cite),))
    return Authority(found.name)


def _not_theirs(workflow: Workflow, action: Action) -> Reason:
    bodies = [workflow.bodies[name].title for name in action.by if name in workflow.bodies]
    titles = [workflow.roles[name].title for name in action.by if name in workflow.roles]
    if bodies and not titles:
        text = f"{action.title}: decided by vote of {' or '.join(bodies)}; a member moves it"
    elif titles:
        text = f"{action.title}: only by {' or '.join(titles)}"
    else:
        text = f"{action.title}: taken by {' or '.join(action.by)}, by nobody else"
    return Reason("by", text, action.by, action.cite or workflow.governed_by)


def holds_role(role: Role, case: Case, context: Context, person: Person, today: str) -> bool:
    """Whether ``person`` holds the role for this case today, whoever they are."""
    if role.of == "case":
        return person.id == case.practitioner
    departments = case.departments if role.of == "department" else None
    return person.holds(role.name, context.facility.id, today, departments)


def _holds(role: Role, case: Case, context: Context, person: Person, today: str) -> bool:
    own = person.id == case.practitioner
    return holds_role(role, case, context, person, today) and own == (role.of == "case")


def _stands_in(workflow: Workflow, case: Case, action: Action, role: Role, context: Context, today: str) -> bool:
    """A substitute acts only when no holder can: there is none, it is their own case, or their hands are apart.

    Where the context does not say who holds the role, nobody stands in.
    """
    if role.substitute is None or role.name not in context.holders:
        return False
    if not _holds(workflow.roles[role.substitute], case, context, context.actor, today):
        return False
    kept = apart(workflow, case, action)
    able = (person for person in context.holders[role.name] if person.id not in kept)
    return not any(_holds(role, case, context, person, today) for person in able)


def voting_seats(
    workflow: Workflow, case: Case, action: Action, body: Body, name: str, day: str
) -> tuple[VotingSeat, ...]:
    """The body's members with a vote that day, each once, however many seats; recused: whoever is barred."""
    kept = barred(workflow, case, action, name)
    voters = dict.fromkeys(seat.person for seat in body.seated(day) if seat.votes)
    return tuple(VotingSeat(person, person in kept) for person in voters)

"""The only module that imports ``transitions``: which move is legal, and where it leads.

One flat machine per workflow version, built once from an already checked definition and cached by its digest; used
unbound, on a cursor that holds one attribute. Stays and openings never come here. The only condition is a closure of
our own over an answer already computed, so nothing from a definition file is ever called.
"""

from __future__ import annotations

from transitions import EventData, Machine, MachineError

from privileging.definition.model import Workflow

_machines: dict[str, Machine] = {}


class KernelDisagrees(AssertionError):
    """The kernel and the definition give different answers: a defect of this program, never of a user."""


class _Cursor:
    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def _allowed(event: EventData) -> bool:
    return event.kwargs["allowed"] is True


def machine_of(workflow: Workflow) -> Machine:
    """The workflow's machine: one transition for each action that leads somewhere."""
    known = _machines.get(workflow.digest)
    if known is None:
        known = _machines.setdefault(workflow.digest, _build(workflow))
    return known


def _build(workflow: Workflow) -> Machine:
    machine = Machine(
        model=None,
        states=list(workflow.states),
        initial=next(iter(workflow.states)),
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
    for action in workflow.actions():
        if action.state and action.to:
            machine.add_transition(action.name, action.state, action.to, conditions=[_allowed])
    return machine


def moved(workflow: Workflow, state: str, action: str, *, allowed: bool) -> str | None:
    """The state that ``action`` leads to from ``state``, or None when the move is not legal or not allowed."""
    machine, cursor = machine_of(workflow), _Cursor(state)
    event = machine.events.get(action)
    if event is None:
        return None
    try:
        done = event.trigger(cursor, allowed=allowed)
    except MachineError:
        return None
    return cursor.state if done else None

"""What must hold of deadlines and of the actions that the clock takes."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from privileging.definition.draft import Draft
from privileging.definition.graph import Edge, edges, served, way_around
from privileging.definition.model import Deadline
from privileging.definition.names import deadlines
from privileging.errors import Problem


def lapses(draft: Draft) -> Iterator[Problem]:
    """``then`` names an action that its state gives to the clock; a deadline at the top has none."""
    for place, deadline in deadlines(draft):
        if deadline.then and not deadline.state:
            yield draft.problem((*place, "then"), "a deadline at the top may only notify")
        elif deadline.then:
            action = draft.workflow.states[deadline.state].actions.get(deadline.then)
            if not action:
                text = f"no action {deadline.then!r} in the state {deadline.state!r}"
                yield draft.problem((*place, "then"), text)
            elif "clock" not in action.by:
                yield draft.problem((*place, "then"), f"the action {deadline.then!r} is not `by: clock`")


def timed(draft: Draft) -> Iterator[Problem]:
    """An action of the clock is named by a deadline of its state, and leads on."""
    for state in draft.workflow.states.values():
        for action in state.actions.values():
            if "clock" not in action.by:
                continue
            if action.name not in {deadline.then for deadline in state.deadlines.values()}:
                text = f"{action.key} is taken by the clock, but no deadline of {state.name!r} names it under `then`"
                yield draft.problem(draft.place(action), text)
            if not action.to:
                yield draft.problem(draft.place(action), "what the clock does must lead `to` a state")


def startable(draft: Draft) -> Iterator[Problem]:
    """The moment that a deadline counts from is on record on every path into its state."""
    for place, deadline in deadlines(draft):
        moment = deadline.due.moment
        if moment and _may_be_missing(draft, moment) and (path := _way_without(draft, deadline, moment)):
            text = f"this clock may never start: {moment} may not be on record"
            yield draft.problem((*place, "due"), text, path)


def _may_be_missing(draft: Draft, moment: str) -> bool:
    facts, kind = draft.workflow.facts, draft.kinds.get(moment)
    return not (moment == "opening" or kind == "verification" or (kind == "fact" and facts[moment].name == "on_record"))


def _way_without(draft: Draft, deadline: Deadline, moment: str) -> tuple[str, ...]:
    def happens(edge: Edge) -> bool:
        acts = edge.acts() | {edge.enters} | served(edge.does) | set(edge.action.asks)
        return moment in acts

    return way_around(draft.workflow, deadline.state, happens)


def chasing(draft: Draft) -> Iterator[Problem]:
    """Actions of the clock that lead round in a circle: the case would go round for ever by itself."""
    ways = [edge for edge in edges(draft.workflow) if "clock" in edge.action.by and edge.enters]
    clocked = {(edge.source, edge.target): edge.action for edge in ways}
    before: dict[str, list[str]] = {}
    for source, target in clocked:
        before.setdefault(target, []).append(source)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        states = error.args[1]
        circle = [clocked[pair] for pair in pairwise(states)]
        text = "actions of the clock that chase each other"
        yield draft.problem(draft.place(circle[0]), text, tuple(action.key for action in circle))


DEADLINES = (lapses, timed, startable, chasing)

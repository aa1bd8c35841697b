"""What must hold between a workflow and those it opens, and waits for."""

from __future__ import annotations

from collections.abc import Iterator

from privileging.definition.draft import Draft
from privileging.definition.graph import Edge, edges, reached, way_around
from privileging.definition.model import State, Workflow
from privileging.errors import Problem


def openable(draft: Draft) -> Iterator[Problem]:
    """A workflow that is opened has one opening for it, and what that asks is on record here."""
    for edge in edges(draft.workflow):
        for name in _opened(draft, edge):
            place = (*draft.place(edge.action), "to") if edge.enters else draft.place(edge.action)
            openings = [act for act in draft.family[name].opening.values() if "opener" in act.by]
            if len(openings) != 1:
                yield draft.problem(place, f"{name} has {len(openings)} openings `by: opener`; it needs one")
            for fact in (fact for opening in openings for fact in opening.asks):
                yield from _told(draft, edge, name, fact)


def _opened(draft: Draft, edge: Edge) -> Iterator[str]:
    for item in edge.does:
        yield from (name for name in item.names if item.name == "open" and name in draft.family)


def _told(draft: Draft, edge: Edge, child: str, fact: str) -> Iterator[Problem]:
    """The child's opening asks ``fact``: it must be the same kind of fact here, stated on every path so far."""
    place = draft.place(edge.action)
    if draft.workflow.facts.get(fact) != draft.family[child].facts[fact]:
        yield draft.problem(place, f"opens {child}, which asks {fact!r}: no such fact of that kind here")
    elif path := _untold(draft, edge, fact):
        yield draft.problem(place, f"opens {child}, which asks {fact!r}: it may not have been stated", path)


def _untold(draft: Draft, edge: Edge, fact: str) -> tuple[str, ...]:
    if fact in edge.action.asks or draft.workflow.facts[fact].name == "on_record":
        return ()
    if not edge.source:
        return (edge.action.key,)
    way = way_around(draft.workflow, edge.source, lambda before: fact in before.action.asks)
    return (*way, edge.action.key) if way else ()


def awaited(draft: Draft) -> Iterator[Problem]:
    """A state that waits for a workflow opens it, and answers each of its endings by an action of that name."""
    for state in draft.workflow.states.values():
        for child in draft.children(state):
            if child not in draft.workflow.opens(state.name):
                text = f"waits for {child}, but does not open it: `does: [{{open: {child}}}]`"
                yield draft.problem(("states", state.name), text)
            yield from _answers(draft, state, draft.family[child])


def _answers(draft: Draft, state: State, child: Workflow) -> Iterator[Problem]:
    answered = {action.name for action in state.actions.values() if child.name in action.by}
    every = {found.final for found in child.states.values() if found.final}
    for ending in sorted(_endings(child) - answered):
        yield draft.problem(
            ("states", state.name, "actions"), f"no action answers the ending {ending!r} of {child.name}"
        )
    for name in sorted(answered - every):
        yield draft.problem(draft.place(state.actions[name]), f"{child.name} has no ending {name!r}")


def _endings(child: Workflow) -> set[str]:
    """The endings that can come about while the opener waits: not those that only the opener brings about."""
    ways = [edge for edge in edges(child) if not edge.source or edge.action.by != ("opener",)]
    return {final for name in reached(ways) if (final := child.states[name].final)}


def abandoned(draft: Draft) -> Iterator[Problem]:
    """A case that can be left while its child runs: the child offers something to its opener in every open state."""
    for state in draft.workflow.states.values():
        for name in draft.children(state):
            exits = [act.key for act in state.actions.values() if act.to and name not in act.by]
            child = draft.family[name]
            deaf = [open_.name for open_ in child.states.values() if not open_.final and not _hears(open_)]
            if exits and deaf:
                text = f"{exits[0]} leaves while {name} runs, which offers its opener nothing in: {', '.join(deaf)}"
                yield draft.problem(("states", state.name), text)


def _hears(state: State) -> bool:
    return any("opener" in action.by for action in state.actions.values())


def mixed(draft: Draft) -> Iterator[Problem]:
    """What the end of a workflow takes, nobody else takes."""
    for action in draft.workflow.actions():
        if len(action.by) > 1 and any(draft.kinds.get(name) == "workflow" for name in action.by):
            yield draft.problem((*draft.place(action), "by"), "an action by a workflow is taken by nobody else")


FAMILY = (openable, awaited, abandoned, mixed)

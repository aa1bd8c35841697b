"""What must hold of the graph: nothing unreachable, no traps, no way out of an end, no action without an actor."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from privileging.definition.clocks import DEADLINES
from privileging.definition.draft import Draft
from privileging.definition.family import FAMILY
from privileging.definition.graph import START, edges, reached
from privileging.definition.model import Action
from privileging.definition.names import moments, one_thing_each, resolved, safeguards, substitutes
from privileging.definition.reader import Path
from privileging.definition.terms import does, kinds, requirements, stated
from privileging.errors import Problem

Check = Callable[[Draft], Iterator[Problem]]
_NOBODY = {"clock": "the clock", "opener": "the case that opened this one"}


def problems(draft: Draft) -> tuple[Problem, ...]:
    """Everything wrong with a file of sound shape, but for its safeguards; a thing said once is reported once."""
    return tuple(dict.fromkeys(problem for check in CHECKS for problem in check(draft)))


def unreachable(draft: Draft) -> Iterator[Problem]:
    """A state that no path enters."""
    entered = reached(edges(draft.workflow))
    for name in draft.workflow.states:
        if name not in entered:
            yield draft.problem(("states", name), "no path from an opening reaches this state")


def traps(draft: Draft) -> Iterator[Problem]:
    """A state from which no path reaches an end."""
    ways = edges(draft.workflow)
    ending = {name for name, state in draft.workflow.states.items() if state.final}
    while more := {edge.source for edge in ways if edge.target in ending} - ending:
        ending |= more
    for name in sorted((reached(ways) - ending) - {START}):
        yield draft.problem(("states", name), "a trap: no path from this state reaches a final one")


def after_the_end(draft: Draft) -> Iterator[Problem]:
    """An action or a deadline on a final state."""
    for name, state in draft.workflow.states.items():
        if state.final:
            for key, found in (("actions", state.actions), ("deadlines", state.deadlines)):
                if found:
                    place: Path = ("states", name, key)
                    yield draft.problem(place, f"a final state has no {key}: {', '.join(found)}")


def shared(draft: Draft) -> Iterator[Problem]:
    """``also`` names a shared action that no action of the state hides; every shared action is offered somewhere."""
    said, offered = draft.document.data.get("actions", {}), set()
    for name, state in draft.document.data["states"].items():
        also = state.get("also", [])
        for action in also if isinstance(also, list) else [also]:
            offered.add(action)
            if action not in said:
                yield draft.problem(("states", name, "also"), f"no shared action {action!r}")
            elif action in state.get("actions", {}):
                place = ("states", name, "actions", action)
                yield draft.problem(place, f"hides the shared action {action!r} that `also` names")
    for action in said:
        if action not in offered:
            yield draft.problem(("actions", action), "no state offers this action under `also`")


def openings(draft: Draft) -> Iterator[Problem]:
    """An opening leads somewhere, and is taken by a person or by the case that opens this one."""
    for action in draft.workflow.opening.values():
        place = draft.place(action)
        if not action.to:
            yield draft.problem(place, "an opening must say `to` which state")
        if "clock" in action.by:
            yield draft.problem((*place, "by"), "an opening by the clock is not supported in this release")
        if any(draft.kinds.get(name) == "workflow" for name in action.by):
            yield draft.problem((*place, "by"), "a case opened by another is opened `by: opener`")


def actors(draft: Draft) -> Iterator[Problem]:
    """What no person does is asked nothing; what no body does has no quorum; `back` is for a later release."""
    bodies, opened = draft.workflow.bodies, any("opener" in act.by for act in draft.workflow.opening.values())
    for action in draft.workflow.actions():
        place = draft.place(action)
        if action.to == "back":
            yield draft.problem((*place, "to"), "`to: back` is not supported in this release")
        if (action.quorum or action.carries) and not any(name in bodies for name in action.by):
            yield draft.problem(place, "a quorum or a majority, but no body acts")
        if action.state:
            yield from _unattended(draft, action)
            if "opener" in action.by and not opened:
                yield draft.problem((*place, "by"), "no opening is `by: opener`, so no case has one")


def _unattended(draft: Draft, action: Action) -> Iterator[Problem]:
    place = draft.place(action)
    for name in action.by:
        who = _NOBODY.get(name) or (f"the end of {name}" if draft.kinds.get(name) == "workflow" else "")
        if who and action.asks:
            yield draft.problem((*place, "with"), f"{who} takes this action and can state nothing")
        if who and action.requires:
            yield draft.problem((*place, "requires"), f"{who} takes this action, so nothing may hold it up")


def facts(draft: Draft) -> Iterator[Problem]:
    """Every fact is stated by some act, unless it is on record; then by none."""
    for name, fact in draft.workflow.facts.items():
        asking = [action for action in draft.workflow.actions() if name in action.asks]
        if fact.name != "on_record" and not asking:
            yield draft.problem(("facts", name), "no action states this fact under `with`")
        for action in asking if fact.name == "on_record" else ():
            yield draft.problem((*draft.place(action), "with"), f"{name!r} is found on record, not stated")


CHECKS: tuple[Check, ...] = (
    one_thing_each,
    resolved,
    substitutes,
    moments,
    safeguards,
    requirements,
    does,
    kinds,
    stated,
    unreachable,
    traps,
    after_the_end,
    shared,
    openings,
    actors,
    facts,
    *DEADLINES,
    *FAMILY,
)

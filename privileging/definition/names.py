"""Every name means one thing, and every name used means something."""

from __future__ import annotations

from collections.abc import Iterator

from privileging.definition.draft import ACTORS, Draft, closest, declared
from privileging.definition.model import Action, Deadline, Item, NextMeeting, Period
from privileging.definition.reader import Path
from privileging.definition.vocabulary import EFFECTS, OUTCOMES, REQUIREMENTS, RESERVED
from privileging.errors import Problem

SECTIONS = {
    "state": "states",
    "role": "roles",
    "body": "bodies",
    "application item": "application",
    "fact": "facts",
    "notice": "notices",
    "verification": "verifications",
}
_PERSONS = ("role", "body")


def one_thing_each(draft: Draft) -> Iterator[Problem]:
    """A name is one thing in a file, and none of the language's own words."""
    first: dict[str, str] = {}
    opened = {name for _, items in effects(draft) for item in items if item.name == "open" for name in item.names}
    for kind, names in declared(draft.workflow):
        for name in names:
            place = (SECTIONS[kind], name)
            if name in first:
                yield draft.problem(place, f"a name is one thing: {name!r} is already a {first[name]}")
            elif name in opened:
                yield draft.problem(place, f"a name is one thing: {name!r} is already a workflow")
            first.setdefault(name, kind)
            yield from _own_word(draft, place, name)
    for action in draft.workflow.actions():
        yield from _own_word(draft, draft.place(action), action.name)
    yield from _own_word(draft, ("workflow",), draft.workflow.name)


def _own_word(draft: Draft, place: Path, name: str) -> Iterator[Problem]:
    if name in RESERVED | EFFECTS.keys() | REQUIREMENTS.keys():
        yield draft.problem(place, f"{name!r} is a word of the language and cannot be a name")


def resolved(draft: Draft) -> Iterator[Problem]:
    """Every state, role, body, fact, notice and workflow named is there."""
    for place, names, wanted in _uses(draft):
        for name in names:
            yield from draft.unlike(place, name, wanted)
    for name, state in draft.workflow.states.items():
        if state.final and state.final not in OUTCOMES:
            place = ("states", name, "final")
            yield draft.problem(place, f"no outcome {state.final!r}; there are: {', '.join(OUTCOMES)}")


Use = tuple[Path, tuple[str, ...], tuple[str, ...]]


def _uses(draft: Draft) -> Iterator[Use]:
    workflow = draft.workflow
    for role in workflow.roles.values():
        yield ("roles", role.name, "substitute"), tuple(filter(None, (role.substitute,))), ("role",)
    for check in workflow.verifications.values():
        yield ("verifications", check.name, "by"), check.by, ("role",)
    for notice in workflow.notices.values():
        yield ("notices", notice.name, "from"), (notice.sender,), _PERSONS
        yield ("notices", notice.name, "to"), (notice.to,), ("role",)
        yield ("notices", notice.name, "by"), notice.by, ("role",)
    for action in workflow.actions():
        yield from _of_action(draft.place(action), action)
    for place, deadline in deadlines(draft):
        yield (*place, "notify"), deadline.notify, _PERSONS
        if isinstance(deadline.due, NextMeeting):
            yield (*place, "due"), (deadline.due.body,), ("body",)
    for rule in workflow.safeguards.values():
        yield ("safeguards", rule.name, "except_by"), rule.except_by, ACTORS


def _of_action(place: Path, action: Action) -> Iterator[Use]:
    yield (*place, "by"), action.by, ACTORS
    yield (*place, "with"), action.asks, ("fact",)
    if action.to != "back":
        yield (*place, "to"), tuple(filter(None, (action.to,))), ("state",)


def deadlines(draft: Draft) -> Iterator[tuple[Path, Deadline]]:
    """Every deadline with its place: state by state, then those at the top."""
    for state in draft.workflow.states.values():
        for name, deadline in state.deadlines.items():
            yield ("states", state.name, "deadlines", name), deadline
    for name, deadline in draft.workflow.deadlines.items():
        yield ("deadlines", name), deadline


def effects(draft: Draft) -> Iterator[tuple[Path, tuple[Item, ...]]]:
    """The effects of every action and every state, with their place."""
    for action in draft.workflow.actions():
        yield (*draft.place(action), "does"), action.does
    for state in draft.workflow.states.values():
        yield ("states", state.name, "does"), state.does


def substitutes(draft: Draft) -> Iterator[Problem]:
    """No chain of substitutes comes back to the role it began with."""
    roles = draft.workflow.roles
    for name, role in roles.items():
        chain = [name]
        while (after := roles.get(role.substitute or "")) and after.name not in chain:
            role = after
            chain.append(role.name)
        if role.substitute == name:
            text = f"substitutes for itself: {' > '.join([*chain, name])}"
            yield draft.problem(("roles", name, "substitute"), text)


def moments(draft: Draft) -> Iterator[Problem]:
    """Whatever a deadline counts from is a moment."""
    for place, deadline in deadlines(draft):
        yield from moment(draft, (*place, "due"), deadline.due)


def moment(draft: Draft, place: Path, rule: Period | NextMeeting) -> Iterator[Problem]:
    """The problem of a period whose moment is none."""
    if rule.moment:
        yield from a_moment(draft, place, rule.moment)


def a_moment(draft: Draft, place: Path, name: str) -> Iterator[Problem]:
    """The problem of a name that is no moment: what happens in a case and can be dated."""
    kind = draft.kinds.get(name)
    if kind in ("notice", "verification"):
        yield from _only(draft, place, name)
    elif kind == "fact":
        fact = draft.workflow.facts[name]
        if fact.name not in ("date", "on_record"):
            yield draft.problem(place, f"the fact {name!r} is no date: periods count from days and acts")
        yield from _only(draft, place, name)
    else:
        yield from an_act(draft, place, name, one=True)


def an_act(draft: Draft, place: Path, name: str, *, one: bool) -> Iterator[Problem]:
    """The problem of a name that is no act: ``opening``, a state entered, an action taken.

    ``one``: it must mean a single action, or one that is said once and shared.
    """
    acts = draft.named(name)
    if name == "opening":
        return
    if draft.kinds.get(name) == "state":
        yield from _only(draft, place, name)
    elif not acts:
        yield nothing(draft, place, name)
    elif one and len(acts) > 1 and not all(map(draft.shared, acts)):
        yield draft.problem(place, f"{name!r} could be {_all(acts)}: write state.action")


def nothing(draft: Draft, place: Path, name: str) -> Problem:
    """The problem of a name that no act has."""
    kind = draft.kinds.get(name)
    known = [*(action.key for action in draft.workflow.actions()), *draft.workflow.states]
    return draft.problem(
        place, f"nothing named {name!r} happens{f': it is a {kind}' if kind else closest(name, known)}"
    )


def _only(draft: Draft, place: Path, name: str) -> Iterator[Problem]:
    if acts := draft.named(name):
        yield draft.problem(place, f"{name!r} could be the {draft.kinds[name]} or {_all(acts)}: rename one")


def _all(acts: list[Action]) -> str:
    return " or ".join(action.key for action in acts)


def safeguards(draft: Draft) -> Iterator[Problem]:
    """What a safeguard speaks about can happen, and its separation is between acts of persons."""
    for rule in draft.workflow.safeguards.values():
        place: Path = ("safeguards", rule.name)
        for name in rule.never:
            if draft.kinds.get(name) == "notice":
                yield from _only(draft, (*place, "never"), name)
            elif name not in EFFECTS:
                yield from an_act(draft, (*place, "never"), name, one=False)
        for name in rule.without:
            yield from an_act(draft, (*place, "without"), name, one=True)
        for name in rule.since:
            yield from an_act(draft, (*place, "since"), name, one=False)
        if rule.never_one_person:
            yield from _separation(draft, (*place, "never_one_person"), rule.never_one_person)


def _separation(draft: Draft, place: Path, names: tuple[str, ...]) -> Iterator[Problem]:
    acts = {action.key: action for name in names for action in draft.named(name)}
    yield from (nothing(draft, place, name) for name in names if not draft.named(name))
    for action in acts.values():
        if not any(draft.kinds.get(name) in _PERSONS for name in action.by):
            yield draft.problem(place, f"{action.key} is taken by no person")
    if len(acts) == 1:
        yield draft.problem(place, f"{next(iter(acts))} alone: a separation is between two acts or more")

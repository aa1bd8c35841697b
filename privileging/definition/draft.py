"""A file that has the right shape and is being checked: its workflow, its text, and what its names mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from privileging.definition.model import Action, State, Workflow
from privileging.definition.reader import Document, Path
from privileging.errors import Problem

ACTORS = ("role", "body", "workflow", "clock", "opener")


@dataclass(frozen=True)
class Draft:
    """``kinds`` tells what every name is; ``family`` holds the workflows that the file may open."""

    document: Document
    workflow: Workflow
    family: Mapping[str, Workflow]
    kinds: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        own = {name: kind for kind, names in declared(self.workflow) for name in names}
        built_in = {"clock": "clock", "opener": "opener"}
        object.__setattr__(self, "kinds", {**dict.fromkeys(self.family, "workflow"), **own, **built_in})

    def problem(self, place: Path, text: str, path: tuple[str, ...] = ()) -> Problem:
        """A problem with the line of its place."""
        return self.document.problem(place, text, path)

    def place(self, action: Action) -> Path:
        """Where the action is written: in its state, among the shared ones, or as an opening."""
        if not action.state:
            return ("opening", action.name)
        own = self.document.data["states"][action.state].get("actions", {})
        return ("states", action.state, "actions", action.name) if action.name in own else ("actions", action.name)

    def shared(self, action: Action) -> bool:
        """Whether the action is said once, at the top."""
        return self.place(action)[0] == "actions"

    def named(self, reference: str) -> list[Action]:
        """The actions that a bare name or ``state.action`` means."""
        return [action for action in self.workflow.actions() if reference in (action.name, action.key)]

    def children(self, state: State) -> tuple[str, ...]:
        """The workflows that the state waits for: those by which its actions are taken."""
        names = dict.fromkeys(name for action in state.actions.values() for name in action.by)
        return tuple(name for name in names if self.kinds.get(name) == "workflow")

    def unlike(self, place: Path, name: str, wanted: Collection[str]) -> Iterator[Problem]:
        """The problem of a name that is none of the ``wanted`` kinds."""
        kind = self.kinds.get(name)
        if kind in wanted:
            return
        near = [known for known, what in self.kinds.items() if what in wanted]
        yield self.problem(place, f"no {_one_of(wanted)} {name!r}{_hint(name, kind, near)}")


def declared(workflow: Workflow) -> Iterator[tuple[str, Collection[str]]]:
    """Every kind of thing that a file declares, with the names it gives."""
    yield "state", workflow.states
    yield "role", workflow.roles
    yield "body", workflow.bodies
    yield "application item", workflow.application
    yield "fact", workflow.facts
    yield "notice", workflow.notices
    yield "verification", workflow.verifications


def closest(name: str, known: Iterable[str]) -> str:
    """``; did you mean …?``, if something is near enough."""
    near = get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _hint(name: str, kind: str | None, near: Iterable[str]) -> str:
    return f": it is a {kind}" if kind else closest(name, near)


def _one_of(wanted: Collection[str]) -> str:
    said = [kind for kind in wanted if kind not in ("clock", "opener")]
    return " or ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)

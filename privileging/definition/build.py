"""From the values of a file, already of the right shape, to the frozen workflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from privileging.definition.model import (
    Action,
    ApplicationItem,
    Body,
    Deadline,
    Notice,
    Role,
    Safeguard,
    State,
    Verification,
    Workflow,
)

T = TypeVar("T")
Values = dict[str, Any]


def build(values: Values, digest: str) -> Workflow:
    """The workflow that ``values`` spell. Shared actions stand in every state that names them under ``also``."""
    shared = values.get("actions", {})
    return Workflow(
        name=values["workflow"],
        version=values["version"],
        title=values.get("title", titled(values["workflow"])),
        governed_by=values["governed_by"],
        digest=digest,
        roles=_each(Role, values.get("roles")),
        bodies=_each(Body, values.get("bodies")),
        application=_each(ApplicationItem, values.get("application")),
        facts=values.get("facts", {}),
        verifications=_each(Verification, values.get("verifications")),
        notices=_each(_notice, values.get("notices")),
        opening=_each(_leaving(""), values["opening"]),
        states={name: _state(name, state, shared) for name, state in values["states"].items()},
        deadlines=_deadlines("", values.get("deadlines", {})),
        safeguards={name: _safeguard(name, rule) for name, rule in values.get("safeguards", {}).items()},
    )


def titled(name: str) -> str:
    """The title of what has none: ``credentials_committee`` is ``Credentials committee``."""
    return name.replace("_", " ").capitalize()


def _each(make: Callable[..., T], values: Mapping[str, Values] | None) -> dict[str, T]:
    return {name: make(**{"name": name, "title": titled(name), **inner}) for name, inner in (values or {}).items()}


def _notice(**values: Any) -> Notice:
    return Notice(**{"by": (values["sender"],), **values})


def _leaving(state: str) -> Callable[..., Action]:
    return lambda **values: Action(**{"state": state, **values})


def _deadlines(state: str, values: Mapping[str, Values]) -> dict[str, Deadline]:
    return {name: Deadline(name=name, state=state, **inner) for name, inner in values.items()}


def _state(name: str, values: Values, shared: Mapping[str, Values]) -> State:
    own = values.get("actions", {})
    also = {action: shared[action] for action in values.get("also", ()) if action in shared and action not in own}
    return State(
        name=name,
        title=values.get("title", titled(name)),
        actions=_each(_leaving(name), {**own, **also}),
        deadlines=_deadlines(name, values.get("deadlines", {})),
        does=values.get("does", ()),
        final=values.get("final"),
        shown_as=values.get("shown_as", ""),
    )


def _safeguard(name: str, values: Values) -> Safeguard:
    since = {"since": ("opening",)} if "without" in values else {}
    return Safeguard(**{"name": name, **since, **values})

"""A second opinion: which actions a file offers, and where each leads. Read straight from the YAML text.

It knows nothing of the engine or of the definition's model, and leans on a library only for plain data.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML


class Oracle:
    """The machine that a definition file spells, as plain dictionaries."""

    def __init__(self, text: bytes) -> None:
        data: Any = YAML(typ="safe", pure=True).load(text)
        shared = data.get("actions", {})
        self.opening: dict[str, str] = {name: action["to"] for name, action in data["opening"].items()}
        self.states: dict[str, dict[str, Any]] = {
            name: {**{also: shared[also] for also in _listed(state.get("also"))}, **state.get("actions", {})}
            for name, state in data["states"].items()
        }
        self.actions = {name for state in self.states.values() for name in state}

    def offered(self, state: str) -> set[str]:
        return set(self.states[state])

    def leads(self, state: str, action: str) -> str:
        """The state after the action: where it says, or the same one."""
        return str(self.states[state][action].get("to", state))

    def demands(self, state: str, action: str) -> bool:
        """Whether the action requires anything but what it states."""
        return bool(self.states[state][action].get("requires"))


def _listed(names: Any) -> list[str]:
    return names if isinstance(names, list) else [names] if names else []

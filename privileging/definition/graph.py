"""A workflow as edges, and the one search that every check and every proof uses."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from privileging.definition.model import Action, Item, Workflow

START = ""
Node = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Edge:
    """One way on: an action from its state (START: an opening), with what entering the target does.

    An action without ``to`` stays: it leads back to its own state, and nothing is entered.
    """

    action: Action
    target: str
    entry: tuple[Item, ...] = ()

    @property
    def source(self) -> str:
        """The state it leaves."""
        return self.action.state

    @property
    def enters(self) -> str | None:
        """The state it enters; None if the case stays."""
        return self.action.to

    @property
    def does(self) -> tuple[Item, ...]:
        """The action's effects, then those of the state entered."""
        return (*self.action.does, *self.entry)

    def acts(self) -> frozenset[str]:
        """The names of the act itself: bare, in full and, of an opening, ``opening``."""
        return frozenset({self.action.name, self.action.key, *(() if self.source else ("opening",))})


@dataclass(frozen=True, slots=True)
class Found:
    """What a search reached, and the shortest way to what it looked for, if there is one."""

    reached: frozenset[Node]
    path: tuple[str, ...] = ()


def edges(workflow: Workflow) -> tuple[Edge, ...]:
    """Every edge of the workflow, as written; targets that do not exist are left out."""
    return tuple(_edges(workflow))


def _edges(workflow: Workflow) -> Iterator[Edge]:
    for action in workflow.actions():
        if action.to is None:
            if action.state:
                yield Edge(action, action.state)
        elif target := workflow.states.get(action.to):
            yield Edge(action, action.to, target.does)


def search(ways: Iterable[Edge], bit: bool, step: Callable[[Edge, bool], tuple[bool, bool]]) -> Found:
    """Breadth first over (state, bit) from (START, ``bit``).

    ``step`` answers the bit after an edge, and whether taking it is what is looked for: the search ends there.
    """
    leaving: dict[str, list[Edge]] = {}
    for edge in ways:
        leaving.setdefault(edge.source, []).append(edge)
    came: dict[Node, tuple[Node, str] | None] = {(START, bit): None}
    waiting = deque(came)
    while waiting:
        node = waiting.popleft()
        for edge in leaving.get(node[0], ()):
            after, hit = step(edge, node[1])
            if hit:
                return Found(frozenset(came), (*_way(came, node), edge.action.key))
            if (reached := (edge.target, after)) not in came:
                came[reached] = (node, edge.action.key)
                waiting.append(reached)
    return Found(frozenset(came))


def _way(came: dict[Node, tuple[Node, str] | None], node: Node) -> tuple[str, ...]:
    way: list[str] = []
    while before := came[node]:
        node, action = before
        way.append(action)
    return tuple(reversed(way))


def reached(ways: Iterable[Edge]) -> frozenset[str]:
    """The states that some path enters."""
    return frozenset(state for state, _ in search(ways, True, lambda *_: (True, False)).reached) - {START}


def way_around(workflow: Workflow, state: str, happens: Callable[[Edge], bool]) -> tuple[str, ...]:
    """The shortest path into ``state`` on which nothing that ``happens`` accepts took place; empty if none."""

    def step(edge: Edge, before: bool) -> tuple[bool, bool]:
        after = before or happens(edge)
        return after, edge.enters == state and not after

    return search(edges(workflow), False, step).path


def inner(item: Item) -> tuple[Item, ...]:
    """The items that are an item's parameter."""
    return item.of if isinstance(item.of, tuple) else ()


def served(items: Iterable[Item]) -> frozenset[str]:
    """The notices that these effects serve."""
    return frozenset(name for item in items if item.name == "serve" for name in item.names)

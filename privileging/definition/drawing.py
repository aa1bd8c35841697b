"""A workflow as a picture. The only module that knows pygraphviz, which is an optional part of the installation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from textwrap import wrap
from typing import Any

from privileging.definition.graph import START, Edge, edges
from privileging.definition.model import Action, State, Workflow
from privileging.errors import NotFound

_GRAPH = 'rankdir=TB; bgcolor=transparent; nodesep=0.35; ranksep=0.55; pad=0.2; fontname="Helvetica"'
_NODE = 'fontname="Helvetica"; fontsize=13; margin="0.2,0.1"; shape=box; style="rounded,filled"; color="#334155"'
_EDGE = 'fontname="Helvetica"; fontsize=11; color="#64748b"; fontcolor="#334155"; arrowsize=0.7'

_FEW = 3
# What Graphviz adds for its own reading, and what the whole picture says once; the names of nodes would be read aloud.
_ADDED = re.compile(
    r"<!--.*?-->\n|<title>.*?</title>\n"
    r'| (?:xml:space|font-family|xmlns:xlink)="[^"]*"| text-anchor="middle"| font-size="11.00"',
    re.DOTALL,
)
_COORDINATES = re.compile(r'(?:d|points)="[^"]*"')
_ONCE = '<svg font-family="Helvetica,sans-serif" font-size="11" text-anchor="middle" '
Exit = tuple[str, str]
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Walk:
    """How far one case went: states and actions (as ``state.action``) it came by, and the state where it stands."""

    visited: Set[str] = NONE
    current: str = ""


NOWHERE = Walk()


def svg(workflow: Workflow, walk: Walk = NOWHERE) -> str:
    """The workflow as one ``<svg>`` element, fit to stand inside a page: no style attributes, no script.

    States carry the class ``state`` and the id ``state-<name>``; final ones also the class ``final``, those of a walk
    ``visited`` and ``current``, the arrows it took ``walked``. Raises NotFound with the cure where pygraphviz is not
    installed.
    """
    try:
        from pygraphviz import AGraph
    except ImportError:
        raise NotFound("pictures need pygraphviz: pip install 'privileging[diagrams]'") from None
    text = _drawn(AGraph, dot(workflow, walk))
    text = _COORDINATES.sub(_rounded, _ADDED.sub("", text[text.index("<svg") :]))
    return text.replace("<svg ", _ONCE, 1)


def _rounded(found: re.Match[str]) -> str:
    """Coordinates to a tenth of a point: nobody sees more, and it is a sixth of the picture's size."""
    return re.sub(r"(\.\d)\d+", r"\1", found[0])


@lru_cache(maxsize=256)
def _drawn(graph: Any, source: str) -> str:
    drawn: bytes = graph(string=source).draw(format="svg", prog="dot")
    return drawn.decode()


def public(workflow: Workflow) -> Workflow:
    """The workflow in the words its applicants are shown: states of one wording are one, and only ways remain.

    To be drawn, not run. Nothing in it tells two states apart that an applicant cannot.
    """
    words = {state.name: wording(state) for state in workflow.states.values()}
    titles = {wording(state): state.shown_as or state.title for state in workflow.states.values()}
    ways: dict[str, dict[str, Action]] = {name: {} for name in (START, *titles)}
    for edge in edges(workflow):
        source, target = words.get(edge.source, START), words[edge.target]
        if source != target:
            ways[source][target] = Action(target, source, titles[target], (), target)
    opening = ways.pop(START)
    states = {name: State(name, titles[name], actions, {}) for name, actions in ways.items()}
    return replace(workflow, opening=opening, states=states)


def wording(state: State) -> str:
    """The name, in ``public``, of what a state is shown as."""
    return (state.shown_as or state.title).lower().replace(" ", "_")


def dot(workflow: Workflow, walk: Walk = NOWHERE) -> str:
    """The picture's source in the DOT language.

    An action that leads to one end from many states would bury all others under its arrows: it is written into the
    boxes it leaves and the box it enters instead, but for the arrow that a walk took.
    """
    common = _common(workflow)
    lines = [f"graph [{_GRAPH}]", f"node [{_NODE}]", f"edge [{_EDGE}]"]
    lines += [*_states(workflow, common, walk), *_arrows(workflow, common, walk)]
    return "\n".join([f"digraph {_quoted(workflow.name)} {{", *lines, "}"])


def _common(workflow: Workflow) -> dict[Exit, list[str]]:
    """The actions by which more than a few states lead to one end, with those states."""
    leaving: dict[Exit, list[str]] = {}
    for edge in edges(workflow):
        if edge.source and workflow.states[edge.target].final:
            leaving.setdefault((edge.action.name, edge.target), []).append(edge.source)
    return {way: sources for way, sources in leaving.items() if len(sources) > _FEW}


def _states(workflow: Workflow, common: dict[Exit, list[str]], walk: Walk) -> Iterator[str]:
    yield f'{_quoted(START)} [shape=circle; label=""; width=0.2; fillcolor="#334155"; class=start; id=start]'
    for state in workflow.states.values():
        out = [_plain(action) for (action, _), sources in common.items() if state.name in sources]
        into = [f"by: {_plain(action)}" for action, target in common if target == state.name]
        lines = [*wrap(state.title, 22), *([f"or: {', '.join(out)}"] if out else []), *into]
        said = f"label={_lines(lines)}; id={_quoted(f'state-{state.name}')}"
        yield f"{_quoted(state.name)} [{_looks(state, walk)}; {said}]"


def _looks(state: State, walk: Walk) -> str:
    told = {"state": True, "final": state.final, "visited": state.name in walk.visited}
    classes = " ".join(name for name, so in {**told, "current": state.name == walk.current}.items() if so)
    if state.final:
        return f'class="{classes}"; shape=box; style=filled; peripheries=2; fillcolor="#e2e8f0"'
    return f'class="{classes}"; fillcolor="#f8fafc"'


def _arrows(workflow: Workflow, common: dict[Exit, list[str]], walk: Walk) -> Iterator[str]:
    """One arrow for all actions between two states; the ends of common actions keep their place below."""
    between: dict[Exit, list[Edge]] = {}
    for edge in edges(workflow):
        if (edge.action.name, edge.target) not in common or edge.action.key in walk.visited:
            between.setdefault((edge.source, edge.target), []).append(edge)
    for (source, target), found in between.items():
        names = list(dict.fromkeys(_plain(edge.action.name) for edge in found if edge.action.name != target))
        looks = "; style=dashed" if all(edge.action.by == ("clock",) for edge in found) else ""
        looks += "; class=walked" if any(edge.action.key in walk.visited for edge in found) else ""
        weight = 1 if workflow.states[target].final else 8
        yield f"{_quoted(source)} -> {_quoted(target)} [label={_lines(names)}; weight={weight}{looks}]"
    for (_, target), sources in common.items():
        yield f"{_quoted(sources[-1])} -> {_quoted(target)} [style=invis]"


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _lines(lines: list[str]) -> str:
    return _quoted("\n".join(lines)).replace("\n", "\\n")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""A workflow as a picture. The only module that knows pygraphviz, which is an optional part of the installation."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from privileging.definition.graph import START, Edge, edges
from privileging.definition.model import State, Workflow
from privileging.errors import NotFound

_GRAPH = 'rankdir=TB; bgcolor=transparent; nodesep=0.35; ranksep=0.55; pad=0.2; fontname="Helvetica"'
_NODE = 'fontname="Helvetica"; fontsize=13; margin="0.2,0.1"; shape=box; style="rounded,filled"; color="#334155"'
_EDGE = 'fontname="Helvetica"; fontsize=11; color="#64748b"; fontcolor="#334155"; arrowsize=0.7'

_FEW = 3
Exit = tuple[str, str]


def svg(workflow: Workflow) -> str:
    """The workflow as one ``<svg>`` element, fit to stand inside a page: no style attributes, no script.

    States carry the class ``state`` (final ones also ``final``) and the id ``state-<name>``. Raises NotFound with
    the cure where pygraphviz is not installed.
    """
    try:
        from pygraphviz import AGraph
    except ImportError:
        raise NotFound("pictures need pygraphviz: pip install 'privileging[diagrams]'") from None
    drawn: bytes = AGraph(string=dot(workflow)).draw(format="svg", prog="dot")
    text = drawn.decode()
    return text[text.index("<svg") :]


def dot(workflow: Workflow) -> str:
    """The picture's source in the DOT language.

    An action that leads to one end from many states would bury all others under its arrows: it is written into the
    boxes it leaves and the box it enters instead.
    """
    common = _common(workflow)
    lines = [f"graph [{_GRAPH}]", f"node [{_NODE}]", f"edge [{_EDGE}]"]
    lines += [*_states(workflow, common), *_arrows(workflow, common)]
    return "\n".join([f"digraph {_quoted(workflow.name)} {{", *lines, "}"])


def _common(workflow: Workflow) -> dict[Exit, list[str]]:
    """The actions by which more than a few states lead to one end, with those states."""
    leaving: dict[Exit, list[str]] = {}
    for edge in edges(workflow):
        if edge.source and workflow.states[edge.target].final:
            leaving.setdefault((edge.action.name, edge.target), []).append(edge.source)
    return {way: sources for way, sources in leaving.items() if len(sources) > _FEW}


def _states(workflow: Workflow, common: dict[Exit, list[str]]) -> Iterator[str]:
    yield f'{_quoted(START)} [shape=circle; label=""; width=0.2; fillcolor="#334155"; class=start; id=start]'
    for state in workflow.states.values():
        out = [_plain(action) for (action, _), sources in common.items() if state.name in sources]
        into = [f"by: {_plain(action)}" for action, target in common if target == state.name]
        lines = [*wrap(state.title, 22), *([f"or: {', '.join(out)}"] if out else []), *into]
        said = f"label={_lines(lines)}; id={_quoted(f'state-{state.name}')}"
        yield f"{_quoted(state.name)} [{_looks(state)}; {said}]"


def _looks(state: State) -> str:
    if state.final:
        return 'class="state final"; shape=box; style=filled; peripheries=2; fillcolor="#e2e8f0"'
    return 'class="state"; fillcolor="#f8fafc"'


def _arrows(workflow: Workflow, common: dict[Exit, list[str]]) -> Iterator[str]:
    """One arrow for all actions between two states; the ends of common actions keep their place below."""
    between: dict[Exit, list[Edge]] = {}
    for edge in edges(workflow):
        if (edge.action.name, edge.target) not in common:
            between.setdefault((edge.source, edge.target), []).append(edge)
    for (source, target), found in between.items():
        names = list(dict.fromkeys(_plain(edge.action.name) for edge in found))
        timed = "; style=dashed" if all(edge.action.by == ("clock",) for edge in found) else ""
        weight = 1 if workflow.states[target].final else 8
        yield f"{_quoted(source)} -> {_quoted(target)} [label={_lines(names)}; weight={weight}{timed}]"
    for (_, target), sources in common.items():
        yield f"{_quoted(sources[-1])} -> {_quoted(target)} [style=invis]"


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _lines(lines: list[str]) -> str:
    return _quoted("\n".join(lines)).replace("\n", "\\n")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

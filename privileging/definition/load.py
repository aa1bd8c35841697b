"""Loading: from the bytes of a definition file to a workflow whose safeguards are proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from privileging.canonical import digest_of
from privileging.definition.build import build
from privileging.definition.checks import problems
from privileging.definition.draft import Draft
from privileging.definition.fields import NAME
from privileging.definition.model import Workflow
from privileging.definition.proof import prove
from privileging.definition.reader import LARGEST, Document, read
from privileging.definition.schema import checked
from privileging.errors import DefinitionError, Problem

ALONE: Mapping[str, Workflow] = MappingProxyType({})


def load(source: bytes, file: str, family: Mapping[str, Workflow] = ALONE) -> Workflow:
    """The workflow of a definition file, every check passed and every safeguard proved.

    ``family`` holds the workflows it may open. Raises DefinitionError with every problem: those of the shape
    first; of a sound shape, those of names and of the graph; of a sound graph, the safeguards violated.
    """
    return _loaded(read(source, file), family)


def _loaded(document: Document, family: Mapping[str, Workflow]) -> Workflow:
    workflow = build(checked(document), digest_of(document.data))
    found = problems(Draft(document, workflow, family)) or tuple(_violated(document, workflow))
    if found:
        raise DefinitionError(document.file, found)
    return workflow


def _violated(document: Document, workflow: Workflow) -> Iterable[Problem]:
    for proof in prove(workflow):
        if proof.path:
            text = "VIOLATED: a path does what this safeguard says never happens"
            yield document.problem(("safeguards", proof.safeguard.name), text, proof.path)


def load_files(paths: Iterable[Path]) -> dict[str, Workflow]:
    """The workflows of several files by name; see ``load_sources``."""
    return load_sources({str(path): _bytes_of(path) for path in paths})


def load_sources(sources: Mapping[str, bytes], family: Mapping[str, Workflow] = ALONE) -> dict[str, Workflow]:
    """The workflows of several files (name of the file and its bytes) by name: opened before opening.

    Each may open others among them, and those of ``family``. Raises the DefinitionError of the first file that does
    not load.
    """
    found: dict[str, Document] = {}
    for file, source in sources.items():
        document = read(source, file)
        name = str(document.data.get("workflow"))
        if name in found:
            problem = document.problem(("workflow",), f"{name!r} is also the name in {found[name].file}")
            raise DefinitionError(document.file, [problem])
        found[name] = document
    loaded: dict[str, Workflow] = {}
    for name in _opened_first(found):
        loaded[name] = _loaded(found[name], {**family, **loaded})
    return {name: loaded[name] for name in found}


def load_near(path: Path, others: Iterable[Path] = (), opening: tuple[str, ...] = ()) -> Workflow:
    """The workflow in a file; what it opens is looked for among ``others``, beside it, then among those shipped."""
    document = read(_bytes_of(path), str(path))
    named = {other.stem: other for other in others}
    family = {}
    for name in set(_opened(document.data)) - {*opening, path.stem}:
        near = [named.get(name), path.parent / f"{name}.yaml", shipped_folder() / f"{name}.yaml"]
        found = next((place for place in near if place and place.is_file()), None)
        if found is not None:
            family[name] = load_near(found, others, (*opening, path.stem))
    return _loaded(document, family)


def _opened_first(found: Mapping[str, Document]) -> list[str]:
    opens = {name: set(_opened(document.data)) & set(found) for name, document in found.items()}
    try:
        return list(TopologicalSorter(opens).static_order())
    except CycleError as error:
        document = found[error.args[1][0]]
        problem = document.problem(("workflow",), f"workflows open each other: {' > '.join(error.args[1])}")
        raise DefinitionError(document.file, [problem]) from None


def _opened(data: Any) -> Iterable[str]:
    """The workflows that raw data opens, wherever it says so."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data if isinstance(data, list) else ()):
        if key == "open":
            names = map(str, value if isinstance(value, list) else [value])
            yield from filter(NAME.fullmatch, names)
        else:
            yield from _opened(value)


def shipped() -> dict[str, bytes]:
    """The sources of the workflows that come with this release, by name; from a checkout as from a wheel."""
    return {path.stem: _bytes_of(path) for path in sorted(shipped_folder().glob("*.yaml"))}


def shipped_folder() -> Path:
    """The folder of definitions and data that comes with this release; from a checkout as from a wheel."""
    return _folder(Path(str(files("privileging"))))


def _folder(package: Path) -> Path:
    inside = package / "workflows"
    return inside if inside.is_dir() else package.parent / "workflows"


def _bytes_of(path: Path) -> bytes:
    """At most one byte more than a file may have: the reader then refuses it."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        problem = Problem("", f"cannot be read: {error.strerror}")
        raise DefinitionError(str(path), [problem]) from None

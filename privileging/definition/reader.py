"""Strict YAML: maps, lists and texts, the line of everything, and nothing that a reviewer could overlook.

Built on the parser's events, not on a YAML loader: a loader turns ``2026-01-01`` into a date and ``010`` into ten,
follows aliases, and needs seconds for two thousand brackets (history.md, trap 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from privileging.errors import DefinitionError, Problem

LARGEST = 200_000
DEEPEST = 20
MOST_NODES = 10_000
LONGEST_LINE = 5_000

Path = tuple[str | int, ...]
# Control characters, and marks that make a line look other than it reads.
_FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, as plain data, and the line of every path in it."""

    file: str
    data: dict[str, Any]
    lines: dict[Path, int]

    def problem(self, place: Path, text: str, path: tuple[str, ...] = ()) -> Problem:
        """A problem at ``place``, with its line or that of the nearest thing around it."""
        known = next(place[:size] for size in range(len(place), -1, -1) if place[:size] in self.lines)
        return Problem(".".join(map(str, place)), text, self.lines[known], path)


def read(source: bytes, file: str) -> Document:
    """The file as plain data. Raises DefinitionError; never takes longer than a file of this size may."""
    if len(source) > LARGEST:
        raise DefinitionError(file, [Problem("", f"the file is larger than {LARGEST:,} bytes")])
    text = _decoded(source, file)
    if problems := list(_unseen(text)):
        raise DefinitionError(file, problems)
    builder = _Builder(text)
    data = _built(builder)
    if builder.problems:
        raise DefinitionError(file, builder.problems)
    return Document(file, data, builder.lines)


def _built(builder: _Builder) -> dict[str, Any]:
    try:
        return builder.document()
    except _Stop as stop:
        builder.report(*stop.args)
    except MarkedYAMLError as error:
        begun = f"{error.context} begun in line {error.context_mark.line + 1}; " if error.context_mark else ""
        builder.report(f"{begun}{error.problem}", error.problem_mark.line + 1)
    except (ValueError, OverflowError):
        builder.report("an escape that stands for no character", 0)
    return {}


def _decoded(source: bytes, file: str) -> str:
    try:
        return source.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise DefinitionError(file, [Problem("", "not UTF-8", line)]) from None


def _unseen(text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            yield Problem("", f"a line of more than {LONGEST_LINE:,} characters", number)
        elif found := _FORBIDDEN.search(line):
            yield Problem("", _forbidden(found[0]), number)


def _forbidden(mark: str) -> str:
    return (
        "a tab: indent and separate with spaces" if mark == "\t" else f"the character U+{ord(mark):04X} is not allowed"
    )


class _Stop(Exception):
    """Nothing after this can be read."""


class _Builder:
    """Builds plain data from parse events; reports what is wrong and goes on where that makes sense."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
        self.lines: dict[Path, int] = {(): 1}
        self.problems: list[Problem] = []
        self.nodes = 0

    def report(self, text: str, line: int, place: Path = ()) -> None:
        self.problems.append(Problem(".".join(map(str, place)), text, line))

    def document(self) -> dict[str, Any]:
        """The one document of the file, which is a map."""
        next(self.events)
        start = next(self.events)
        if not isinstance(start, DocumentStartEvent):
            raise _Stop("the file is empty", 1)
        if start.version or start.tags:
            self.report("a % directive", _line(start))
        root = self.value(next(self.events), ())
        if not isinstance(root, dict):
            raise _Stop("the file must be a map of keys", 1)
        next(self.events)
        if isinstance(more := next(self.events), DocumentStartEvent):
            self.report("a second document", _line(more))
        return root

    def value(self, event: Any, place: Path) -> Any:
        """The value that begins with ``event``, whatever it is."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _Stop(f"more than {MOST_NODES:,} keys and values", _line(event))
        if len(place) > DEEPEST:
            raise _Stop(f"nested more than {DEEPEST} deep", _line(event))
        self.plain(event, place)
        if isinstance(event, MappingStartEvent):
            return self.mapping(place)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(place)
        return self.text(event, place)

    def plain(self, event: Any, place: Path) -> None:
        """Refuse what would make one thing mean another: aliases, anchors, tags."""
        if isinstance(event, AliasEvent):
            self.report("an alias (*name): write it out", _line(event), place)
        elif event.anchor:
            self.report("an anchor (&name)", _line(event), place)
        if getattr(event, "tag", None):
            self.report("a tag (!name)", _line(event), place)

    def text(self, event: Any, place: Path) -> str:
        if not isinstance(event, ScalarEvent):
            return ""
        if found := _FORBIDDEN.search(event.value):
            self.report(_forbidden(found[0]), _line(event), place)
        if not event.value and not event.style:
            self.report("no value", self.lines.get(place, _line(event)), place)
        return str(event.value)

    def sequence(self, place: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            inner = (*place, len(items))
            self.lines[inner] = _line(event)
            items.append(self.value(event, inner))
        return items

    def mapping(self, place: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self.key(event, place)
            inner = (*place, key)
            if key in found:
                again = f"the key {key!r} stands twice: also in line {self.lines[inner]}"
                self.report(again, _line(event), inner)
            self.lines.setdefault(inner, _line(event))
            value = self.value(next(self.events), inner)
            found.setdefault(key, value)
        return found

    def key(self, event: Any, place: Path) -> str:
        key = self.value(event, (*place, "?"))
        if not isinstance(key, str):
            self.report("a key must be a text", _line(event), place)
            return "?"
        if key == "<<":
            self.report("a merge key (<<): write it out", _line(event), place)
        elif not key.strip():
            self.report("an empty key", _line(event), place)
        return key


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1

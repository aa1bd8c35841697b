"""The application as a form: its items as fields, what was typed as answers, what cannot be taken as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request

from privileging.definition.model import ApplicationItem
from privileging.engine.facts import answer_fault, text_fault
from privileging.errors import InvalidInput
from privileging.queries.application import Application
from privileging.services.cases import File
from privileging.store.evidence import sniff
from web import parse

Row = Mapping[str, str]
_CELL = re.compile("item-([^-]+)-([0-9]{1,4})-(.+)")
SPARE = 2  # empty rows under every list, ready to be filled
KEPT = "an answer that was given can be changed, not taken back: write what holds instead, or “none”"


@dataclass(frozen=True, slots=True)
class Field:
    """One item on the page. ``value``: as typed, else as recorded. ``at``: the id that an error leads to."""

    item: ApplicationItem
    value: object
    fault: str
    answered: bool
    spare: int = SPARE

    @property
    def id(self) -> str:
        return f"item-{self.item.name}"

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of a list, and empty ones."""
        return (*_rows(self.value), *({},) * self.spare)

    @property
    def at(self) -> str:
        blank = ((n, name) for n, row in enumerate(_rows(self.value), 1) for name in row if text_fault(row[name]))
        row, column = next(blank, (1, self.item.kind.names[0] if self.item.kind.names else ""))
        return {"list": f"{self.id}-{row}-{column}", "choice": f"{self.id}-{column}"}.get(self.item.kind.name, self.id)

    @property
    def needed(self) -> bool:
        """Whether it is to be looked at first: asked for and not answered, or not as it should be."""
        return bool(self.fault) or (self.item.required and not self.answered)


@dataclass(slots=True)
class Filled:
    """What was sent: ``typed`` all of it, ``items`` and ``files`` what is new and can be recorded, ``faults`` the rest.

    ``more``: the list to which rows are to be added.
    """

    typed: dict[str, object] = field(default_factory=dict)
    items: dict[str, object] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    more: str = ""

    @property
    def said(self) -> str:
        """What was saved, as a sentence."""
        count = len(self.items) + len(self.files)
        return f"Saved: {count} {'answer' if count == 1 else 'answers'}." if count else "There was nothing new to save."


def fields_of(application: Application, filled: Filled) -> tuple[Field, ...]:
    """The application's items in the file's order, as they stand or as they were typed."""
    recorded = application.case.application
    return tuple(
        Field(
            item,
            value=filled.typed.get(name, recorded.get(name)),
            fault=filled.faults.get(name, ""),
            answered=bool(recorded.get(name)),
            spare=2 * SPARE if filled.more == name else SPARE,
        )
        for name, item in application.workflow.application.items()
    )


def read(application: Application, *, mine: bool) -> Filled:
    """The form that was sent. Somebody else than the applicant gives a reason: without one nothing is recorded."""
    _no_other_fields(application)
    filled = Filled(reason=request.form.get("reason", "").strip(), more=request.form.get("more", ""))
    for item in application.workflow.application.values():
        _read_file(filled, item) if item.kind.name == "document" else _read_text(filled, application, item)
    known = application.case.application
    filled.files = {name: file for name, file in filled.files.items() if known.get(name) != _answer(file)}
    if not mine and not filled.reason:
        _without_reason(filled)
    if filled.more:  # rows are asked for in the middle of the work: only a file that is lost is spoken of
        kinds = {name: item.kind.name for name, item in application.workflow.application.items()}
        filled.faults = {name: text for name, text in filled.faults.items() if kinds.get(name) == "document"}
    return filled


def _without_reason(filled: Filled) -> None:
    if filled.items or filled.files:
        filled.faults["reason"] = "say why somebody else than the applicant changes this"
    lost = {name: f"{file.name}: choose it again" for name, file in filled.files.items()}
    filled.faults, filled.items, filled.files = {**filled.faults, **lost}, {}, {}


def _answer(file: File) -> dict[str, str]:
    return {"evidence": file.digest, "name": file.name}


def _no_other_fields(application: Application) -> None:
    items = application.workflow.application
    names = {f"item-{name}" for name in items} | {"csrf_token", "key", "seen", "reason", "more"}
    cells = {(name, column) for name, item in items.items() if item.kind.name == "list" for column in item.kind.names}
    other = [name for name in request.form if name not in names and _cell(name)[::2] not in cells]
    if other:
        raise InvalidInput(dict.fromkeys(sorted(other), "this form has no such field"))


def _cell(name: str) -> tuple[str, int, str]:
    """The item, the row and the column that a field of a list stands for; a row 0 is none."""
    found = _CELL.fullmatch(name)
    return (found[1], int(found[2]), found[3]) if found else ("", 0, "")


def _read_file(filled: Filled, item: ApplicationItem) -> None:
    file = parse.file(f"item-{item.name}")
    if file is None:
        return
    try:
        sniff(file.data, file.name)
        if fault := text_fault(file.name):
            raise InvalidInput({"name": fault})
    except InvalidInput as refused:
        filled.faults[item.name] = f"{file.name}: {'; '.join(refused.fields.values())}"
        return
    filled.files[item.name] = file


def _read_text(filled: Filled, application: Application, item: ApplicationItem) -> None:
    recorded = application.case.application.get(item.name)
    value: object = _typed_rows(item) if item.kind.name == "list" else _typed_text(item)
    if value == recorded or not (value or recorded):
        return
    filled.typed[item.name] = value
    fault = answer_fault(item.kind, value)
    if fault:
        filled.faults[item.name] = fault if value else KEPT
    else:
        filled.items[item.name] = value


def _typed_text(item: ApplicationItem) -> str:
    return request.form.get(f"item-{item.name}", "").replace("\r\n", "\n").strip()


def _typed_rows(item: ApplicationItem) -> list[dict[str, str]]:
    numbers = sorted({row for name, row, _ in map(_cell, request.form) if name == item.name})
    rows = (
        {column: request.form.get(f"item-{item.name}-{n}-{column}", "").strip() for column in item.kind.names}
        for n in numbers
    )
    return [row for row in rows if any(row.values())]


def _rows(value: object) -> list[Row]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, (list, tuple)) else []

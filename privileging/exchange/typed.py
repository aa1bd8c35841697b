"""Texts from a command line or a file as the typed facts and items that a definition asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from privileging.definition.reader import read
from privileging.engine.values import Case
from privileging.errors import InvalidInput
from privileging.queries import library
from privileging.queries.loading import case_of
from privileging.services.cases import case_id
from privileging.store.driver import Store

ALL = "all"


def facts_from_texts(store: Store, case: str, texts: Mapping[str, str]) -> dict[str, object]:
    """Facts as the case's workflow types them: for each privilege ``all``, or codes with or without conditions.

    ``privileges=all`` means every privilege requested; else ``appendectomy, colonoscopy: proctored``.
    """
    with store.reading() as unit:
        known = case_of(unit, case_id(case))[1]
        kinds = {name: kind.name for name, kind in library.workflow_of(unit, known.digest).facts.items()}
    return {name: _lines(known, text) if kinds.get(name) == "each_privilege" else text for name, text in texts.items()}


def _lines(case: Case, text: str) -> list[dict[str, str]]:
    if text.strip() == ALL:
        return [{"privilege": line.code} for line in case.lines]
    return [_line(part) for part in text.split(",")]


def _line(text: str) -> dict[str, str]:
    code, _, conditions = text.partition(":")
    line = {"privilege": code.strip()}
    return {**line, "conditions": conditions.strip()} if conditions.strip() else line


def items_from_file(path: str | Path) -> dict[str, object]:
    """Items of an application from a strict YAML file: texts, and lists of rows. Raises DefinitionError."""
    try:
        source = Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput({"from": f"{path}: {error.strerror}"}) from None
    return dict(read(source, str(path)).data)

"""Whether what somebody stated is of the kind the definition asks for. Every fault names its field."""

from __future__ import annotations

import re
from collections.abc import Mapping

from privileging.definition.model import Action, Item, Workflow
from privileging.engine.answers import shown
from privileging.engine.calendar import is_day
from privileging.engine.values import Case
from privileging.errors import Reason

LONGEST = 20_000
MOST_ROWS = 200
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def text_fault(value: object) -> str | None:
    """Why ``value`` is no acceptable text, or None."""
    if not isinstance(value, str):
        return "must be a text"
    if _FORBIDDEN.search(value):
        return "may not hold a NUL byte or half of a surrogate pair"
    if not value.strip():
        return "is empty"
    return f"is longer than {LONGEST} characters" if len(value) > LONGEST else None


def digest_fault(value: object) -> str | None:
    """Why ``value`` is not the digest of a stored file, or None."""
    if isinstance(value, str) and _DIGEST.match(value):
        return None
    return "must name its evidence by a sha256 digest"


def answer_fault(kind: Item, value: object) -> str | None:
    """Why ``value`` does not answer an application item of this kind, or None."""
    match kind.name:
        case "date":
            return None if is_day(value) else "must be a day that exists, as in 2026-12-09"
        case "document":
            return _document_fault(value)
        case "choice":
            return None if value in kind.names else f"must be one of {', '.join(kind.names)}"
        case "list":
            return _rows_fault(kind.names, value)
    return text_fault(value)


def _document_fault(value: object) -> str | None:
    if not isinstance(value, Mapping) or set(value) != {"evidence", "name"}:
        return "must be a stored document: its evidence digest and its name"
    return digest_fault(value["evidence"]) or text_fault(value["name"])


def _rows_fault(columns: tuple[str, ...], value: object) -> str | None:
    if not isinstance(value, (list, tuple)) or not value:
        return "must be a list of at least one row"
    if len(value) > MOST_ROWS:
        return f"has more than {MOST_ROWS} rows"
    for number, row in enumerate(value, 1):
        if not isinstance(row, Mapping) or set(row) != set(columns):
            return f"row {number} must have exactly the columns {', '.join(columns)}"
        for column, cell in row.items():
            if fault := text_fault(cell):
                return f"row {number}, {column} {fault}"
    return None


def stated_faults(workflow: Workflow, case: Case, action: Action, facts: Mapping[str, object]) -> tuple[Reason, ...]:
    """Every reason for which ``facts`` are not what ``action`` must state (its ``with``)."""
    extra = [name for name in facts if name not in action.asks]
    reasons = [Reason("fact", f"{shown(name)}: {action.title} states no such fact") for name in extra]
    for name in action.asks:
        fault = fact_fault(workflow, case, name, facts[name]) if name in facts else "must be stated"
        if fault:
            reasons.append(Reason("fact", f"{name}: {fault}", action.by, action.cite or workflow.governed_by))
    return tuple(reasons)


def fact_fault(workflow: Workflow, case: Case, name: str, value: object) -> str | None:
    """Why ``value`` is not a fact of the kind the file declares for ``name``, or None."""
    kind = workflow.facts[name]
    match kind.name:
        case "date":
            return None if is_day(value) else "must be a day that exists, as in 2026-12-09"
        case "rising":
            return _rising_fault(kind.names, case.facts.get(name), value)
        case "each_privilege":
            return _lines_fault(case, value)
    return text_fault(value)


def _rising_fault(order: tuple[str, ...], before: object, value: object) -> str | None:
    if value not in order:
        return f"must be one of {', '.join(order)}"
    if before in order and order.index(str(value)) < order.index(str(before)):
        return f"was {before} and may not be lowered to {value}"
    return None


def _lines_fault(case: Case, value: object) -> str | None:
    if not isinstance(value, (list, tuple)) or not value:
        return "must be a list of at least one privilege"
    requested, seen = {line.code for line in case.lines}, set()
    for line in value:
        if not isinstance(line, Mapping) or not {"privilege"} <= set(line) <= {"privilege", "conditions"}:
            return "each line must be a privilege, with or without conditions"
        code = line["privilege"]
        if not isinstance(code, str) or code not in requested:
            return f"{shown(code) if isinstance(code, str) else 'what is no text'} was not requested"
        if code in seen:
            return f"{code!r} is stated twice"
        if "conditions" in line and (fault := text_fault(line["conditions"])):
            return f"the conditions of {code!r}: {fault}"
        seen.add(code)
    return None

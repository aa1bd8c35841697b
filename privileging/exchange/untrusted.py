"""JSON from outside, nothing taken for granted: bytes to an object, an object to checked values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn, TypeVar

from privileging.canonical import canonical
from privileging.errors import InvalidInput

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_Item = TypeVar("_Item")
Check = Callable[[str], str | None]
Listed = tuple[tuple[_Item, ...], list[str]]


def json_object(content: bytes) -> dict[str, Any] | str:
    """The JSON object that ``content`` holds, or a sentence saying why there is none. Never raises."""
    try:
        body = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return f"not UTF-8 (byte {error.start})"
    except json.JSONDecodeError as error:
        return f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
    except RecursionError:
        return "not JSON that can be read: nested too deeply"
    except ValueError as error:
        return f"not JSON that can be read: {error}"
    return body if isinstance(body, dict) else "the content must be a JSON object"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


@dataclass(frozen=True, slots=True)
class Part:
    """One JSON object being read. A faulty value is named, behind ``place``, in ``faults``."""

    place: str
    values: Mapping[str, Any]
    faults: list[str]

    def text(self, name: str, check: Check | None = None) -> str:
        """The text (or whole number) under ``name``, white space tidied; absent, null and ``--`` are empty.

        ``check`` gives the sentence of a fault or None. NUL and halves of surrogate pairs are faults.
        """
        value = self.values.get(name)
        if value is not None and type(value) not in (int, str):
            return self._fault(f"{name} must be text")
        try:
            text = _tidy("" if value is None else str(value))
        except InvalidInput as unclean:
            return self._fault(f"{name}: {unclean.fields['value']}")
        if check and (fault := check(text)):
            self._fault(f"{name} {text[:20]!r}: {fault}" if text else f"{name} is missing")
        return text

    def flag(self, name: str) -> bool:
        """The boolean under ``name``; absent is false."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            self._fault(f"{name} must be true or false")
        return value is True

    def listed(self, name: str, one: str, build: Callable[[Part], _Item]) -> Listed[_Item]:
        """What ``build`` makes of each object of the list ``name``, and the faults of those it could not.

        Faults name an entry ``one`` and its number, counted from 1. Absent and null are an empty list.
        """
        values = self.values.get(name)
        if values is not None and not isinstance(values, list):
            self._fault(f"{name} must be a list")
            return (), []
        parts = [part_of(value, f"{one} {number}: ") for number, value in enumerate(values or (), 1)]
        built = [(build(part), part.faults) for part in parts]
        return tuple(item for item, faults in built if not faults), ["; ".join(f) for _, f in built if f]

    def _fault(self, text: str) -> str:
        self.faults.append(self.place + text)
        return ""


def part_of(value: object, place: str = "", faults: list[str] | None = None) -> Part:
    """``value`` to be read, as an empty object if it is none; ``faults`` may be another part's list."""
    return Part(place, value if isinstance(value, dict) else {}, [] if faults is None else faults)


def needed(text: str) -> str | None:
    """The check of a value that may not be empty."""
    return None if text else "is missing"


def matching(pattern: str, otherwise: str) -> Check:
    """The check of a text that must match ``pattern`` from end to end; ``otherwise`` is its fault."""
    return lambda text: None if re.fullmatch(pattern, text) else otherwise


def day_fault(text: str) -> str | None:
    """The check of a day of the calendar, spelled ``2026-12-09``."""
    try:
        exists = _DAY.fullmatch(text) and date.fromisoformat(text)
    except ValueError:
        exists = None
    return None if exists else "must be a day that exists, as in 2026-12-09"


def _tidy(text: str) -> str:
    canonical(text)
    text = " ".join(text.split())
    return "" if text == "--" else text

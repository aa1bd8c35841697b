"""Small words that every part of the decider answers with."""

from __future__ import annotations

from collections.abc import Mapping

from privileging.engine.values import Refusal
from privileging.errors import Reason

Answer = Refusal | None
LONGEST_SHOWN = 60


def refuse(code: str, text: str, cure_by: tuple[str, ...] = (), cite: str = "") -> Refusal:
    """A refusal for one reason."""
    return Refusal((Reason(code, text, cure_by, cite),))


def denied(text: str, cure_by: tuple[str, ...] = ()) -> Refusal:
    """A refusal because this person may not do it at all."""
    return Refusal((Reason("by", text, cure_by),), permitted=False)


def text_of(args: Mapping[str, object], name: str) -> str:
    """A text argument, or an empty text."""
    value = args.get(name)
    return value if isinstance(value, str) else ""


def mapping_of(args: Mapping[str, object], name: str) -> Mapping[str, object]:
    """A mapping argument, or an empty mapping."""
    value = args.get(name)
    return value if isinstance(value, Mapping) else {}


def number_of(args: Mapping[str, object], name: str) -> int:
    """A number argument, or 0: what only equals a number (``true``, ``1.0``) is none."""
    value = args.get(name)
    return value if type(value) is int else 0


def names_of(args: Mapping[str, object], name: str) -> tuple[str, ...]:
    """A list argument as texts, or nothing. What is no text becomes an empty one, which names nothing."""
    value = args.get(name)
    entries = value if isinstance(value, (list, tuple)) else () if value is None else (value,)
    return tuple(entry if isinstance(entry, str) else "" for entry in entries)


def shown(text: str) -> str:
    """A text that somebody sent, as an answer may repeat it: quoted, short, and printable on every page."""
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")

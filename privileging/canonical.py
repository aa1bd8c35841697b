"""One canonical form for everything that is hashed, and the spelling of instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

from privileging.errors import InvalidInput

LARGEST = 2**53 - 1
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
_STRICT = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER  # half surrogates, other keys than text: refused as well
_ESCAPED_NUL = rb"\u0000"
_LEAVES = frozenset({str, int, bool, type(None)})


def canonical(value: object) -> bytes:
    """The one byte string of ``value``: JSON, keys sorted, no spaces, UTF-8.

    Admits text (no NUL, no lone surrogate), integers within ±(2^53 − 1), booleans, null, lists, tuples and maps
    with text keys. Anything else raises InvalidInput naming the place, so that the standard library's ``json``
    gives the same bytes (history.md, section 2).
    """
    try:
        written = orjson.dumps(value, option=_STRICT)
    except TypeError:
        written = b""
    if not written or _ESCAPED_NUL in written or not _is_plain(value):
        _admit(value, "value")
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return written


def _is_plain(value: object) -> bool:
    """Whether all of it is of the admitted types, exactly; what was written has shown that texts and numbers are."""
    left: list[Any] = [value]
    for inner in left:
        kind = type(inner)
        if kind is dict:
            left.extend(inner.values())
        elif kind is list or kind is tuple:
            left.extend(inner)
        elif kind not in _LEAVES:
            return False
    return True


def _admit(value: object, place: str) -> None:
    if isinstance(value, str):
        if _FORBIDDEN.search(value):
            raise InvalidInput({place: "text may not hold a NUL byte or half of a surrogate pair"})
    elif value is None or value is True or value is False:
        return
    elif isinstance(value, int) and type(value) is int:
        if not -LARGEST <= value <= LARGEST:
            raise InvalidInput({place: f"a number beyond ±{LARGEST}"})
    elif isinstance(value, dict):
        for key, inner in value.items():
            if type(key) is not str:
                raise InvalidInput({place: f"the key {key!r} is not text"})
            _admit(key, place)
            _admit(inner, f"{place}.{key}" if place != "value" else key)
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value):
            _admit(inner, f"{place}[{number}]")
    else:
        raise InvalidInput({place: f"a value of type {type(value).__name__} has no canonical form"})


def digest_of(value: object) -> str:
    """sha256 over the canonical form, in hex."""
    return sha256(canonical(value)).hexdigest()


def instant(moment: datetime) -> str:
    """An aware datetime as ``2026-12-09T16:12:00.000000Z``: text that sorts, the same on every database."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"

"""Folded values as text and back: a snapshot is the JSON of a frozen dataclass, keys sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import orjson

V = TypeVar("V")
Builder = Callable[[Any], Any]


def dump(value: object) -> str:
    """The snapshot of a frozen value, the same text for equal values."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def load(kind: type[V], text: str) -> V:
    """The value that ``dump`` wrote."""
    known: Any = kind
    value: V = _builder(known)(orjson.loads(text))
    return value


def build(kind: type[V], data: Mapping[str, Any]) -> V:
    """A frozen value from the plain data of an event's body."""
    known: Any = kind
    value: V = _builder(known)(data)
    return value


def _plain(value: Any) -> Any:
    return value


@cache
def _builder(kind: Any) -> Builder:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple(_builder(arguments[0]))
    if origin is not None and len(arguments) == 2 and type(None) in arguments:
        return _optional(_builder(next(part for part in arguments if part is not type(None))))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_builder(arguments[1]))
    return _record(kind) if hasattr(kind, "__dataclass_fields__") else _plain


def _tuple(inner: Builder) -> Builder:
    return tuple if inner is _plain else lambda data: tuple([inner(entry) for entry in data])


def _optional(inner: Builder) -> Builder:
    return lambda data: None if data is None else inner(data)


def _mapping(inner: Builder) -> Builder:
    return _plain if inner is _plain else lambda data: {key: inner(entry) for key, entry in data.items()}


def _record(kind: Any) -> Builder:
    hints = get_type_hints(kind)
    built = {f.name: _builder(hints[f.name]) for f in fields(kind)}
    work = [(name, builder) for name, builder in built.items() if builder is not _plain]
    if not work:
        return lambda data: kind(**data)

    def make(data: dict[str, Any]) -> Any:
        return kind(**data | {name: builder(data[name]) for name, builder in work if name in data})

    return make

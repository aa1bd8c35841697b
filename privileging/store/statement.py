"""Statements, built once and compiled once per database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import ClauseElement, make_url
from sqlalchemy.sql.compiler import SQLCompiler

Params = Mapping[str, object]


class Text(NamedTuple):
    """SQL for one database, and what turns named values into its driver's parameters."""

    sql: str
    bind: Callable[[Params], Any]


class Statement:
    """A Core statement with ``bindparam`` for what varies, compiled once per database.

    Every column holds text, integers or bytes, so values go to the driver as they are. A list of values known
    at import may stand in an IN; one that varies in length may not.
    """

    __slots__ = ("_core", "_texts")

    def __init__(self, core: ClauseElement) -> None:
        self._core = core
        self._texts: dict[str, Text] = {}

    def text(self, dialect: str) -> Text:
        """The SQL for this database, and what turns named values into the driver's parameters."""
        found = self._texts.get(dialect)
        if found is None:
            found = self._texts[dialect] = _compiled(self._core, dialect)
        return found


def _compiled(core: ClauseElement, dialect: str) -> Text:
    compiled = cast(SQLCompiler, core.compile(dialect=make_url(f"{dialect}://").get_dialect()()))
    needed: Params = {name: None for name, bind in compiled.binds.items() if bind.required}
    state = compiled.construct_expanded_state(dict(needed))
    fixed = {name: value for name, value in state.parameters.items() if name not in needed}
    if not compiled.positional:
        return Text(state.statement, (lambda given: {**fixed, **given}) if fixed else lambda given: given)
    return Text(state.statement, _positional(list(state.positiontup or ()), fixed))


def _positional(names: list[str], fixed: Params) -> Callable[[Params], Any]:
    if fixed:
        return lambda given: [fixed[name] if name in fixed else given[name] for name in names]
    if len(names) > 1:
        get: Callable[[Params], Any] = itemgetter(*names)
        return get
    return lambda given: [given[name] for name in names]

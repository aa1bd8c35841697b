"""Practitioners and accounts, to look up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from privileging.canonical import canonical
from privileging.engine.values import Person
from privileging.queries.loading import value_of
from privileging.store import streams, tables
from privileging.store.driver import Statement, Unit

_p, _a = tables.practitioner.c, tables.account.c
_SHOWN = select(_p.person, _p.npi, _p.name, _p.credential, _p.taxonomy)
_FOUND = Statement(
    _SHOWN.where(func.lower(_p.name).like(bindparam("like"), escape="\\") | (_p.npi == bindparam("npi")))
    .order_by(_p.name, _p.person)
    .limit(bindparam("limit"))
)
_ACCOUNTS = Statement(select(_a.name, _a.person, _a.opened, _a.closed).order_by(_a.name))


def names_of(unit: Unit, people: Iterable[str]) -> dict[str, str]:
    """The names of persons, by their streams; a stream that is no person's is left out."""
    wanted = {person for person in people if person.startswith("person/")}
    heads = streams.heads(unit, wanted) if wanted else {}
    return {person: value_of(unit, head, Person).name for person, head in heads.items()}


@dataclass(frozen=True, slots=True)
class Practitioner:
    person: str
    npi: str
    name: str
    credential: str
    taxonomy: str


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    person: str
    opened: str
    closed: str | None


def practitioners(unit: Unit, text: str = "", *, limit: int = 100) -> tuple[Practitioner, ...]:
    """Practitioners whose name holds ``text``, or whose NPI it is; by name. Raises InvalidInput."""
    canonical({"text": text})
    escaped = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in text.lower())
    rows = unit.all(_FOUND, {"like": f"%{escaped}%", "npi": text, "limit": limit})
    return tuple(Practitioner(*row) for row in rows)


def accounts(unit: Unit) -> tuple[Account, ...]:
    """Every account, open or closed."""
    return tuple(Account(*row) for row in unit.all(_ACCOUNTS))

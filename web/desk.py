"""What a page works with: the store, the clock, who reads, and what they may read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from privileging.engine.policy import Scope, scope
from privileging.engine.values import Facility, Person
from privileging.queries.loading import person_of
from privileging.queries.readers import facilities_of, seats_of
from privileging.services.cases import Act
from privileging.services.sessions import Session
from privileging.store.driver import Store, Unit


@dataclass(frozen=True, slots=True)
class Demo:
    """That this is a demo office: the accounts to switch between, and the password of them all."""

    accounts: tuple[tuple[str, str], ...]
    password: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the pages of one application work."""

    store: Store
    now: Callable[[], str]
    demo: Demo | None


def desk() -> Desk:
    return cast(Desk, current_app.extensions["desk"])


def unit() -> Unit:
    """This request's one read transaction: every part of a page sees the same moment."""
    if "unit" not in g:
        g.stack = ExitStack()
        g.unit = g.stack.enter_context(desk().store.reading())
    return cast(Unit, g.unit)


def close_unit(error: BaseException | None = None) -> None:
    """Ends the read transaction; a page that writes calls this first, so that it then reads what it wrote."""
    stack = g.pop("stack", None)
    g.pop("unit", None)
    if stack is not None:
        stack.close()


def session() -> Session:
    """Who is signed in; only behind the guard."""
    return cast(Session, g.session)


def today() -> str:
    return desk().now()[:10]


def reader() -> Person:
    """The person who reads."""
    if "person" not in g:
        g.person = person_of(unit(), session().person)
    return cast(Person, g.person)


def facilities() -> tuple[Facility, ...]:
    """The facilities where the reader holds a role."""
    if "facilities" not in g:
        g.facilities = facilities_of(unit(), reader(), today())
    return cast("tuple[Facility, ...]", g.facilities)


def seats() -> tuple[str, ...]:
    """The bodies where the reader has a seat."""
    if "seats" not in g:
        g.seats = seats_of(unit(), reader(), today())
    return cast("tuple[str, ...]", g.seats)


def reach(resource: str) -> Scope:
    """What the reader may read of a resource."""
    return scope(reader(), resource, today(), facilities=facilities(), bodies=seats())


def holds(kind: str) -> bool:
    """Whether the reader has a role that some facility lists under this class of access."""
    return any(
        reader().holds(role, facility.id, today())
        for facility in facilities()
        for role in facility.access.get(kind, ())
    )


def act(*, seen: int | tuple[int, int, int] | None = None, key: str = "", at: str = "") -> Act:
    """The terms on which the reader acts now."""
    return Act(session().account, key, seen, at, desk().now())

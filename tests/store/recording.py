"""What the store's tests share."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from privileging.store import streams
from privileging.store.driver import Store, Unit
from privileging.store.streams import Head, NewEvent, Recorded

NOW = "2026-12-09T16:12:00.000000Z"


def new(kind: str = "noted", **body: object) -> NewEvent:
    return NewEvent(kind=kind, body=body, effective_at=NOW, actor="person-1")


def add(unit: Unit, id: str, head: Head | None, events: Sequence[NewEvent], now: str = NOW) -> tuple[Recorded, ...]:
    return streams.append(
        unit, id=id, kind="case", head=head, events=events, command="key-1", now=now, fold=1, snapshot="{}"
    )


def write(store: Store, id: str, count: int) -> tuple[Recorded, ...]:
    with store.writing() as unit:
        head = streams.heads(unit, [id]).get(id)
        return add(unit, id, head, [new(number=number) for number in range(count)])


def foreign(store: Store) -> Any:
    """A connection that knows nothing of this program."""
    if store.dialect == "sqlite":
        return sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)
    import psycopg

    return psycopg.connect(store.url.replace("postgresql+psycopg", "postgresql"), autocommit=True)

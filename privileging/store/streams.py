"""Streams of events: what their heads are, how events are added, how they are read back.

Every event is chained to its predecessor by digest; its body is hashed as stored, with a salt, so that one
day a body can be erased and the chain still verifies (history.md, section 2).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Select, Text, bindparam, func, insert, literal_column, select, update

from privileging.canonical import canonical
from privileging.store import tables
from privileging.store.driver import Changed, Duplicate, Row, Statement, Unit

FORMAT = 1
_COLUMNS = tuple(column.name for column in tables.event.columns)
ZEROS = "0" * 64
_AT_ONCE = 12


class Head(NamedTuple):
    """The newest state of a stream, in the order of its row: its last event, and what all of them fold to."""

    id: str
    kind: str
    version: int
    digest: str
    recorded_at: str
    fold: int
    snapshot: str


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be written. ``body`` holds only what ``canonical`` admits."""

    kind: str
    body: Mapping[str, object]
    effective_at: str
    actor: str
    role: str = ""
    for_person: str = ""
    account: str = ""


class Recorded(NamedTuple):
    """One event as it stands in the history."""

    stream: str
    seq: int
    format: int
    kind: str
    recorded_at: str
    effective_at: str
    actor: str
    for_person: str
    role: str
    account: str
    command: str
    commitment: str
    previous: str
    digest: str
    body: dict[str, Any]


class CommandRow(NamedTuple):
    """A command that was carried out, and the events it became."""

    key: str
    actor: str
    fingerprint: str
    stream: str
    first: int
    last: int


_stream, _event, _body, _command = tables.stream.c, tables.event.c, tables.event_body.c, tables.command.c
_OPEN = Statement(insert(tables.stream))
_ADVANCE = Statement(
    update(tables.stream)
    .where(_stream.id == bindparam("id_"), _stream.version == bindparam("expected"))
    .values({name: bindparam(name) for name in ("version", "digest", "recorded_at", "fold", "snapshot")})
)
_ADD_EVENT = Statement(insert(tables.event))
_ADD_BODY = Statement(insert(tables.event_body))
_IN_LINE = Statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=Text), literal_column("0"))))
)
_CLAIM = Statement(insert(tables.command))
_COMMAND = Statement(select(tables.command).where(_command.key == bindparam("key")))
_EVENTS = select(*tables.event.c, _body.body).join_from(tables.event, tables.event_body)
_ALL = Statement(_EVENTS.order_by(_event.stream, _event.seq))
_ONE = Statement(
    _EVENTS.where(_event.stream == bindparam("stream"), _event.seq >= bindparam("first")).order_by(_event.seq)
)


def heads(unit: Unit, ids: Collection[str]) -> dict[str, Head]:
    """The heads of these streams, by id; a stream that does not exist is absent."""
    found: dict[str, Head] = {}
    for part in _parts(ids):
        rows = unit.all(_heads_of(len(part)), _named(part))
        found |= {row[0]: Head(*row) for row in rows}
    return found


def hold(unit: Unit, versions: Mapping[str, int]) -> None:
    """Raise Changed unless each of these streams is at this version (0: does not exist).

    On PostgreSQL they stay so until the unit ends.
    """
    for part in _parts(versions):
        actual: dict[str, int] = dict(unit.all(_versions_of(len(part)), _named(part)))
        for id in part:
            if actual.get(id, 0) != versions[id]:
                raise Changed(id)


def wait_in_line(unit: Unit, stream: str) -> None:
    """Wait for everybody who stands in this stream's line already; it is left when the unit ends.

    SQLite has one line for all writers, in which a writing unit stands anyway.
    """
    if unit.dialect == "postgresql":
        unit.all(_IN_LINE, {"name": stream})


def claim_key(unit: Unit, key: str, actor: str, fingerprint: str, stream: str, first: int, last: int) -> None:
    """Take the command's key, before anything else is written; Duplicate where it is taken already."""
    row = {
        "key": key,
        "actor": actor,
        "fingerprint": fingerprint,
        "stream": stream,
        "first": first,
        "last": last,
    }
    unit.run(_CLAIM, row)


def stored_command(unit: Unit, key: str) -> CommandRow | None:
    """The command that took this key, if any did."""
    row = unit.first(_COMMAND, {"key": key})
    return CommandRow(*row) if row else None


def append(
    unit: Unit,
    *,
    id: str,
    kind: str,
    head: Head | None,
    events: Sequence[NewEvent],
    command: str,
    now: str,
    fold: int,
    snapshot: str,
) -> tuple[Recorded, ...]:
    """Add events to a stream whose head was read before; None begins a new stream.

    Raises Changed if the stream has moved on since. ``recorded_at`` never goes back within a stream.
    """
    recorded_at = max(now, head.recorded_at) if head else now
    rows = _chained(id, head, events, command, recorded_at)
    last = rows[-1]
    row = {"version": last["seq"], "digest": last["digest"], "recorded_at": recorded_at}
    _move(unit, head, {**row, "id": id, "kind": kind, "fold": fold, "snapshot": snapshot})
    unit.many(_ADD_EVENT, rows)
    unit.many(_ADD_BODY, rows)
    return tuple(map(_recorded, events, rows))


def read(unit: Unit, stream: str, first: int = 1) -> Iterator[Recorded]:
    """The events of one stream from number ``first`` on, in order."""
    return map(_read_back, unit.all(_ONE, {"stream": stream, "first": first}))


def read_all(unit: Unit) -> Iterator[Recorded]:
    """Every event, stream by stream and in order within each, without holding them in memory."""
    return map(_read_back, unit.stream(_ALL))


def _chained(
    stream: str, head: Head | None, events: Sequence[NewEvent], command: str, recorded_at: str
) -> list[dict[str, Any]]:
    version, previous = (head.version, head.digest) if head else (0, ZEROS)
    rows = []
    for seq, new in enumerate(events, version + 1):
        salt, body = secrets.token_hex(16), canonical(new.body)
        row = {
            "format": FORMAT,
            "stream": stream,
            "seq": seq,
            "kind": new.kind,
            "recorded_at": recorded_at,
            "effective_at": new.effective_at,
            "actor": new.actor,
            "for_person": new.for_person,
            "role": new.role,
            "account": new.account,
            "command": command,
            "commitment": sha256(salt.encode() + body).hexdigest(),
        }
        digest = sha256(previous.encode() + canonical(list(row.values()))).hexdigest()
        rows.append(row | {"previous": previous, "digest": digest, "salt": salt, "body": body.decode()})
        previous = digest
    return rows


def _move(unit: Unit, head: Head | None, row: dict[str, object]) -> None:
    try:
        if head is None:
            unit.run(_OPEN, row)
        elif unit.run(_ADVANCE, {**row, "id_": head.id, "expected": head.version}) != 1:
            raise Changed(head.id)
    except Duplicate as error:
        raise Changed(str(row["id"])) from error


def _recorded(new: NewEvent, row: dict[str, Any]) -> Recorded:
    return Recorded(**{column: row[column] for column in _COLUMNS}, body=dict(new.body))


def _read_back(row: Row) -> Recorded:
    return Recorded(*(*row[:-1], orjson.loads(row[-1])))


def _parts(ids: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(set(ids))
    return (ordered[at : at + _AT_ONCE] for at in range(0, len(ordered), _AT_ONCE))


def _named(ids: Sequence[str]) -> dict[str, str]:
    return {f"id_{number}": id for number, id in enumerate(ids)}


def _among(chosen: Select[Any], size: int) -> Select[Any]:
    return chosen.where(_stream.id.in_([bindparam(f"id_{number}") for number in range(size)]))


@cache
def _heads_of(size: int) -> Statement:
    return Statement(_among(select(tables.stream), size))


@cache
def _versions_of(size: int) -> Statement:
    chosen = _among(select(_stream.id, _stream.version), size)
    return Statement(chosen.order_by(_stream.id).with_for_update(read=True))

"""The one door: a command is read, decided and written here, whole or not at all.

Reading and deciding come before the write lock. The write compares the version of every stream it relied on and
starts again on a difference, at most five times; from the second try on in line, one after another. The key is the
first row written: the same command sent again is answered from the history, another under the same key is refused
(history.md, sections 4 and 5).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol

from privileging.canonical import canonical, instant
from privileging.engine.values import Event
from privileging.errors import Conflict, InvalidInput, KeyReused
from privileging.store import streams
from privileging.store.driver import StartAgain, Store, Unit
from privileging.store.projections import Row
from privileging.store.streams import CommandRow, Head, NewEvent

TRIES = 5


@dataclass(frozen=True, slots=True)
class Write:
    """One stream's part of a transaction. ``head``: as it was read; None begins the stream."""

    stream: str
    kind: str
    key: str
    head: Head | None
    events: tuple[Event, ...]
    fold: int
    snapshot: str
    rows: tuple[Row, ...]


@dataclass(slots=True)
class Plan:
    """What a command would write, and the version of every stream it was decided on."""

    writes: list[Write] = field(default_factory=list)
    relied_on: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sent:
    """A command as it came in. ``mark``: its fingerprint; ``stream``: what it was sent to."""

    key: str
    mark: str
    actor: str
    now: str
    stream: str


class Request(Protocol):
    """One command on its way through the door: read and decided again on every try."""

    def receive(self, unit: Unit) -> Sent: ...

    def plan(self, unit: Unit) -> Plan: ...


@dataclass(frozen=True, slots=True)
class _Ready:
    """The request of a sender who is known beforehand."""

    sent: Sent
    plan: Callable[[Unit], Plan]

    def receive(self, unit: Unit) -> Sent:
        return self.sent


@dataclass(frozen=True, slots=True)
class Done:
    """What was written: events ``first`` to ``last`` of ``stream``. ``replayed``: it had been written before."""

    stream: str
    first: int
    last: int
    replayed: bool = False


def now_or(now: str | None) -> str:
    """The instant given, or the real one."""
    return now or instant(datetime.now(UTC))


RESERVED = ("lapse:", "publish:", "office:")


def client_key(key: str) -> str:
    """A sender's key, or a new one. InvalidInput for a key of the kinds that the program makes itself."""
    if ">" in key or key.startswith(RESERVED):
        raise InvalidInput({"key": f"may not hold '>' nor begin with {', '.join(RESERVED)}"})
    return key or secrets.token_urlsafe(16)


def admit(texts: Mapping[str, object]) -> None:
    """Raises InvalidInput naming the field where a value can be neither hashed nor kept on every database."""
    canonical(dict(texts))


def fingerprint(kind: str, stream: str, actor: str, args: Mapping[str, object], effective_at: str) -> str:
    """What makes two commands the same: all but when they were sent, and on what page."""
    return sha256(canonical([kind, stream, actor, args, effective_at])).hexdigest()


def carry_out(
    store: Store, *, key: str, mark: str, actor: str, now: str, plan: Callable[[Unit], Plan], stream: str
) -> Done:
    """Settles the command of a sender who is known beforehand."""
    return settle(store, _Ready(Sent(key, mark, actor, now, stream), plan))


def settle(store: Store, request: Request) -> Done:
    """Reads, decides and writes one command; the answer names its first stream's events.

    Raises what the request raises, KeyReused, Conflict after five tries, StoreUnavailable.
    """
    for turn in range(TRIES):
        with suppress(StartAgain):
            return _in_line(store, request) if turn else _at_once(store, request)
    raise Conflict("Others kept changing what this command depends on; look again and repeat it")


def _at_once(store: Store, request: Request) -> Done:
    """Reads and decides before the write lock."""
    with store.reading() as unit:
        found = _read(unit, request)
    if isinstance(found, Done):
        return found
    with store.writing() as unit:
        return _write(unit, *found)


def _in_line(store: Store, request: Request) -> Done:
    """Reads and decides in turn with all who lost a try on this stream: so thirty votes at once all land."""
    with store.writing() as unit:
        streams.wait_in_line(unit, request.receive(unit).stream)
        found = _read(unit, request)
        return found if isinstance(found, Done) else _write(unit, *found)


def _read(unit: Unit, request: Request) -> tuple[Plan, Sent] | Done:
    sent = request.receive(unit)
    known = streams.stored_command(unit, sent.key)
    if known is not None:
        return _replay(known, sent.mark)
    planned = request.plan(unit)
    return (planned, sent) if planned.writes or planned.rows else Done(sent.stream, 0, 0)


def _replay(known: CommandRow, mark: str) -> Done:
    if known.fingerprint != mark:
        raise KeyReused(f"The key {known.key!r} already stands for another command (on {known.stream})")
    return Done(known.stream, known.first, known.last, replayed=True)


def _done(planned: Plan, stream: str) -> Done:
    if not planned.writes:
        return Done(stream, 0, 0)
    first = planned.writes[0]
    return Done(first.stream, first.events[0].seq, first.events[-1].seq)


def _write(unit: Unit, planned: Plan, sent: Sent) -> Done:
    written = {write.stream for write in planned.writes}
    for write in planned.writes:
        first, last = write.events[0].seq, write.events[-1].seq
        streams.claim_key(unit, write.key, sent.actor, sent.mark, write.stream, first, last)
    streams.hold(unit, {stream: seen for stream, seen in planned.relied_on.items() if stream not in written})
    for write in planned.writes:
        _append(unit, write, sent)
    for statement, params in planned.rows:
        unit.run(statement, params)
    return _done(planned, sent.stream)


def _append(unit: Unit, write: Write, sent: Sent) -> None:
    streams.append(
        unit,
        id=write.stream,
        kind=write.kind,
        head=write.head,
        events=_new_events(write.events, sent),
        command=write.key,
        now=sent.now,
        fold=write.fold,
        snapshot=write.snapshot,
    )
    for statement, params in write.rows:
        unit.run(statement, params)


def _new_events(events: tuple[Event, ...], sent: Sent) -> list[NewEvent]:
    """The command's fingerprint and sender stand in its first event, so that the command table can be rebuilt."""
    command = {"command": {"fingerprint": sent.mark, "actor": sent.actor}}
    return [
        NewEvent(
            kind=event.kind,
            body={**event.body, **command} if number == 0 else event.body,
            effective_at=event.effective_at,
            actor=event.actor,
            role=event.role,
            for_person=event.for_person,
            account=event.account,
        )
        for number, event in enumerate(events)
    ]

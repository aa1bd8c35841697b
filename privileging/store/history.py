"""Does the history hold? One pass over every event, and an export that others can check on their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

import orjson
from sqlalchemy import bindparam, insert, select

from privileging.canonical import canonical
from privileging.errors import Conflict, HistoryBroken, InvalidInput
from privileging.store import tables
from privileging.store.driver import Row, Statement, Unit
from privileging.store.streams import ZEROS

_event, _body, _stream = tables.event.c, tables.event_body.c, tables.stream.c
# The first twelve columns are the hashed ones, in the order in which they are hashed.
_HASHED = (
    _event.format,
    _event.stream,
    _event.seq,
    _event.kind,
    _event.recorded_at,
    _event.effective_at,
    _event.actor,
    _event.for_person,
    _event.role,
    _event.account,
    _event.command,
    _event.commitment,
)
_SHOWN = (*_HASHED, _event.previous, _event.digest, _body.salt, _body.body)
_EVENTS = select(*_SHOWN).outerjoin_from(tables.event, tables.event_body)
_AFTER = Statement(_EVENTS.where(_event.stream > bindparam("after")).order_by(_event.stream, _event.seq))
_OF_ONE = Statement(_EVENTS.where(_event.stream == bindparam("stream")).order_by(_event.seq))
_WITH_HEAD = Statement(
    _EVENTS.add_columns(_stream.version, _stream.digest)
    .outerjoin(tables.stream, _stream.id == _event.stream)
    .where(_event.stream == bindparam("stream"))
    .order_by(_event.seq)
)
_HEADS = Statement(
    select(_stream.id, _stream.version, _stream.digest).where(_stream.id > bindparam("after")).order_by(_stream.id)
)
_ANY = Statement(select(_event.seq).limit(1))
_ADD_EVENT, _ADD_BODY = Statement(insert(tables.event)), Statement(insert(tables.event_body))
_TYPES = {str(column.name): int if column.name in ("format", "seq") else str for column in _SHOWN}
_AT_ONCE = 1_000
_FILES = Statement(select(tables.evidence.c.digest, tables.evidence.c.bytes).order_by(tables.evidence.c.digest))
_HEAD = Statement(select(_stream.id).where(_stream.id == bindparam("id")))


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was checked and found whole."""

    events: int
    streams: int


def verify_evidence(unit: Unit) -> int:
    """Check that every kept file still has the digest it is kept under; how many. Raises HistoryBroken."""
    count = 0
    for digest, data in unit.stream(_FILES, size=10):
        count += 1
        if not isinstance(data, bytes) or sha256(data).hexdigest() != digest:
            raise HistoryBroken("evidence", 0, f"the file kept as {digest} is another one now")
    return count


def verify(unit: Unit, after: str = "") -> Verified:
    """Check every event of every stream that sorts after ``after``, in constant memory.

    Each must carry the next number, the digest of its predecessor, a commitment to its body and the digest of
    itself; the last must be the one its stream's row names. Raises HistoryBroken at the first that does not.
    """
    last_heads = unit.stream(_HEADS, {"after": after})
    stream, seq, head, events, streams = None, 0, ZEROS, 0, 0
    end: Row = ("", 0, ZEROS)
    row = None
    try:
        for row in unit.stream(_AFTER, {"after": after}, size=2_000):
            if row[1] != stream:
                _end(end, seq, head)
                end = _next_head(unit, last_heads, row[1])
                stream, seq, head = row[1], 0, ZEROS
                streams += 1
            seq += 1
            head = _next_digest(row, seq, head)
            events += 1
    except (TypeError, AttributeError, HistoryBroken) as error:
        raise _located(error, row, stream, seq, head) from error
    _end(end, seq, head)
    _none_left(last_heads)
    return Verified(events, streams)


def verify_stream(unit: Unit, stream: str) -> int:
    """Check every event of one stream as ``verify`` does; how many. Raises HistoryBroken at the first bad one."""
    seq, head, row = 0, ZEROS, None
    try:
        for row in unit.stream(_WITH_HEAD, {"stream": stream}):
            seq += 1
            head = _next_digest(row, seq, head)
    except (TypeError, AttributeError, HistoryBroken) as error:
        raise _located(error, row, stream, seq, head) from error
    if row is None or row[16] is None:
        raise HistoryBroken(stream, 1, "is missing" if row is None else "its stream has no row")
    _end((stream, row[16], row[17]), seq, head)
    return seq


def export(unit: Unit, stream: str) -> Iterator[bytes]:
    """The stream's events as lines of canonical JSON: every column, the salt, the body as it was hashed."""
    names = [str(column.name) for column in _SHOWN]
    for row in unit.all(_OF_ONE, {"stream": stream}):
        yield canonical(dict(zip(names, row, strict=True))) + b"\n"


def _next_digest(row: Row, seq: int, head: str) -> str:
    """The digest of event ``seq``, checked against its content and against ``head``, its predecessor's."""
    salt, body = row[14], row[15]
    if (
        row[2] != seq
        or row[12] != head
        or len(salt) != 32
        or sha256((salt + body).encode()).hexdigest() != row[11]
        or sha256(head.encode() + orjson.dumps(row[:12])).hexdigest() != row[13]
    ):
        raise _fault(row, seq, head)
    digest: str = row[13]
    return digest


def restore(unit: Unit, lines: Iterable[bytes]) -> int:
    """Write exported lines, unchanged, into a database without a history; the number of events.

    Evidence and workflow sources are copied beside it; then everything derived is rebuilt, and the history verified.
    Raises Conflict where there is a history already, InvalidInput naming the first line that is no next event.
    """
    if unit.first(_ANY) is not None:
        raise Conflict("This database holds a history already; restore into a new one")
    count, last = 0, dict[str, int]()
    remaining = iter(lines)
    while part := [_line(number, line, last) for number, line in enumerate(islice(remaining, _AT_ONCE), count + 1)]:
        unit.many(_ADD_EVENT, part)
        unit.many(_ADD_BODY, part)
        count += len(part)
    return count


def _line(number: int, line: bytes, last: dict[str, int]) -> dict[str, object]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        row = None
    if not isinstance(row, dict) or {name: type(value) for name, value in row.items()} != _TYPES:
        raise InvalidInput({f"line {number}": "is not an exported event"})
    canonical(row)
    stream, seq = row["stream"], row["seq"]
    if seq != last.get(stream, 0) + 1:
        raise InvalidInput({f"line {number}": f"event {seq} of {stream} does not follow event {last.get(stream, 0)}"})
    last[stream] = seq
    return row


def _next_head(unit: Unit, heads: Iterator[Row], stream: str) -> Row:
    head = next(heads, None)
    if head is not None and head[0] == stream:
        return head
    if head is None or unit.first(_HEAD, {"id": stream}) is None:
        raise HistoryBroken(stream, 1, "its stream has no row")
    raise _gone(head, 1)


def _none_left(heads: Iterator[Row]) -> None:
    head = next(heads, None)
    if head is not None:
        raise _gone(head, 1)


def _gone(head: Row, seq: int) -> HistoryBroken:
    return HistoryBroken(head[0], seq, f"is missing; the stream's row counts {head[1]} events")


def _end(head: Row, seq: int, digest: str) -> None:
    if head[1] > seq:
        raise _gone(head, seq + 1)
    if head[1] < seq:
        raise HistoryBroken(head[0], head[1] + 1, f"the stream's row counts only {head[1]} events")
    if head[2] != digest:
        raise HistoryBroken(head[0], seq, "is not the last event that the stream's row names")


def _fault(row: Row, seq: int, head: str) -> HistoryBroken:
    """What is wrong with a row that failed the check, most telling first."""
    stream, salt, body = row[1], row[14], row[15]
    if row[2] != seq:
        return HistoryBroken(stream, seq, f"is missing; event {row[2]} stands in its place")
    if row[12] != head:
        return HistoryBroken(stream, seq, "does not follow from the event before it")
    if salt is None:
        return HistoryBroken(stream, seq, "its body is missing")
    if not isinstance(body, str) or sha256(f"{salt}{body}".encode()).hexdigest() != row[11]:
        return HistoryBroken(stream, seq, "its body is not the one it was committed with")
    return HistoryBroken(stream, seq, "its digest does not match its content")


def _located(error: Exception, row: Row | None, stream: str | None, seq: int, head: str) -> HistoryBroken:
    if not isinstance(error, HistoryBroken):
        assert row is not None
        return _fault(row, seq, head)
    if error.stream == "database":
        return HistoryBroken(stream or "database", seq + 1, f"cannot be read: {error}")
    return error

"""Events as rows of the read tables: the same functions serve writing and rebuilding.

An entry is a statement and its parameters. Nothing here reads: what a row holds is in the event, or in the headline
(the case's line on the worklist) that the caller hands over beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, update

from privileging.store import tables as t
from privileging.store.driver import Statement

Row = tuple[Statement, Mapping[str, object]]
Body = Mapping[str, Any]


def insert_into(table: Table) -> Statement:
    return Statement(insert(table).values({column.name: bindparam(column.name) for column in table.columns}))


def update_of(table: Table, *names: str) -> Statement:
    keys = [column.name for column in table.primary_key.columns]
    where = [table.c[key] == bindparam(f"key_{key}") for key in keys]
    return Statement(update(table).where(*where).values({name: bindparam(name) for name in names}))


HEADLINE = ("department", "state", "state_title", "since", "due", "owner", "ended_at", "outcome")
_NEW_CASE = insert_into(t.case_file)
_CASE = update_of(t.case_file, *HEADLINE)
_BEFORE_AGAIN = Statement(delete(t.case_body).where(*(c == bindparam(f"of_{c.name}") for c in t.case_body.primary_key)))
_BEFORE = insert_into(t.case_body)
_RECUSED = insert_into(t.recusal)
_NEW_CHECK, _STRUCK = insert_into(t.verification), update_of(t.verification, "struck")
_NEW_MOTION, _CLOSED_MOTION = insert_into(t.motion), update_of(t.motion, "closed_at", "result")
_NEW_VOTE = insert_into(t.vote)
_NEW_DEADLINE = insert_into(t.deadline)
_NEW_NOTICE, _SERVED = insert_into(t.notice), update_of(t.notice, "served_on", "method")
_NEW_GRANT = insert_into(t.privilege_grant)

_OVERTAKEN = Statement(
    update(t.motion)
    .where(t.motion.c.case_id == bindparam("of_case"), t.motion.c.result.is_(None))
    .values(result=bindparam("ended"), closed_at=bindparam("at"))
)
_VOTE_AGAIN = Statement(
    delete(t.vote).where(
        t.vote.c.case_id == bindparam("of_case"),
        t.vote.c.motion == bindparam("of_motion"),
        t.vote.c.person == bindparam("of_person"),
    )
)
_VOTES_SET_ASIDE = Statement(
    delete(t.vote).where(
        t.vote.c.case_id == bindparam("of_case"),
        t.vote.c.person == bindparam("of_person"),
        t.vote.c.motion.in_(
            t.motion.select()
            .with_only_columns(t.motion.c.number)
            .where(
                t.motion.c.case_id == bindparam("same_case"),
                t.motion.c.result.is_(None),
                t.motion.c.body == bindparam("of_body"),
            )
        ),
    )
)
_STATE_LEFT = Statement(
    update(t.deadline)
    .where(t.deadline.c.case_id == bindparam("of_case"), t.deadline.c.stopped.is_(None), t.deadline.c.state != "")
    .values(stopped=bindparam("at"))
)
_CASE_ENDED = Statement(
    update(t.deadline)
    .where(t.deadline.c.case_id == bindparam("of_case"), t.deadline.c.stopped.is_(None))
    .values(stopped=bindparam("at"))
)
_RESTARTED = Statement(
    update(t.deadline)
    .where(
        t.deadline.c.case_id == bindparam("of_case"),
        t.deadline.c.name == bindparam("of_name"),
        t.deadline.c.state == bindparam("of_state"),
        t.deadline.c.stopped.is_(None),
    )
    .values(stopped=bindparam("at"))
)


def case_rows(kind: str, stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    """The rows one event of a case writes, its line on the worklist apart."""
    rows = _CASE_ROWS.get(kind, _no_rows)(stream, seq, at, actor, body)
    return [*rows, *_deadline_rows(stream, at, body)]


def headline_rows(stream: str, opened: Mapping[str, object] | None, line: Mapping[str, object]) -> list[Row]:
    """The case's line: inserted with what never changes (``opened``), updated afterwards."""
    if opened is not None:
        return [(_NEW_CASE, {"id": stream, **opened, **line})]
    return [(_CASE, {"key_id": stream, **line})]


def _deadline_rows(stream: str, at: str, body: Body) -> Iterable[Row]:
    for entry in body.get("deadlines", ()):
        again = {"of_case": stream, "of_name": entry["name"], "of_state": entry["state"], "at": at}
        yield _RESTARTED, again
        yield _NEW_DEADLINE, {**entry, "case_id": stream, "lapses": entry["lapses"] or None, "stopped": None}


def _no_rows(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    return []


def _moved(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    if not body["to"]:
        return []
    overtaken = (_OVERTAKEN, {"of_case": stream, "ended": "overtaken", "at": at})
    return [
        *_came_before(stream, body["bodies"]),
        overtaken,
        (_CASE_ENDED if body["outcome"] else _STATE_LEFT, {"of_case": stream, "at": at}),
    ]


def _came_before(stream: str, bodies: Iterable[str]) -> Iterable[Row]:
    for name in bodies:
        yield _BEFORE_AGAIN, {"of_case_id": stream, "of_body": name}
        yield _BEFORE, {"case_id": stream, "body": name}


def _verified(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    check = body["check"]
    kept = {key: check[key] for key in ("number", "name", "source", "method", "verified_on", "outcome")}
    until, proof = check["good_until"] or None, check["evidence"] or None
    known = {"recorded_by": actor, "recorded_for": at, "struck": 0}
    return [(_NEW_CHECK, {"case_id": stream, **kept, "good_until": until, "evidence": proof, **known})]


def _struck(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    return [(_STRUCK, {"key_case_id": stream, "key_number": body["number"], "struck": 1})]


def _motion_made(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    made = {"number": body["number"], "body": body["body"], "action": body["action"]}
    still = {"moved_by": actor, "moved_at": at, "closed_at": None, "result": None}
    return [(_NEW_MOTION, {"case_id": stream, **made, **still})]


def _vote_cast(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    before = {"of_case": stream, "of_motion": body["motion"], "of_person": actor}
    cast = {"case_id": stream, "motion": body["motion"], "person": actor, "choice": body["choice"]}
    return [(_VOTE_AGAIN, before), (_NEW_VOTE, {**cast, "cast_at": at, "seq": seq})]


def _recused(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    whose = {"of_case": stream, "same_case": stream, "of_person": body["person"], "of_body": body["body"]}
    recused = {"case_id": stream, "person": body["person"], "body": body["body"], "since": at}
    return [(_RECUSED, recused), (_VOTES_SET_ASIDE, whose)]


def _motion_closed(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    closed = {"closed_at": at, "result": body["result"]}
    return [(_CLOSED_MOTION, {"key_case_id": stream, "key_number": body["motion"], **closed})]


def _notice_owed(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    owed = {key: body[key] for key in ("number", "name", "recipient")}
    return [(_NEW_NOTICE, {"case_id": stream, **owed, "owed_since": at, "served_on": None, "method": None})]


def _notice_served(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    served = {"served_on": body["served_on"], "method": body["method"]}
    return [(_SERVED, {"key_case_id": stream, "key_number": body["number"], **served})]


def _granted(stream: str, seq: int, at: str, actor: str, body: Body) -> list[Row]:
    shared = {key: body[key] for key in ("practitioner", "facility", "begins", "ends")}
    return [(_NEW_GRANT, {"case_id": stream, **shared, **line}) for line in body["lines"]]


_CASE_ROWS: Mapping[str, Callable[[str, int, str, str, Body], list[Row]]] = {
    "opened": _moved,
    "moved": _moved,
    "verified": _verified,
    "verification_struck": _struck,
    "motion_made": _motion_made,
    "vote_cast": _vote_cast,
    "recused": _recused,
    "motion_closed": _motion_closed,
    "notice_owed": _notice_owed,
    "notice_served": _notice_served,
    "privileges_granted": _granted,
}

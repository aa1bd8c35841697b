"""Signing in: sessions kept on the server, tries counted per account and per address, proofs that age.

A token leaves this module once, when it is made; the database holds its digest only (history.md, recipe c).
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, delete, insert, select, update

from privileging.errors import NotPermitted, Reason, StoreUnavailable, TooManyTries
from privileging.services import people
from privileging.services.door import now_or
from privileging.store import tables
from privileging.store.driver import Statement, Store, Unit

IDLE, ABSOLUTE, PROOF = timedelta(minutes=30), timedelta(hours=12), timedelta(minutes=15)
# A whole hospital may sit behind one address; its tries are counted, too, but not so soon held against it.
FREE_TRIES = {"account": 5, "address": 50}
LONGEST_WAIT, FORGOTTEN = timedelta(minutes=15), timedelta(hours=1)
_TOUCH = timedelta(minutes=1)
_s, _f, _a = tables.web_session.c, tables.sign_in_failure.c, tables.account.c
_BEGIN = Statement(insert(tables.web_session))
_FIND = Statement(
    select(_s.account, _a.person, _s.began, _s.seen, _s.proved)
    .join_from(tables.web_session, tables.account, _s.account == _a.name)
    .where(_s.token_sha256 == bindparam("token"), _s.ended.is_(None), _a.closed.is_(None))
)
_SEEN = Statement(update(tables.web_session).where(_s.token_sha256 == bindparam("token")).values(seen=bindparam("at")))
_END = Statement(
    update(tables.web_session)
    .where(_s.token_sha256 == bindparam("token"), _s.ended.is_(None))
    .values(ended=bindparam("at"))
)
_FAILURES = Statement(select(_f.failures, _f.last_at).where(_f.subject == bindparam("subject_")))
_FORGET = Statement(delete(tables.sign_in_failure).where(_f.subject == bindparam("subject_")))
_COUNT = Statement(insert(tables.sign_in_failure))


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and since when they last proved it."""

    account: str
    person: str
    proved: str

    def proof_is_fresh(self, now: str) -> bool:
        """Whether the last proof is recent enough to sign with (21 CFR 11.200, by analogy): 15 minutes."""
        return _ago(self.proved, now) <= PROOF


def sign_in(store: Store, account: str, password: str, address: str, *, now: str | None = None) -> str:
    """A new session's token. Raises NotPermitted, the same for every cause, or TooManyTries with the wait."""
    at = now_or(now)
    subjects = (f"account:{account[:64]}", f"address:{address}")
    with store.reading() as unit:
        wait = max(_wait(unit, subject, at) for subject in subjects)
        if wait > timedelta(0):
            raise TooManyTries(int(wait.total_seconds()) + 1)
        known = people.password_is(unit, account, password)
    with store.writing() as unit:
        if not known:
            for subject in subjects:
                _failed(unit, subject, at)
        else:
            unit.run(_FORGET, {"subject_": subjects[0]})
            return _begin(unit, account, at)
    raise NotPermitted([Reason("sign_in", "The account and the password do not go together, or the account is closed")])


def session_of(store: Store, token: str, *, now: str | None = None) -> Session | None:
    """The session behind a token; None when it ended, idled for 30 minutes, is 12 hours old, or its account closed."""
    at, hashed = now_or(now), _hash(token)
    with store.reading() as unit:
        row = unit.first(_FIND, {"token": hashed})
    if row is None or _ago(row[3], at) > IDLE or _ago(row[2], at) > ABSOLUTE:
        return None
    if _ago(row[3], at) > _TOUCH:
        with suppress(StoreUnavailable), store.writing() as unit:  # reading goes on while the database is busy
            unit.run(_SEEN, {"token": hashed, "at": at})
    return Session(row[0], row[1], row[4])


def prove(store: Store, token: str, password: str, address: str, *, now: str | None = None) -> str:
    """Proves again who is signed in: a new token in place of the old. Raises as ``sign_in``."""
    session = session_of(store, token, now=now)
    if session is None:
        raise NotPermitted([Reason("sign_in", "The session has ended; sign in again")])
    fresh = sign_in(store, session.account, password, address, now=now)
    end(store, token, now=now)
    return fresh


def end(store: Store, token: str, *, now: str | None = None) -> None:
    """Ends a session; its token opens nothing any more."""
    with store.writing() as unit:
        unit.run(_END, {"token": _hash(token), "at": now_or(now)})


def _begin(unit: Unit, account: str, at: str) -> str:
    token = secrets.token_urlsafe(32)
    row = {"token_sha256": _hash(token), "account": account, "began": at, "seen": at, "proved": at, "ended": None}
    unit.run(_BEGIN, row)
    return token


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _ago(earlier: str, now: str) -> timedelta:
    return datetime.fromisoformat(now) - datetime.fromisoformat(earlier)


def _wait(unit: Unit, subject: str, at: str) -> timedelta:
    """How long a subject must still wait: some tries are free, then 1, 2, 4 … 15 minutes."""
    row, free = unit.first(_FAILURES, {"subject_": subject}), FREE_TRIES[subject.partition(":")[0]]
    if row is None or row[0] < free:
        return timedelta(0)
    pause = min(timedelta(minutes=2 ** min(row[0] - free, 4)), LONGEST_WAIT)
    return datetime.fromisoformat(row[1]) + pause - datetime.fromisoformat(at)


def _failed(unit: Unit, subject: str, at: str) -> None:
    row = unit.first(_FAILURES, {"subject_": subject})
    before = row[0] if row and _ago(row[1], at) < FORGOTTEN else 0
    unit.run(_FORGET, {"subject_": subject})
    unit.run(_COUNT, {"subject": subject, "failures": before + 1, "last_at": at})

"""The log of confidential reads: a plain table, one row for a reader, a case and a minute. No row, no page."""

from __future__ import annotations

from sqlalchemy import bindparam, insert, select

from privileging.services.sessions import Session
from privileging.store import tables
from privileging.store.driver import Duplicate, Statement, Store

_l = tables.access_log.c
_READ = Statement(insert(tables.access_log))
_KNOWN = Statement(
    select(_l.person).where(
        _l.case_id == bindparam("case"),
        _l.account == bindparam("account_"),
        _l.resource == bindparam("resource_"),
        _l.minute == bindparam("minute_"),
    )
)


def record_read(store: Store, case: str, session: Session, resource: str, now: str) -> None:
    """Records that an account read something confidential of a case. Raises StoreUnavailable: then it was not read."""
    minute = now[:16]
    key = {"case": case, "account_": session.account, "resource_": resource, "minute_": minute}
    with store.reading() as unit:
        if unit.first(_KNOWN, key) is not None:
            return
    row = {"case_id": case, "account": session.account, "resource": resource, "minute": minute}
    try:
        with store.writing() as unit:
            unit.run(_READ, {**row, "person": session.person})
    except Duplicate:
        return

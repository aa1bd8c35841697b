"""What the drivers' errors mean to the rest of the program.

Two of them never leave a command: whoever catches ``StartAgain`` has lost the transaction and begins once
more from fresh state.
"""

from __future__ import annotations

import sqlite3
import sys
from types import ModuleType

from sqlalchemy import exc

from privileging.errors import HistoryBroken, InvalidInput, StoreUnavailable

_UNIQUE = {sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE}
_AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class StartAgain(Exception):
    """The transaction is rolled back; the same command may be decided again from fresh state."""


class Duplicate(StartAgain):
    """A row with this key is there already."""


class Changed(StartAgain):
    """Somebody else wrote first. ``stream`` names what changed, where that is known."""

    def __init__(self, stream: str = "") -> None:
        self.stream = stream
        super().__init__(f"{stream or 'the data'} changed in the meantime")


def translate(error: BaseException) -> None:
    """Raise what ``error`` means, where it means something to us; else return, for the caller to raise it."""
    meant = meaning(error)
    if meant is not None:
        raise meant from error


def meaning(error: BaseException) -> Exception | None:
    """The error of ours that says what a driver or SQLAlchemy meant; None where there is none."""
    if isinstance(error, exc.TimeoutError):
        return StoreUnavailable("every connection to the database is in use")
    if isinstance(error, exc.DBAPIError) and error.orig is not None:
        return meaning(error.orig)
    if isinstance(error, UnicodeEncodeError):
        return InvalidInput({"text": "may not hold half of a surrogate pair"})
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    psycopg = sys.modules.get("psycopg")
    return _of_psycopg(psycopg, error) if psycopg else None


def _of_sqlite(error: sqlite3.Error) -> Exception | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code in _UNIQUE or str(error).endswith("_no_replace"):  # our guard speaks before the primary key does
        return Duplicate(str(error))
    if "Could not decode" in str(error) or (code is not None and code & 0xFF in _DAMAGED):
        return HistoryBroken("database", 0, str(error))
    if (isinstance(error, sqlite3.OperationalError) and code is None) or (code is not None and code & 0xFF in _AWAY):
        return StoreUnavailable(f"the database is not available: {error}")
    return None


def _of_psycopg(psycopg: ModuleType, error: BaseException) -> Exception | None:
    errors = psycopg.errors
    if isinstance(error, psycopg.DataError) and error.sqlstate is None:  # the driver's own refusal
        return InvalidInput({"text": "may not hold a NUL byte"})
    if isinstance(error, errors.UniqueViolation):
        return Duplicate(str(error))
    if isinstance(error, errors.SerializationFailure | errors.DeadlockDetected):
        return Changed()
    if isinstance(error, errors.DataCorrupted | errors.IndexCorrupted):
        return HistoryBroken("database", 0, str(error))
    if isinstance(error, psycopg.OperationalError | errors.ReadOnlySqlTransaction):
        return StoreUnavailable(f"the database is not available: {error}")
    return None

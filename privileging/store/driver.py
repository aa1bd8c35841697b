"""The one way to the database for everything that is done often.

Statements are SQLAlchemy Core, built at import and compiled once per database to text; they run on the
pooled driver connection itself, which halves the cost of a step. In return this module knows what SQLAlchemy
would have known: how a transaction begins and ends on each database, and what the drivers' errors mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from operator import attrgetter, methodcaller
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from privileging.errors import StoreUnavailable
from privileging.store import engines, faults, schema
from privileging.store.faults import Changed, Duplicate, StartAgain
from privileging.store.statement import Params, Statement, Text

__all__ = ["Changed", "Duplicate", "StartAgain", "Statement", "Store", "Unit", "open_store"]

Row = tuple[Any, ...]
NOTHING: Params = {}
_rowcount = attrgetter("rowcount")
_fetchall = methodcaller("fetchall")
_fetchone = methodcaller("fetchone")


class Unit:
    """One transaction. After an error nothing more runs in it; it can only be rolled back."""

    __slots__ = ("_connection", "_cursor", "_streams", "dialect", "failed")

    def __init__(self, dialect: str, connection: Any) -> None:
        self.dialect = dialect
        self.failed = False
        self._connection = connection
        self._cursor = connection.cursor()
        self._streams: list[Any] = []

    def run(self, statement: Statement, params: Params = NOTHING) -> int:
        """Run it; the number of rows it changed."""
        changed: int = self._execute(statement, params, _rowcount)
        return changed

    def all(self, statement: Statement, params: Params = NOTHING) -> list[Row]:
        """Every row of the answer."""
        rows: list[Row] = self._execute(statement, params, _fetchall)
        return rows

    def first(self, statement: Statement, params: Params = NOTHING) -> Row | None:
        """The first row of the answer, or None."""
        row: Row | None = self._execute(statement, params, _fetchone)
        return row

    def many(self, statement: Statement, rows: Sequence[Params]) -> None:
        """Run it once for each of ``rows``."""
        sql, bind = self._text(statement)
        try:
            self._cursor.executemany(sql, [bind(row) for row in rows])
        except Exception as error:
            self._fail(error)
            raise

    def stream(self, statement: Statement, params: Params = NOTHING, size: int = 1_000) -> Iterator[Row]:
        """The rows one by one, at most ``size`` in memory; ends with the transaction at the latest."""
        rows = self._rows(statement, params, size, f"stream_{len(self._streams)}")
        self._streams.append(rows)
        return rows

    def _rows(self, statement: Statement, params: Params, size: int, name: str) -> Iterator[Row]:
        sql, bind = self._text(statement)
        if self.dialect == "sqlite":
            cursor = self._connection.cursor()
        else:
            cursor = self._connection.cursor(name=name)
            cursor.itersize = size
        try:
            cursor.execute(sql, bind(params))
            yield from cursor
        except Exception as error:
            self._fail(error)
            raise
        finally:
            cursor.close()

    def _execute(self, statement: Statement, params: Params, answer: Callable[[Any], Any]) -> Any:
        sql, bind = self._text(statement)
        try:
            self._cursor.execute(sql, bind(params))
            return answer(self._cursor)
        except Exception as error:
            self._fail(error)
            raise

    def _text(self, statement: Statement) -> Text:
        if self.failed:
            raise RuntimeError("a transaction that failed is rolled back, not carried on")
        return statement.text(self.dialect)

    def _fail(self, error: Exception) -> None:
        self.failed = True
        faults.translate(error)

    def _begin(self, reads: bool) -> None:
        if self.dialect == "sqlite":
            self._cursor.execute("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")
        else:
            self._connection.isolation_level = 3 if reads else 2  # REPEATABLE READ, READ COMMITTED
            self._connection.read_only = reads

    def _commit(self) -> None:
        if self.failed:
            raise RuntimeError("a transaction that failed was about to be committed")
        self._close_streams()
        if self.dialect == "sqlite":
            self._cursor.execute("COMMIT")
        else:
            self._connection.commit()

    def _end(self) -> None:
        """Leave the connection as the pool expects it, whatever happened; what is not committed is undone."""
        self._close_streams()
        if self.dialect == "sqlite":
            if self._connection.in_transaction:
                self._cursor.execute("ROLLBACK")
        else:
            self._connection.rollback()
            self._connection.isolation_level = self._connection.read_only = None
        self._cursor.close()

    def _close_streams(self) -> None:
        while self._streams:
            self._streams.pop().close()


class Store:
    """A database that is open. ``reading()`` and ``writing()`` give units; the engines are for plain Core."""

    def __init__(self, url: URL, reader: Engine, writer: Engine) -> None:
        self.url = url.render_as_string(hide_password=False)
        self.dialect = writer.dialect.name
        self.reader = reader
        self.writer = writer

    def reading(self) -> AbstractContextManager[Unit]:
        """A unit on one unchanging snapshot, which refuses to write and never waits for a writer."""
        return self._unit(self.reader, reads=True)

    def writing(self) -> AbstractContextManager[Unit]:
        """A unit that commits when the block ends and leaves nothing behind when it raises."""
        return self._unit(self.writer, reads=False)

    @contextmanager
    def _unit(self, engine: Engine, reads: bool) -> Iterator[Unit]:
        try:
            pooled = engine.raw_connection()
        except Exception as error:
            faults.translate(error)
            raise
        unit = None
        try:
            unit = Unit(self.dialect, pooled.driver_connection)
            unit._begin(reads)
            yield unit
            if not reads:
                unit._commit()
        except Exception as error:
            faults.translate(error)
            raise
        finally:
            self._give_back(pooled, unit)

    def _give_back(self, pooled: Any, unit: Unit | None) -> None:
        try:
            if unit is not None:
                unit._end()
        except Exception:
            pooled.invalidate()
            self.close()  # after a restart of the server its other connections are dead, too
        finally:
            pooled.close()

    def close(self) -> None:
        """Close every connection in the pools."""
        self.reader.dispose()
        self.writer.dispose()


def open_store(
    url: str,
    *,
    connect_args: Mapping[str, Any] | None = None,
    check: bool = True,
    busy_timeout_ms: int = engines.BUSY_TIMEOUT_MS,
    durable: bool = True,
) -> Store:
    """Open the database at a URL, or the SQLite file at a path.

    With ``check`` it must exist and have this version's tables (else StoreUnavailable, naming the cure) and
    every trigger that guards the history (else HistoryBroken). ``connect_args`` go to the driver. Without
    ``durable`` a SQLite file that can be made again is filled faster, and a power cut may lose it.
    """
    at = engines.address(url)
    if check and at.get_backend_name() == "sqlite" and not Path(str(at.database)).exists():
        raise StoreUnavailable(f"there is no database at {at.database}; {schema.CURE}")
    store = Store(at, *engines.pair(at, connect_args=connect_args, busy_timeout_ms=busy_timeout_ms, durable=durable))
    try:
        if check:
            with store.reader.connect() as connection:
                schema.check(connection)
    except BaseException:
        store.close()
        raise
    return store

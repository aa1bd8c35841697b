"""SQLAlchemy engines set up the one way that keeps the promises of the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Pool, QueuePool, create_engine, event, exc, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import ExceptionContext

from privileging.errors import InvalidInput
from privileging.store import faults

BUSY_TIMEOUT_MS = 5_000
_POOL = {"pool_size": 16, "max_overflow": 16, "pool_timeout": 10, "pool_use_lifo": True}
_DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg"}


def address(url: str) -> URL:
    """The database's address from a URL or a plain path of a SQLite file; InvalidInput for any other."""
    try:
        found = make_url(url) if "://" in url else URL.create("sqlite", database=url)
        known = found.get_dialect().driver == _DRIVERS.get(found.get_backend_name())
    except (exc.ArgumentError, ValueError):  # the latter for a port that is no number
        known = False
    if not known:
        raise InvalidInput({"database": "neither sqlite:///<path>, postgresql://<address> nor a plain path"})
    if found.get_backend_name() == "sqlite" and found.database in (None, "", ":memory:"):
        raise InvalidInput({"database": "a database in memory keeps no history; name a file"})
    return found


def build(
    url: URL,
    *,
    connect_args: Mapping[str, Any] | None = None,
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    durable: bool = True,
    migrating: bool = False,
    reads: bool = False,
    pool: type[Pool] = QueuePool,
) -> Engine:
    """An engine whose connections enforce keys, wait ``busy_timeout_ms`` for a lock and, if ``durable``, write so.

    With ``reads`` every write through it is refused by SQLite itself. Driver errors come out of it as ours, where
    they mean something to us.
    """
    options = _POOL if pool is QueuePool else {}
    arguments = dict(connect_args or {})
    try:
        engine = create_engine(url, poolclass=pool, connect_args=arguments, **options)
    except ModuleNotFoundError as error:
        cure = "PostgreSQL needs: pip install 'privileging[postgresql]'"
        raise InvalidInput({"database": cure}) from error
    event.listen(engine, "handle_error", _explain)
    if engine.dialect.name == "sqlite":
        pragmas = {"foreign_keys": "OFF" if migrating else "ON", "synchronous": "FULL" if durable else "OFF"}
        _set_up_sqlite(engine, busy_timeout_ms, pragmas, reads=reads)
    else:
        _set_up_postgresql(engine, busy_timeout_ms)
    return engine


def pair(url: URL, **options: Any) -> tuple[Engine, Engine]:
    """An engine for snapshots, through which the database itself refuses every write, and one that writes.

    On SQLite they have connections of their own: to allow and forbid writing in turn on one connection makes SQLite
    compile every statement again.
    """
    writer = build(url, **options)
    if writer.dialect.name == "sqlite":
        return build(url, **options, reads=True), writer
    return writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True), writer


def _explain(context: ExceptionContext) -> BaseException | None:
    return faults.meaning(context.original_exception)


def _set_up_sqlite(engine: Engine, busy_timeout_ms: int, given: Mapping[str, str], reads: bool) -> None:
    pragmas = (
        f"busy_timeout={busy_timeout_ms}",
        "journal_mode=WAL",
        *(f"{name}={value}" for name, value in given.items()),
        "recursive_triggers=ON",
        f"query_only={int(reads)}",
    )

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # pysqlite must not begin for us
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


def _set_up_postgresql(engine: Engine, busy_timeout_ms: int) -> None:
    def connected(connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {busy_timeout_ms}")
        connection.autocommit = False

    event.listen(engine, "connect", connected)

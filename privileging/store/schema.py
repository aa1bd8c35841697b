"""The schema's version, how it is reached, and whether a database has it. Only migrating loads Alembic."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, NullPool, inspect

from privileging.errors import HistoryBroken, StoreUnavailable
from privileging.store import engines, triggers

HEAD = "0002"
CURE = "run `privileging init`"
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str, *, versions: Path = MIGRATIONS / "versions") -> None:
    """Bring the database at ``url`` to the newest version, creating it where it is a SQLite file.

    Everything happens in one transaction: after a failure the old version is there, untouched. The guards of
    the history are created again, because a migration that copies a table drops them.
    """
    engine = engines.build(engines.address(url), migrating=True, pool=NullPool)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7738)")
            _upgrade(connection, versions)
            triggers.create(connection)
            _check_keys(connection)
    finally:
        engine.dispose()


def current_revision(connection: Connection) -> str | None:
    """The version of the tables, None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def check(connection: Connection) -> None:
    """Raise StoreUnavailable for another version's tables, HistoryBroken where a guard is missing."""
    revision = current_revision(connection)
    if revision is None:
        raise StoreUnavailable(f"the database is empty; {CURE}")
    if revision != HEAD:
        raise StoreUnavailable(f"the database is at version {revision}, this program at {HEAD}; {CURE}")
    absent = triggers.missing(connection)
    if absent:
        names = ", ".join(sorted(absent))
        cure = f"find out who dropped them, run `privileging verify`, then {CURE}"
        raise HistoryBroken("database", 0, f"the guards {names} are missing; {cure}")


def _upgrade(connection: Connection, versions: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions))
    command.upgrade(config, "head")


def _check_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise HistoryBroken("database", 0, f"rows refer to rows that are not there: {broken[:3]}")

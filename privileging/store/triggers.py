"""Triggers that keep the history append-only against every connection, not only our own.

An INSERT OR REPLACE on SQLite deletes without firing a delete trigger, so inserts are guarded as well: an
event must carry the next number of its stream, and nothing else may be inserted over a row that is there.
"""

from __future__ import annotations

from sqlalchemy import Connection

GUARDED = {
    "event": ("stream", "seq"),
    "event_body": ("stream", "seq"),
    "evidence": ("digest",),
    "workflow_source": ("digest",),
}
_NEXT = "NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM event WHERE stream = NEW.stream)"


def _sqlite() -> dict[str, str]:
    made: dict[str, str] = {}
    for table, key in GUARDED.items():
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        over = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
        made |= {
            f"{table}_no_update": f"BEFORE UPDATE ON {table}",
            f"{table}_no_delete": f"BEFORE DELETE ON {table}",
            f"{table}_no_replace": f"BEFORE INSERT ON {table} WHEN {over}",
        }
    del made["event_no_replace"]
    made["event_next_only"] = f"BEFORE INSERT ON event WHEN {_NEXT}"
    return {
        name: f"CREATE TRIGGER IF NOT EXISTS {name} {when} BEGIN SELECT RAISE(ABORT, 'append-only: {name}'); END"
        for name, when in made.items()
    }


def _postgresql() -> dict[str, str]:
    made: dict[str, str] = {}
    for table in GUARDED:
        made |= {
            f"{table}_no_update": f"BEFORE UPDATE ON {table} FOR EACH ROW",
            f"{table}_no_delete": f"BEFORE DELETE ON {table} FOR EACH ROW",
            f"{table}_no_truncate": f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
        }
    made["event_next_only"] = "BEFORE INSERT ON event FOR EACH ROW"
    return {
        name: f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION history_{_duty(name)}()"
        for name, when in made.items()
    }


def _duty(name: str) -> str:
    return "next_only" if name == "event_next_only" else "append_only"


_REFUSE = "RAISE EXCEPTION USING MESSAGE = 'append-only: ' || TG_NAME, ERRCODE = 'restrict_violation'"
_FUNCTIONS = (
    f"CREATE OR REPLACE FUNCTION history_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {_REFUSE}; END $$",
    "CREATE OR REPLACE FUNCTION history_next_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF {_NEXT} THEN {_REFUSE}; END IF; RETURN NEW; END $$",
)
_STATEMENTS = {"sqlite": _sqlite(), "postgresql": _postgresql()}
NAMES = {dialect: frozenset(made) for dialect, made in _STATEMENTS.items()}

_PRESENT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def create(connection: Connection) -> None:
    """Create every guard that is not there."""
    dialect = connection.dialect.name
    for statement in (*(_FUNCTIONS if dialect == "postgresql" else ()), *_STATEMENTS[dialect].values()):
        connection.exec_driver_sql(statement)


def missing(connection: Connection) -> set[str]:
    """The names of the guards that are absent or switched off."""
    dialect = connection.dialect.name
    return set(NAMES[dialect].difference(connection.exec_driver_sql(_PRESENT[dialect]).scalars()))

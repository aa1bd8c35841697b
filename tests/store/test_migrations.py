from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from recording import foreign, write
from sqlalchemy import create_engine

from privileging.errors import StoreUnavailable
from privileging.store import history, schema, tables, triggers
from privileging.store.driver import Store, open_store

NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{head}"

def upgrade():
    op.add_column("event", sa.Column("added", sa.Text()))
    op.create_table("extra", sa.Column("id", sa.Text(), primary_key=True))
    with op.batch_alter_table("event", recreate="{recreate}") as batch:
        batch.drop_column("added")
    {end}
"""


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """A copy of the shipped migrations, to which a test adds its own."""
    return Path(shutil.copytree(schema.MIGRATIONS / "versions", tmp_path / "versions"))


def tables_of(store: Store) -> list[Any]:
    statement = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name <> 'alembic_version' ORDER BY name",
        "postgresql": "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' ORDER BY 1, 2",
    }
    connection = foreign(store)
    found = list(connection.execute(statement[store.dialect]).fetchall())
    connection.close()
    return found


def test_migrations_make_what_the_tables_declare(store: Store) -> None:
    with store.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_on_sqlite_migrations_write_the_same_text(sqlite_store: Store, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    tables.metadata.create_all(engine)
    master = "SELECT name, sql FROM sqlite_master WHERE type <> 'trigger' AND name <> 'alembic_version' ORDER BY name"
    with engine.connect() as declared, sqlite_store.reader.connect() as migrated:
        want, have = (connection.exec_driver_sql(master).all() for connection in (declared, migrated))
    engine.dispose()
    assert [_words(row) for row in have if row.sql] == [_words(row) for row in want if row.sql]


def _words(row: Any) -> tuple[str, list[str]]:
    return row.name, sorted(row.sql.replace("(", " ").replace(")", " ").replace(",", " ").split())


def test_the_program_names_the_newest_migration() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_heads() == [schema.HEAD]


def test_migrating_twice_changes_nothing(store: Store) -> None:
    before = tables_of(store)
    schema.migrate(store.url)
    assert tables_of(store) == before


def test_a_failing_migration_leaves_nothing_behind(store: Store, versions: Path) -> None:
    written, before = write(store, "case-1", 2), tables_of(store)
    (versions / "r9999.py").write_text(NEXT.format(head=schema.HEAD, recreate="auto", end="raise ZeroDivisionError"))
    store.close()
    with pytest.raises(ZeroDivisionError):
        schema.migrate(store.url, versions=versions)
    assert tables_of(store) == before
    with store.reading() as unit:
        assert history.verify(unit).events == len(written)


def test_guards_survive_a_migration_that_copies_the_table(store: Store, versions: Path) -> None:
    write(store, "case-1", 2)
    store.close()
    recreate = "always" if store.dialect == "sqlite" else "never"
    (versions / "r9999.py").write_text(NEXT.format(head=schema.HEAD, recreate=recreate, end="pass"))
    schema.migrate(store.url, versions=versions)
    with store.reader.connect() as connection:
        assert triggers.missing(connection) == set()
        assert schema.current_revision(connection) == "9999"


def test_another_versions_tables_are_not_opened(store: Store, versions: Path) -> None:
    (versions / "r9999.py").write_text(NEXT.format(head=schema.HEAD, recreate="auto", end="pass"))
    store.close()
    schema.migrate(store.url, versions=versions)
    with pytest.raises(
        StoreUnavailable, match=f"at version 9999, this program at {schema.HEAD}; run `privileging init`"
    ):
        open_store(store.url)


def test_an_empty_database_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreUnavailable, match="is empty; run `privileging init`"):
        open_store(str(tmp_path / "empty.db"))


def test_a_path_without_a_database_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="run `privileging init`"):
        open_store(str(tmp_path / "none.db"))
    assert list(tmp_path.iterdir()) == []

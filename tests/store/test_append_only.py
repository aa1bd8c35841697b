from __future__ import annotations

import re

import pytest
from recording import foreign, write

from privileging.errors import HistoryBroken
from privileging.store import evidence, sources, triggers
from privileging.store.driver import Store, open_store


@pytest.fixture
def kept(store: Store) -> Store:
    """A store with a row in every table that holds the truth."""
    write(store, "case-1", 2)
    with store.writing() as unit:
        evidence.put(unit, b"%PDF-", "application/pdf")
        unit.run(*sources.put_row("digest", "workflow: x"))
    return store


def refused(store: Store, statement: str) -> None:
    connection = foreign(store)
    try:
        with pytest.raises(Exception, match="append-only"):
            connection.execute(statement)
    finally:
        connection.close()


@pytest.mark.parametrize("table", triggers.GUARDED)
def test_no_connection_updates_or_deletes_the_truth(kept: Store, table: str) -> None:
    column = triggers.GUARDED[table][0]
    refused(kept, f"UPDATE {table} SET {column} = 'x'")
    refused(kept, f"DELETE FROM {table}")
    if kept.dialect == "postgresql":
        refused(kept, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", triggers.GUARDED)
def test_nothing_is_inserted_over_the_truth(kept: Store, table: str) -> None:
    if kept.dialect == "sqlite":
        refused(kept, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize("seq", [0, 1, 2, 4])
def test_an_event_takes_only_the_next_number(kept: Store, seq: int) -> None:
    columns = "kind, recorded_at, effective_at, actor, for_person, role, account, command"
    hashes = "commitment, previous, digest"
    refused(kept, f"INSERT INTO event SELECT stream, {seq}, format, {columns}, {hashes} FROM event WHERE seq = 2")


def test_the_guards_are_there_by_name(store: Store) -> None:
    with store.reader.connect() as connection:
        assert triggers.missing(connection) == set()
    assert "event_next_only" in triggers.NAMES[store.dialect]


def test_a_store_without_a_guard_does_not_open(store: Store) -> None:
    connection = foreign(store)
    connection.execute("DROP TRIGGER event_no_delete" + " ON event" * (store.dialect == "postgresql"))
    connection.close()
    with pytest.raises(HistoryBroken, match=re.escape("event_no_delete are missing")):
        open_store(store.url)


def test_a_guard_that_is_switched_off_counts_as_missing(store: Store) -> None:
    if store.dialect == "postgresql":
        connection = foreign(store)
        connection.execute("ALTER TABLE event DISABLE TRIGGER event_no_delete")
        connection.close()
        with pytest.raises(HistoryBroken, match="event_no_delete"):
            open_store(store.url)

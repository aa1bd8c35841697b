from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from recording import add, foreign, new, write
from sqlalchemy import bindparam, insert, select, text

from privileging.errors import InvalidInput, StoreUnavailable
from privileging.store import history, streams, tables
from privileging.store.driver import Changed, Duplicate, Statement, Store, open_store

_ACCOUNT = Statement(insert(tables.account))
_NAMES = Statement(select(tables.account.c.name).order_by(tables.account.c.name))
_LIKE = Statement(
    select(tables.account.c.name)
    .where(tables.account.c.name.like("a%"), tables.account.c.person.in_(["p", "q"]))
    .where(tables.account.c.opened == bindparam("opened"))
    .limit(bindparam("most"))
)


def account(name: str) -> dict[str, object]:
    return {"name": name, "person": "p", "opened": "2026-01-01", "closed": None}


def names(store: Store) -> list[str]:
    with store.reading() as unit:
        return [name for (name,) in unit.all(_NAMES)]


def test_a_block_that_ends_is_committed(store: Store) -> None:
    with store.writing() as unit:
        assert unit.run(_ACCOUNT, account("a")) == 1
        unit.many(_ACCOUNT, [account("b"), account("c")])
    assert names(store) == ["a", "b", "c"]


def test_a_block_that_raises_leaves_nothing(store: Store) -> None:
    with suppress(KeyboardInterrupt), store.writing() as unit:
        unit.run(_ACCOUNT, account("b"))
        raise KeyboardInterrupt
    assert names(store) == []


def test_values_in_a_statement_keep_their_meaning(store: Store) -> None:
    with store.writing() as unit:
        unit.many(_ACCOUNT, [account(name) for name in ("a%", "ab", "b")])
        rows = unit.all(_LIKE, {"opened": "2026-01-01", "most": 5})
        assert unit.first(_LIKE, {"opened": "2027-01-01", "most": 5}) is None
    assert sorted(rows) == [("a%",), ("ab",)]


def test_a_streamed_answer_has_every_row(store: Store) -> None:
    rows = [account(f"{number:04}") for number in range(2_500)]
    with store.writing() as unit:
        unit.many(_ACCOUNT, rows)
        assert [name for (name,) in unit.stream(_NAMES, size=1_000)] == [row["name"] for row in rows]


def test_a_stream_ends_with_its_transaction(store: Store) -> None:
    with store.writing() as unit:
        unit.many(_ACCOUNT, [account("a"), account("b")])
    with store.reading() as unit:
        rows = unit.stream(_NAMES)
        next(rows)
    assert list(rows) == []
    assert names(store) == ["a", "b"]


def test_a_reader_refuses_to_write(store: Store) -> None:
    with pytest.raises(StoreUnavailable), store.reading() as unit:
        unit.run(_ACCOUNT, account("a"))
    with pytest.raises(StoreUnavailable), store.reader.begin() as connection:
        connection.execute(insert(tables.account), account("a"))
    assert names(store) == []


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.reading() as unit:
        assert unit.all(_NAMES) == []
        with store.writing() as other:
            other.run(_ACCOUNT, account("a"))
        assert unit.all(_NAMES) == []
    assert names(store) == ["a"]


def test_a_duplicate_ends_the_transaction(store: Store) -> None:
    with pytest.raises(Duplicate), store.writing() as unit:
        unit.many(_ACCOUNT, [account("a"), account("b"), account("a")])
    assert names(store) == []


def test_a_failed_transaction_is_not_carried_on(store: Store) -> None:
    def carry_on() -> None:
        with store.writing() as unit:
            with pytest.raises(Duplicate):
                unit.many(_ACCOUNT, [account("a"), account("a")])
            with pytest.raises(RuntimeError, match="not carried on"):
                unit.all(_NAMES)

    with pytest.raises(RuntimeError, match="about to be committed"):
        carry_on()
    assert names(store) == []


def test_core_statements_share_the_pool_and_the_errors(store: Store) -> None:
    with store.writer.begin() as connection:
        connection.execute(insert(tables.account), account("a"))
    with pytest.raises(Duplicate), store.writer.begin() as connection:
        connection.execute(insert(tables.account), account("a"))
    with store.reader.connect() as connection:
        assert connection.execute(select(tables.account.c.name)).scalars().all() == ["a"]
    with store.writing() as unit:
        unit.run(_ACCOUNT, account("b"))


@pytest.fixture
def impatient(database_url: str) -> Iterator[Store]:
    """A store that waits a twentieth of a second for a lock."""
    opened = open_store(database_url, busy_timeout_ms=50)
    yield opened
    opened.close()


@pytest.fixture
def locked(impatient: Store) -> Iterator[Store]:
    """The impatient store while a stranger holds what its writers need."""
    write(impatient, "case-1", 1)
    stranger = foreign(impatient)
    lock = "BEGIN IMMEDIATE" if impatient.dialect == "sqlite" else "BEGIN; LOCK TABLE stream IN SHARE MODE"
    stranger.execute(lock)
    yield impatient
    stranger.execute("ROLLBACK")
    stranger.close()


def test_a_strangers_lock_does_not_stop_readers(locked: Store) -> None:
    with locked.reading() as unit:
        assert history.verify(unit).events == 1
    with locked.reader.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM event")).scalar() == 1


def test_a_writer_gives_up_on_a_strangers_lock(locked: Store) -> None:
    with pytest.raises(StoreUnavailable):
        write(locked, "case-1", 1)


def test_of_two_writers_who_wait_for_each_other_one_starts_again(postgresql_url: str) -> None:
    store, both = open_store(postgresql_url), Barrier(2)
    for name in ("case-1", "case-2"):
        write(store, name, 1)

    def crossing(*order: str) -> str:
        try:
            with store.writing() as unit:
                heads = streams.heads(unit, order)
                add(unit, order[0], heads[order[0]], [new()])
                both.wait()
                add(unit, order[1], heads[order[1]], [new()])
        except Changed:
            return "again"
        return "done"

    with ThreadPoolExecutor(2) as threads:
        ends = [threads.submit(crossing, *order) for order in (("case-1", "case-2"), ("case-2", "case-1"))]
        assert sorted(end.result() for end in ends) == ["again", "done"]
    store.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "sqlite+aiosqlite:///x", "a://b"])
def test_only_databases_that_keep_a_history_are_opened(url: str) -> None:
    with pytest.raises(InvalidInput):
        open_store(url)


def test_a_store_survives_a_restart_of_the_server(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    with store.reading(), store.reading():
        stranger = foreign(store)
        stranger.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        stranger.close()
    with pytest.raises(StoreUnavailable), store.writing() as unit:
        unit.run(_ACCOUNT, account("a"))
    with store.writing() as unit:
        unit.run(_ACCOUNT, account("b"))
    assert names(store) == ["b"]
    store.close()


def test_only_what_is_needed_is_loaded() -> None:
    unwanted = "{'alembic', 'psycopg'} & set(sys.modules)"
    program = f"import sys, privileging.store.driver; sys.exit(bool({unwanted}))"
    subprocess.run([sys.executable, "-c", program], check=True)


class Failing(sqlite3.Connection):
    """A connection on which one statement fails, counted from when ``at`` is set."""

    at = 0
    numbers = count(1)

    def cursor(self, *args: Any) -> Any:
        return super().cursor(FailingCursor)


class FailingCursor(sqlite3.Cursor):
    def execute(self, *args: Any) -> Any:
        self._count()
        return super().execute(*args)

    def executemany(self, *args: Any) -> Any:
        self._count()
        return super().executemany(*args)

    def _count(self) -> None:
        if Failing.at and next(Failing.numbers) == Failing.at:
            raise sqlite3.OperationalError("disk I/O error")


@pytest.fixture
def failing(sqlite_url: str) -> Iterator[Store]:
    opened = open_store(sqlite_url, connect_args={"factory": Failing})
    write(opened, "case-1", 1)
    yield opened
    Failing.at = 0
    opened.close()


@pytest.mark.parametrize("at", range(1, 7))
def test_whichever_statement_fails_nothing_is_written(failing: Store, at: int) -> None:
    Failing.at, Failing.numbers = at, count(1)
    with pytest.raises(StoreUnavailable):
        write(failing, "case-1", 3)
    Failing.at = 0
    with failing.reading() as unit:
        assert history.verify(unit).events == 1
    write(failing, "case-1", 3)


def test_no_statement_escapes_the_count(failing: Store) -> None:
    Failing.at, Failing.numbers = 7, count(1)
    write(failing, "case-1", 3)
    assert next(Failing.numbers) == 7
